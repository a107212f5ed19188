// go.go - goroutines and a WaitGroup in Go, on one processor (GOMAXPROCS=1).
package main

import (
	"fmt"
	"sync"
	"syscall"
	"time"
)

func cpu() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func measure(name string, count int) {
	var ended sync.WaitGroup
	ended.Add(count)
	began := cpu()
	for i := 0; i < count; i++ {
		go func() {
			time.Sleep(time.Millisecond)
			ended.Done()
		}()
	}
	ended.Wait()
	fmt.Printf("%s %.3f\n", name, (cpu()-began)*1e9/float64(count))
}

func main() {
	measure("first_100000", 100000)
	measure("100", 100)
	measure("10000", 10000)
	measure("100000", 100000)
}
