# libuv, where a program that uses it can be compiled.
source=libuv.c
flags=$(pkg-config --cflags --libs libuv 2> /dev/null) || flags=-luv

version() {
    print_from_c uv.h 'uv_version_string()' $flags
}

build() {
    $CC $CFLAGS -o "$2" "$1" $flags
}
