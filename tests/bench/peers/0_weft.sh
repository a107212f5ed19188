# Weft itself: all its layers, as this build made them.
source=weft.c

version() {
    echo 'of this tree'
}

build() {
    $CC $CFLAGS -o "$2" "$1" $ARCHIVES $LDLIBS
}
