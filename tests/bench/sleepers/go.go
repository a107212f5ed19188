// go.go - sleeping goroutines in Go, on one processor (GOMAXPROCS=1).
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const tasks = 100000

// On one processor, one goroutine at a time counts.
var asleep, woken = 0, 0
var wakeAt time.Time
var ended sync.WaitGroup

func usage() (seconds float64, peakMemory float64) {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	seconds = float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
	peakMemory = float64(usage.Maxrss)
	if runtime.GOOS == "darwin" {
		peakMemory /= 1024
	}
	return
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
	wakeAt = time.Now().Add(3 * time.Second)
	began, memory := usage()
	ended.Add(tasks)
	for i := 0; i < tasks; i++ {
		go sleeper()
	}
	for asleep < tasks {
		runtime.Gosched()
	}
	require(woken == 0, "they do not all sleep")
	now, peak := usage()
	fmt.Printf("start %.3f\n", (now-began)*1e9/tasks)
	fmt.Printf("KiB %.3f\n", (peak-memory)/tasks)
	began = now
	ended.Wait()
	now, _ = usage()
	require(woken == tasks, "not every goroutine woke up")
	fmt.Printf("end %.3f\n", (now-began)*1e9/tasks)
}
