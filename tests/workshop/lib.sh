#!/bin/sh
# lib.sh - tests of the library as others get it: the header alone, the one
# source file, what libweft.a shows, and what is installed.
#
# From the repository's root, after `make lib programs`; reads CC, CFLAGS,
# LDLIBS, B, CHECK_SCORE.
set -u
: "${CC:=cc}" "${CXX:=c++}" "${LDLIBS=-lpthread -lm}" "${B:=build}"
: "${MAKE:=make}"
unset MAKEFLAGS MFLAGS MAKELEVEL
here=$PWD/tests/workshop/lib
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
n=0 failed=0 skipped=0
strict='-Wall -Wextra -Wpedantic -Wshadow -Wno-unused-parameter -Werror'
# What the archive was made with, and a program needs, too.
# shellcheck disable=SC2086
strict="$strict $(printf '%s\n' ${CFLAGS:-} | grep -E '^-(fsanitize|m32)' |
    tr '\n' ' ')"

# ---- Reporting

fact() {    # STATUS TEXT: shows $scratch/said if it is not so
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
        sed -e 's/^/# /' -e 20q "$scratch/said"
    fi
    : > "$scratch/said"
}

skip() {    # TEXT REASON
    n=$((n + 1)) skipped=$((skipped + 1))
    echo "ok $n - $1 # skip $2"
}

has() { command -v "$1" > /dev/null 2>&1; }

try() { "$@" > "$scratch/said" 2>&1; }

prints() {    # WANTED COMMAND...
    wanted=$1
    shift
    "$@" > "$scratch/said" 2>&1 && [ "$(cat "$scratch/said")" = "$wanted" ]
}

: > "$scratch/said"

# ---- The header

