// go.go - an echo server in Go: a goroutine for each connection.
package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
)

func cpu() int64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func echo(connection net.Conn, all *sync.WaitGroup) {
	defer all.Done()
	defer connection.Close()
	buffer := make([]byte, 16384)
	for {
		n, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if _, err = connection.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func main() {
	expected := 1
	if len(os.Args) > 1 {
		expected, _ = strconv.Atoi(os.Args[1])
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	var all sync.WaitGroup
	for i := 0; i < expected; i++ {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		all.Add(1)
		go echo(connection, &all)
	}
	began := cpu()
	all.Wait()
	fmt.Println(cpu() - began)
}
