# libevent, where a program that uses it can be compiled.
source=libevent.c
flags=$(pkg-config --cflags --libs libevent 2> /dev/null) || flags=-levent

version() {
    print_from_c event2/event.h 'event_get_version()' $flags
}

build() {
    $CC $CFLAGS -o "$2" "$1" $flags
}
