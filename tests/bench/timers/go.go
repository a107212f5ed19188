// go.go - timers in Go: time.AfterFunc, on one processor (GOMAXPROCS=1).
package main

import (
	"fmt"
	"sync/atomic"
	"syscall"
	"time"
)

const timers = 1000000

// wanted is known once it is known how many were cancelled.
var fired, wanted int64 = 0, -1
var done = make(chan bool, 1)
var began, all float64
var state uint32 = 1

func cpu() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func nextDelay() float64 {
	state = state*1664525 + 1013904223
	return float64(state) / 4294967296.0
}

func endPhase(name string, operations int) {
	seconds := cpu() - began
	all += seconds
	fmt.Printf("%s %.3f\n", name, seconds*1e9/float64(operations))
}

func fire() {
	if atomic.AddInt64(&fired, 1) == atomic.LoadInt64(&wanted) {
		done <- true
	}
}

func main() {
	handles := make([]*time.Timer, timers)
	began = cpu()
	for i := range handles {
		delay := time.Duration((1 + nextDelay()) * 1e9)
		handles[i] = time.AfterFunc(delay, fire)
	}
	endPhase("schedule", timers)
	began = cpu()
	rest := int64(timers)
	for i := 1; i < timers; i += 2 {
		if handles[i].Stop() {
			rest--
		}
	}
	endPhase("cancel", timers/2)
	began = cpu()
	atomic.StoreInt64(&wanted, rest)
	if atomic.LoadInt64(&fired) < rest {
		<-done
	}
	endPhase("fire", timers/2)
	fmt.Printf("all %.3f\n", all*1e9/(2*timers))
	fmt.Println("# each timer that fires starts a goroutine (AfterFunc)")
	if rest > timers/2 {
		fmt.Println("# some were due before they were cancelled: it was too slow")
	}
}
