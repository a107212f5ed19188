# Go, on one processor: the others have one thread.
source=go.go

version() {
    go version | sed 's/^go version go\([^ ]*\).*/\1/'
}

build() {
    go build -o "$2.bin" "$1" &&
        write_program "$2" "GOMAXPROCS=1 exec '$2.bin' \"\$@\""
}
