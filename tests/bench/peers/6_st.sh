# State Threads, where a program that uses it can be compiled.
source=st.c
flags=$(pkg-config --cflags --libs st 2> /dev/null) || flags=-lst

version() {
    number=$(pkg-config --modversion st 2> /dev/null)
    print_from_c st.h "\"${number:-of unknown version}\"" $flags
}

build() {
    $CC $CFLAGS -o "$2" "$1" $flags
}
