// go.go - values in Go: a goroutine, and a channel that holds none.
package main

import "syscall"
import "fmt"
import "runtime"

const values = 1000000

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano() + u.Stime.Nano())
}

func measure(name string, c chan int) {
	began := cpu()
	n, sum := 0, 0
	for v := range c {
		n++
		sum += v
	}
	if n != values || sum != (values-1)*values/2 {
		panic("not every value has come")
	}
	fmt.Printf("%s %.3f\n", name, (cpu()-began)/values)
}

func count(wait bool) chan int {
	c := make(chan int)
	go func() {
		for i := 0; i < values; i++ {
			if wait {
				runtime.Gosched()
			}
			c <- i
		}
		close(c)
	}()
	return c
}

func passOn(source chan int) chan int {
	c := make(chan int)
	go func() {
		for v := range source {
			c <- v
		}
		close(c)
	}()
	return c
}

func main() {
	measure("value", count(false))
	measure("after_a_turn", count(true))
	measure("passed_on", passOn(count(false)))
	fmt.Println("# a goroutine and a channel: it runs by itself, not when asked")
}
