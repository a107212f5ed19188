// go.go - a mutex in Go, on one processor (GOMAXPROCS=1).
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
)

const pairs = 1000000
const tasks = 100

var lock sync.Mutex
var held int

func cpu() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func report(name string, began float64) {
	seconds := cpu() - began
	if held != pairs {
		fmt.Fprintln(os.Stderr, "not always acquired")
		os.Exit(1)
	}
	fmt.Printf("%s %.3f\n", name, seconds*1e9/pairs)
	held = 0
}

func measureFree() {
	began := cpu()
	for i := 0; i < pairs; i++ {
		lock.Lock()
		held++
		lock.Unlock()
	}
	report("free", began)
}

func measureContended() {
	var ended sync.WaitGroup
	ended.Add(tasks)
	began := cpu()
	for i := 0; i < tasks; i++ {
		go func() {
			for n := pairs / tasks; n > 0; n-- {
				lock.Lock()
				held++
				runtime.Gosched()
				lock.Unlock()
			}
			ended.Done()
		}()
	}
	ended.Wait()
	report("among_100", began)
}

func main() {
	measureFree()
	measureContended()
	fmt.Println("# its mutex is not fair: who comes first may be overtaken")
}
