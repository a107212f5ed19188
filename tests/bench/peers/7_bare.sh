# What the system's own calls take, with no runtime around them: a floor.
source=bare.c

version() {
    echo "select() and posix_spawn()"
}

build() {
    $CC $CFLAGS -o "$2" "$1"
}
