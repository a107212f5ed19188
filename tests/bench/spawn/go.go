// go.go - starting goroutines in Go, on one processor (GOMAXPROCS=1).
package main

import (
	"fmt"
	"os"
	"sync"
	"syscall"
)

const tasks, burst, bursts = 1000000, 100000, 5

// On one processor, one goroutine at a time counts.
var ran = 0

func cpu() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func start(count int) {
	var ended sync.WaitGroup
	ended.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			ran++
			ended.Done()
		}()
	}
	ended.Wait()
}

func measure(name string, turns int, atOnce int) {
	ran = 0
	began := cpu()
	for i := 0; i < turns; i++ {
		start(atOnce)
	}
	seconds := cpu() - began
	if ran != turns*atOnce {
		fmt.Fprintln(os.Stderr, "not every goroutine has run")
		os.Exit(1)
	}
	fmt.Printf("%s %.3f\n", name, seconds*1e9/float64(ran))
}

func main() {
	measure("one", tasks, 1)
	measure("first_100000", 1, burst)
	measure("again_100000", bursts, burst)
}
