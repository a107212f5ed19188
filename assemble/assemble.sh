#!/bin/sh
# assemble.sh header|source FILE... - prints weft.h or weft.c, made from the
# layers' FILEs, *.h and *.c.
here=$(dirname -- "$0")
what=$1
shift
# A tag of ours; else 0 and the number of chapters that stand.
version=$(git --git-dir="$here/../.git" describe --tags 2> /dev/null) ||
    version=0.$(printf '%s\n' "$@" | sed 's|/[^/]*$||' | sort -u | wc -l |
        tr -d ' ')
LC_ALL=C ${AWK:-awk} -v VERSION="${version#v}" -v LICENCE="$here/../LICENSE" \
    -f "$here/read.awk" -f "$here/$what.awk" "$@"
