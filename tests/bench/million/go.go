// go.go - a million sleeping goroutines in Go, on one processor
// (GOMAXPROCS=1).  The time in which they all sleep is not counted.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const tasks = 1000000

// On one processor, one goroutine at a time counts.
var asleep, woken = 0, 0
var wakeAt time.Time
var ended sync.WaitGroup

func cpu() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// In KiB.
func peakMemory() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	if runtime.GOOS == "darwin" {
		return float64(usage.Maxrss) / 1024
	}
	return float64(usage.Maxrss)
}

func require(fact bool, what string) {
	if !fact {
		fmt.Fprintln(os.Stderr, what)
		os.Exit(1)
	}
}

func sleeper() {
	asleep++
	time.Sleep(time.Until(wakeAt))
	woken++
	ended.Done()
}

func main() {
	began := time.Now()
	wakeAt = began.Add(20 * time.Second)
	ended.Add(tasks)
	for i := 0; i < tasks; i++ {
		go sleeper()
	}
	for asleep < tasks {
		runtime.Gosched()
	}
	require(woken == 0, "they do not all sleep")
	seconds := time.Since(began)
	ended.Wait()
	seconds += time.Since(wakeAt)
	require(woken == tasks, "not every goroutine woke up")
	fmt.Printf("wall %.3f\n", seconds.Seconds())
	fmt.Printf("cpu %.3f\n", cpu())
	fmt.Printf("GiB %.3f\n", peakMemory()/1024/1024)
}
