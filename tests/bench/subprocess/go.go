// go.go - children in Go: goroutines that start one and wait for it.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

const children, together = 320, 32

var large []byte

func runChildren(n int, all *sync.WaitGroup) {
	defer all.Done()
	for i := 0; i < n; i++ {
		if err := exec.Command("/bin/true").Run(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func measure(name string, at_once int) {
	var all sync.WaitGroup
	began := time.Now()
	all.Add(at_once)
	for i := 0; i < at_once; i++ {
		go runChildren(children/at_once, &all)
	}
	all.Wait()
	fmt.Printf("%s %.3f\n", name,
		float64(time.Since(began).Nanoseconds())/children)
}

func main() {
	measure("one", 1)
	measure("together_32", together)
	large = make([]byte, 1<<30)
	for i := 0; i < len(large); i += 4096 {
		large[i] = 1
	}
	measure("large_one", 1)
	measure("large_32", together)
}
