#!/bin/sh
# pages.sh - the book that was made is good: its pages in a browser, the EPUB
# in epubcheck, and the same book in another pandoc.
#
# Tests the real book, or, in a tree that has none, the small one.  Needs node,
# npm, chromium, pandoc and epubcheck; says what is missing and skips, unless
# BOOK_REQUIRED=1.  Runs from the repository's root; installs into build/node.

work=${OUT:-build}
node=$work/node
tests=tests/workshop/book
make=${MAKE:-make}
unset MAKEFLAGS MFLAGS MAKELEVEL
status=0

score() {    # passed failed skipped name
    [ -z "$CHECK_SCORE" ] || echo "$1 $2 $3 0 0 $4" >>"$CHECK_SCORE"
}

# One line for what cannot be tested; a failure where it must be.
without() {    # what is missing, name of the suite
    if [ -n "$BOOK_REQUIRED" ]; then
        echo "not ok 1 - $2: $1"
        score 0 1 0 "$2"
        status=1
    else
        echo "ok 1 - $2 # skip $1"
        score 0 0 1 "$2"
    fi
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# ---- What there is ----

for program in chromium chromium-browser google-chrome; do
    if [ -z "$CHROMIUM" ] && have "$program"; then
        CHROMIUM=$(command -v "$program")
    fi
done
export CHROMIUM

if ! have "${PANDOC:-pandoc}"; then
    without 'pandoc is not installed' pages
    exit $status
fi

# npm is asked only when what is needed has changed since the last time.
install() {
    cmp -s "$tests/package.json" "$node/package.json" &&
        [ -d "$node/node_modules/axe-core" ] && return
    rm -rf "$node"
    mkdir -p "$node" &&
        cp "$tests/package.json" "$tests/.npmrc" "$node/" &&
        (cd "$node" && npm install --no-progress) \
            >"$work/npm.log" 2>&1 && return
    rm -f "$node/package.json"
    return 1
}

# ---- The book ----

mkdir -p "$work"
work=$(cd "$work" && pwd) node=$work/node
if [ -f book.md ]; then
    book=. out=$work
else
    book=$work/fixture out=$work/fixture/build
    rm -rf "$book"
    mkdir -p "$book/chapters"
    cp -R "$tests/fixture/." "$book/"
    cp -R chapters/web "$book/chapters/"
fi
if ! (cd "$book" && $make -s -f chapters/web/book.mk html OUT="$out"); then
    echo 'not ok 1 - the book can be made'
    score 0 1 0 pages
    exit 1
fi

# ---- The other pandoc, meanwhile ----

if ! have node || ! have npm; then
    missing='node and npm are not installed'
elif ! install; then
    missing="npm install failed, see $work/npm.log"
    sed 's/^/# /' "$work/npm.log" | tail -n 5
else
    missing=
fi
NODE_MODULES=$node/node_modules
export NODE_MODULES
other=
if [ -z "$missing" ]; then
    node "$tests/pandoc3.mjs" "$book" "$out/html" >"$work/pandoc3.log" 2>&1 &
    other=$!
fi

# ---- The pages ----

if [ -n "$missing" ]; then
    without "$missing" pages
elif [ -z "$CHROMIUM" ]; then
    without 'chromium is not installed' pages
else
    node "$tests/pages.mjs" "$out/html" || status=1
fi
if [ -z "$other" ]; then
    without "$missing" pandoc3
else
    wait "$other" || status=1
    cat "$work/pandoc3.log"
fi

# ---- The EPUB ----

# Debian's epubcheck is a jar that not every system runs as a program.
check_epub() {
    epubcheck --version >/dev/null 2>&1 &&
        { epubcheck -q "$1"; return; }
    java -jar "$(command -v epubcheck)" -q "$1"
}

if ! have epubcheck; then
    without 'epubcheck is not installed' epub
elif check_epub "$out/weft.epub" >"$work/epub.log" 2>&1; then
    echo 'ok 1 - epubcheck finds nothing in the EPUB'
    score 1 0 0 epub
else
    sed 's/^/# /' "$work/epub.log"
    echo 'not ok 1 - epubcheck finds nothing in the EPUB'
    score 0 1 0 epub
    status=1
fi
exit $status
