// go.go - values through a channel in Go, on one processor (GOMAXPROCS=1).
package main

import (
	"fmt"
	"os"
	"syscall"
)

const values = 1000000

func cpu() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func measure(name string, size int) {
	channel := make(chan int, size)
	total := make(chan int)
	began := cpu()
	go func() {
		for i := 0; i < values; i++ {
			channel <- i
		}
	}()
	go func() {
		sum := 0
		for i := 0; i < values; i++ {
			sum += <-channel
		}
		total <- sum
	}()
	sum := <-total
	seconds := cpu() - began
	if sum != values*(values-1)/2 {
		fmt.Fprintln(os.Stderr, "not every value has come")
		os.Exit(1)
	}
	fmt.Printf("%s %.3f\n", name, seconds*1e9/values)
}

func main() {
	measure("of_1", 1)
	measure("of_100", 100)
}
