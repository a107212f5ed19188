#!/bin/sh
# Makes the student's copy. Invariant: it builds, tests and grades like the
# original, and tells no answer.
#
#     tests/handout.sh FOLDER
#
# From the repository's root. FOLDER is made anew, and beside it
# weft-handout.tar.gz.

set -eu
if [ $# -ne 1 ] || [ -z "$1" ]; then
    echo "usage: tests/handout.sh FOLDER" >&2
    exit 2
fi
target=$1
beside=$(dirname "$target")
guide=91_instructors.md

# The files that are part of the project, by git's word or, in an unpacked
# archive, by their being there.
list() {
    if [ -e .git ] && command -v git >/dev/null; then
        git ls-files
    else
        find . \( -path ./build -o -path ./.git \) -prune -o -type f -print |
            sed 's,^\./,,'
    fi
}

is_secret() {
    case $1 in
    tests/*/exercises/*/solution.c | tests/*/exercises/*/wrong_*.c | \
        chapters/$guide) return 0 ;;
    esac
    return 1
}

mkdir -p "$beside"
stage=$(mktemp -d "$beside/stage.XXXXXX")
trap 'rm -rf "$stage"' EXIT
trap 'exit 130' HUP INT TERM
copy=$stage/weft
mkdir "$copy"

list | while IFS= read -r file; do
    if [ ! -f "$file" ] || is_secret "$file"; then
        continue
    fi
    [ -d "$copy/$(dirname "$file")" ] || mkdir -p "$copy/$(dirname "$file")"
    cp -p "$file" "$copy/$file"
done

if [ ! -d "$copy/tests" ]; then
    echo "tests/handout.sh: git tracks no tests here" >&2
    exit 1
fi

# The teacher's chapter is missing, so nothing may lead there.
if [ -f "$copy/book.md" ]; then
    grep -v "(chapters/$guide)" book.md >"$copy/book.md"
fi
if (cd "$copy" && grep -n "]([^)]*$guide" ./*.md chapters/*.md 2>/dev/null)
then
    echo "tests/handout.sh: these lines link a chapter that is left out" >&2
    exit 1
fi

(cd "$stage" && tar -cf - weft) | gzip -9 >"$stage/weft-handout.tar.gz"
rm -rf "$target"
mv "$copy" "$target"
mv "$stage/weft-handout.tar.gz" "$beside/weft-handout.tar.gz"
echo "$target and $beside/weft-handout.tar.gz"
