// go.go - yielding in Go: runtime.Gosched, on one processor (GOMAXPROCS=1).
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
)

const yields = 2000000

func cpu() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// On one processor, one goroutine at a time counts.
func measure(name string, count int) {
	gate := make(chan bool)
	var started, ended sync.WaitGroup
	done := 0
	started.Add(count)
	ended.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			started.Done()
			<-gate
			for n := yields / count; n > 0; n-- {
				runtime.Gosched()
				done++
			}
			ended.Done()
		}()
	}
	started.Wait()
	runtime.Gosched()
	began := cpu()
	close(gate)
	ended.Wait()
	seconds := cpu() - began
	if done != yields {
		fmt.Fprintln(os.Stderr, "not every goroutine has yielded")
		os.Exit(1)
	}
	fmt.Printf("%s %.3f\n", name, seconds*1e9/yields)
}

func main() {
	measure("2_tasks", 2)
	measure("100_tasks", 100)
	measure("10000_tasks", 10000)
}