# The flags are lists of words.
# shellcheck disable=SC2086
{
for standard in c11 c17; do
    try $CC -std=$standard $strict -I"$B" "$here/program.c" "$B/libweft.a" \
        $LDLIBS -o "$scratch/program" &&
        prints 'weft CancelledError' "$scratch/program"
    fact $? "a program in $standard needs the header and the archive alone"
done
for compiler in "$CXX" clang++; do
    for standard in c++11 c++17; do
        if has "${compiler%% *}"; then
            try $compiler -std=$standard $strict -x c++ -I"$B" \
                "$here/program.c" -x none "$B/libweft.a" $LDLIBS \
                -o "$scratch/program" &&
                prints 'weft CancelledError' "$scratch/program"
            fact $? "a program in $standard, too ($compiler)"
        else
            skip "a program in $standard, too" "no $compiler here"
        fi
    done
done

# ---- What is visible

visible() {    # OBJECT: its global names; some systems put a _ before each
    nm -gP "$1" | awk -v before="$([ "$(uname)" = Darwin ] && echo _)" '
        NF > 1 && $2 !~ /^[Uwv]$/ { print substr($1, length(before) + 1) }' |
        LC_ALL=C sort
}

declared() { awk -f "$here/functions.awk" "$1" | LC_ALL=C sort; }

declared "$B/weft.h" > "$scratch/declared"
visible "$B/libweft.a" > "$scratch/visible"
LC_ALL=C comm -23 "$scratch/declared" "$scratch/visible" > "$scratch/said"
test -s "$scratch/declared" -a ! -s "$scratch/said"
fact $? "all $(wc -l < "$scratch/declared" | tr -d ' ') functions of weft.h \
are in libweft.a"
LC_ALL=C comm -13 "$scratch/declared" "$scratch/visible" > "$scratch/said"
test ! -s "$scratch/said"
fact $? 'and nothing else is visible there'
try $CC -std=c11 $strict -I"$B" "$here/clash.c" "$B/libweft.a" $LDLIBS \
    -o "$scratch/clash" && prints '0 7' "$scratch/clash"
fact $? 'a program may call its own functions as the runtime calls its'

# ---- The one file

folder=$scratch/empty
mkdir "$folder"
cp "$B/weft.h" "$B/weft.c" "$here/program.c" "$folder"
beside() {    # COMPILER FLAGS
    if ! has "${1%% *}"; then
        skip "weft.c beside a program: $1 $2" "no $1 here"
        return
    fi
    (cd "$folder" && try $1 $2 -Wall -Wextra -Wno-unused-parameter -Werror \
        program.c weft.c $LDLIBS -o program &&
        prints 'weft CancelledError' ./program)
    fact $? "weft.c beside a program: $1 $2"
}

beside "$CC" ''
beside "$CC" '-std=c11 -O3 -Wpedantic'
beside clang -O2
beside musl-gcc -O2
(cd "$folder" && try $CC -Wall -Wextra -Werror -fsyntax-only weft.c)
fact $? 'weft.c alone has no warning, nor one for what it leaves unused'
if (cd "$folder" && echo 'int main(void) { return 0; }' > try.c &&
    $CC -fsanitize=address try.c -o try && ./try) > /dev/null 2>&1; then
    (cd "$folder" && try $CC -fsanitize=address -Wall -Werror program.c \
        weft.c $LDLIBS -o program &&
        prints 'weft CancelledError' ./program)
    fact $? 'it can be built with AddressSanitizer'
else
    skip 'it can be built with AddressSanitizer' "not with $CC here"
fi
grep -q '^ \* Permission is hereby granted, free of charge' "$B/weft.c"
fact $? 'weft.c has the text of its licence'
lines=$(grep -c '^#line 1 "code/' "$B/weft.c")
grep '^#line' "$B/weft.c" | cut -d'"' -f2 | xargs ls > /dev/null \
    2> "$scratch/said" && [ "$lines" -gt 0 ]
fact $? 'each #line names a file of a chapter'

# ---- The program in README.md, built as it says

folder=$scratch/readme
mkdir "$folder"
ln -s "$(CDPATH='' cd -- "$B" && pwd)" "$folder/build"
awk '/^```/ { shown = /^```c$/; next } shown' README.md > "$folder/prog.c"
command=$(sed -n 's/^    cc \(-Ibuild prog\.c .*\)/\1/p' README.md | sed 1q)
(cd "$folder" && test -s prog.c && test -n "$command" &&
    try $CC -Wall $command -o prog && prints 'hello
world' ./prog)
fact $? 'the program in README.md prints hello, world'

# ---- How it is made: two small layers with what can go wrong

layers=$(echo tests/workshop/lib/layers/*/*.[ch])
folder=$scratch/layers
mkdir "$folder"
cp "$here/layers/use.c" "$folder"
sh assemble/assemble.sh header $layers > "$folder/weft.h" &&
    sh assemble/assemble.sh source $layers > "$folder/weft.c" &&
    (cd "$folder" && try $CC -Wall -Wextra -Werror -c weft.c)
fact $? 'two files may call different things by one name'
(cd "$folder" && $CC -Wall -Wextra -Werror use.c weft.o -o use) \
    2> "$scratch/said"
prints "take '\"' /* take */ \"take\" 3
1119" "$folder/use"
fact $? 'the file does what the layers do, and strings stay as they are'
(cd "$folder" && $CC -Wall -Wextra -Werror -DWEFT_TWICE use.c weft.c -o use) \
    2> "$scratch/said"
prints "take '\"' /* take */ \"take\" 3
2238" "$folder/use"
fact $? 'a switch is for the program, and its macros come last'
visible "$folder/weft.o" | tr '\n' ' ' > "$scratch/said"
[ "$(cat "$scratch/said")" = 'high_sum low_sum ' ]
fact $? 'only what is public is visible'
! grep -nE 'helper|struct Kind|#include "' "$folder/weft.h" > "$scratch/said"
fact $? 'no header that is inside is in weft.h'
sed 's/^int low_sum.*/int low_sum(Pile *pile, long put);/' \
    "$folder/weft.h" > "$folder/other.h"
mv "$folder/other.h" "$folder/weft.h"
! (cd "$folder" && try $CC -c weft.c) &&
    grep -q '^tests/workshop/lib/layers/01_low/low.c:30:' "$scratch/said"
fact $? 'an error names the file and the line of the layer'

# ---- Made again when it must be

try "$MAKE" -q CC="$CC" B="$B" lib
fact $? 'what is up to date is not made again'
for file in code/01_select/selector.h code/08_queues/queue.c assemble/read.awk
do
    "$MAKE" -n -W $file CC="$CC" B="$B" lib > "$scratch/said" 2>&1
    grep -q "assemble.sh source" "$scratch/said" &&
        grep -q "rcs $B/libweft.a" "$scratch/said"
    fact $? "a change of $file makes the library anew"
done

# ---- Installed

to=$scratch/to
install="CC='$CC' B='$B' PREFIX=/opt/weft DESTDIR='$to'"
try eval "'$MAKE' install $install"
fact $? 'make install'
(cd "$to/opt/weft" && ls include/weft.h lib/libweft.a lib/pkgconfig/weft.pc \
    share/doc/weft/LICENSE) > /dev/null 2> "$scratch/said"
fact $? 'header, archive, weft.pc and licence are there'
folder=$scratch/installed
mkdir "$folder"
cp "$here/program.c" "$folder"
for tool in pkg-config pkgconf; do
    if ! has $tool; then
        skip "$tool finds what is installed" "no $tool here"
        continue
    fi
    flags=$(PKG_CONFIG_PATH=$to/opt/weft/lib/pkgconfig \
        PKG_CONFIG_SYSROOT_DIR=$to $tool --cflags --libs --static weft \
        2> "$scratch/said")
    (cd "$folder" && try $CC program.c $flags -o program &&
        prints 'weft CancelledError' ./program)
    fact $? "a program is built with what $tool says"
    version=$(PKG_CONFIG_PATH=$to/opt/weft/lib/pkgconfig $tool --modversion \
        weft)
    grep -q "^#define WEFT_VERSION \"$version\"$" "$to/opt/weft/include/weft.h"
    fact $? "$tool says the version of the header, $version"
done
awk '/^    #include/ { code = "" } /^    |^$/ { code = code substr($0, 5) "\n" }
    /async_main/ { is_it = 1 } /^    }$/ && is_it { print code; exit }' \
    assemble/weft.3.md > "$folder/manual.c"
(cd "$folder" && try $CC -std=c11 -Wall -Wextra -Wno-unused-parameter -Werror \
    -I"$to/opt/weft/include" -c manual.c)
fact $? 'the program in the manual compiles'

# ---- Programs and manual

programs=$(find code/13_runtime -path '*/demo' -prune -o -path '*/exercises' \
    -prune -o -name '*.c' -print | sed -n 's|^code/13_runtime/\(.*\)/.*|\1|p' |
    sort -u)
for program in $programs; do
    try "$to/opt/weft/bin/weft-$program" --help
    fact $? "weft-$program --help"
done

# What a page looks like, in $scratch/page; what is wrong with it, in said.
render() {
    if has man && man --version > /dev/null 2>&1; then
        LC_ALL=C MANWIDTH=80 man --warnings -l "$1"
    elif has mandoc; then
        mandoc -W error "$1"
    else
        groff -man -Tascii -ww "$1"
    fi > "$scratch/page" 2> "$scratch/said" && test ! -s "$scratch/said"
}

pages=$to/opt/weft/share/man
if ! has "${PANDOC:-pandoc}"; then
    skip 'the manual' 'no pandoc here'
elif ! has man && ! has mandoc && ! has groff; then
    skip 'the manual' 'nothing here shows it'
else
    render "$pages/man3/weft.3" && grep -q 'SUBPROCESSES' "$scratch/page" &&
        grep -q 'int process_wait(Process' "$scratch/page"
    fact $? 'weft.3 is shown, to its last chapters'
    tr -cs 'a-z_0-9' '\n' < "$scratch/page" | LC_ALL=C sort -u |
        LC_ALL=C comm -13 - "$scratch/declared" > "$scratch/said"
    test ! -s "$scratch/said"
    fact $? 'it has each function of the header'
    for program in $programs; do
        render "$pages/man1/weft-$program.1" &&
            grep -q "^ *weft-$program *- " "$scratch/page"
        fact $? "weft-$program.1 is shown"
    done
fi

try eval "'$MAKE' uninstall $install"
find "$to" -type f > "$scratch/said"
test ! -s "$scratch/said" -a ! -e "$to/opt/weft/share/doc/weft"
fact $? 'make uninstall leaves nothing'
}

[ -z "${CHECK_SCORE:-}" ] ||
    echo "$((n - failed - skipped)) $failed $skipped 0 0 lib" >> "$CHECK_SCORE"
[ $failed -eq 0 ]
