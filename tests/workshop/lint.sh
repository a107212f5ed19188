#!/bin/sh
# lint.sh - the tests of tests/lint.sh.  Each case of lint/cases is laid over
# the tree lint/clean and linted: the findings must be those that it expects,
# and no others, under every awk of this machine.

set -u
LC_ALL=C
export LC_ALL

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
lint=$here/../lint.sh
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
number=0 passed=0 failed=0 skipped=0

# result STATUS SENTENCE: one line for people, the details from $work/why.
result() {
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok $number - $2"
    else
        failed=$((failed + 1))
        echo "not ok $number - $2"
        sed 's/^/# /' "$work/why"
    fi
}

skip() {
    number=$((number + 1))
    skipped=$((skipped + 1))
    echo "ok $number - $1 # skip $2"
}

# Lays out case N in $work/N: its tree, its sentence (says), its findings
# (want), its commands (do).
unpack() {
    for n in $cases; do
        mkdir "$work/$n"
        cp -R "$here/lint/clean" "$work/$n/tree"
        : > "$work/$n/want"
    done
    awk -v work="$work" '/^=== / { n++ }
        /^--- / { sub(/[^\/]*$/, ""); print work "/" n "/tree/" substr($0, 5) }
        ' "$here/lint/cases" | sort -u | xargs mkdir -p
    awk -v work="$work" '
        function put(path, line) { print line >> path; close(path) }
        /^=== /     { dir = work "/" ++n; path = "" }
        /^--- /     { path = dir "/tree/" substr($0, 5); printf "" > path
                      close(path); next }
        /^=== /     { put(dir "/says", substr($0, 5)); next }
        /^>>> /     { put(dir "/want", substr($0, 5)); path = ""; next }
        /^\$\$\$ /  { put(dir "/do", substr($0, 5)); next }
        path != ""  { put(path, $0) }' "$here/lint/cases"
    for n in $cases; do
        [ ! -f "$work/$n/do" ] || (cd "$work/$n/tree" && sh ../do) 2>/dev/null
    done
}

# check CASE: 0 if the lint, under $AWK, finds what it should; why, otherwise.
check() {
    sh "$lint" "$work/$1/tree" > "$work/out" 2>&1
    status=$?
    sed 's/^\([^:]*:[0-9]*: [a-z]*\): .*/\1/' "$work/out" | sort > "$work/got"
    sort "$work/$1/want" > "$work/want"
    want_status=1
    if [ ! -s "$work/want" ]; then
        want_status=0
        grep -v '^lint: clean: ' "$work/got" > "$work/rest"
        [ "$(wc -l < "$work/out")" -eq 1 ] && mv "$work/rest" "$work/got"
    fi
    {
        [ $status -eq $want_status ] || echo "exit status $status"
        diff "$work/want" "$work/got"
    } > "$work/why"
    [ ! -s "$work/why" ]
}

check_all() {
    for n in $cases; do
        check "$n" && continue
        cat "$work/$n/says" "$work/why" >&3
    done 3> "$work/whys"
    mv "$work/whys" "$work/why"
    [ ! -s "$work/why" ]
}

cases=$(awk '/^=== / { print ++n }' "$here/lint/cases")
unpack
for n in $cases; do
    check "$n"
    result $? "$(cat "$work/$n/says")"
done

for AWK in mawk 'gawk --posix' 'busybox awk' original-awk; do
    export AWK
    if ! $AWK 'BEGIN { exit 0 }' 2>/dev/null; then
        skip "$AWK finds the same" "not installed"
    else
        check_all
        result $? "$AWK finds the same"
    fi
done
unset AWK

mkdir "$work/empty"
sh "$lint" "$work/empty" > "$work/why" 2>&1
[ $? -eq 2 ]
result $? "a tree without code is refused"

(cd "$work/1/tree" && sh "$lint") > "$work/why" 2>&1
[ $? -eq 1 ] && grep -q '^code/01_low/up.c:2: layer: ' "$work/why"
result $? "without an argument it reads the tree it stands in"

[ -z "${CHECK_SCORE:-}" ] ||
    echo "$passed $failed $skipped 0 0 lint" >> "$CHECK_SCORE"
[ "$failed" -eq 0 ]
