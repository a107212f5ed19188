#!/bin/sh
# compare.sh [NAME...] - runs the ports of the programs in Python, all or those
# named, and proves that each prints, byte for byte, what CPython prints.
#
# For each NAME.py here there is NAME.expected, what CPython has printed, and
# NAME.c, the port; or a line in the file `cannot`:
#     NAME: why C cannot express it
#     NAME without "LINE": why C cannot express the line, which is then left
#         out of what is expected
# With PYTHON=python3.13 the programs in Python are run, too: what is expected
# is what CPython prints today.  Where a version of it does not, for a defect of
# its own, the file `differs` says why.
#
# All runs in real time, several at once.  A program is told by its first line:
# `level: causal` counts on gaps of 10 ms, and on a busy machine it may need
# another run, alone; `level: tick` does not.
#
# From the repository's root, after make; reads B, JOBS, PYTHON, CHECK_SCORE and
# CHECK_TIMEOUT, which multiplies the limit.
set -u
: "${B:=build}" "${CHECK_TIMEOUT:=1}"
here=tests/conformance
cases=106
limit=$(awk -v times="$CHECK_TIMEOUT" 'BEGIN { print int(20 * times) + 1 }')
work=$(mktemp -d) || exit 2
workers=
trap 'clean_up' EXIT
trap 'exit 130' HUP INT TERM
n=0 passed=0 failed=0 skipped=0

# ---- Facts ----

fact() {    # STATUS TEXT [FILE WITH DETAILS]
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
        [ -z "${3-}" ] || sed -e 's/^/# /' -e 60q "$3"
    fi
}

holds() {    # TEXT: if the file `why` is not there, or empty
    [ ! -s "$work/why" ]
    fact $? "$1" "$work/why"
}

skip() {    # TEXT REASON
    n=$((n + 1))
    skipped=$((skipped + 1))
    echo "ok $n - $1 # skip $2"
}

level_of() { sed -n '1s/.*level: \([a-z]*\).*/\1/p' "$here/$1.py"; }
version_of() { sed -n '1s/.*python: 3\.\([0-9]*\)+.*/\1/p' "$here/$1.py"; }

# ---- Running ----

# Leaves no program behind, whoever has interrupted this.
clean_up() {
    # The words are numbers.
    # shellcheck disable=SC2086
    [ -z "$workers" ] || kill $workers 2> /dev/null
    for pid in "$work"/*.pid; do
        [ ! -e "$pid" ] || [ -e "${pid%.pid}.status" ] ||
            kill -KILL "$(cat "$pid")" 2> /dev/null
    done
    rm -rf "$work"
}

# Leaves what it prints in OUTPUT and OUTPUT.errors, its status in
# OUTPUT.status.
run_limited() {    # OUTPUT COMMAND...
    output=$1
    shift
    rm -f "$output.status"
    {
        "$@" > "$output" 2> "$output.errors" < /dev/null &
        echo $! > "$output.pid"
        wait $!
        echo $? > "$output.new"
        mv "$output.new" "$output.status"
    } 2> /dev/null &
    begun=$(date +%s)
    until [ -f "$output.status" ]; do
        sleep 0.02 2> /dev/null || sleep 1
        if [ $(($(date +%s) - begun)) -ge "$limit" ] &&
            kill -KILL "$(cat "$output.pid")" 2> /dev/null; then
            echo "killed: it took more than $limit s" >> "$output.errors"
            begun=$(date +%s)
        fi
    done
}

run_port() { run_limited "$work/$1.c" "$B/tests/conformance/$1"; }
run_python() { run_limited "$work/$1.py" "$PYTHON" "$here/$1.py"; }

# What the port is to print: without the lines that C cannot express.
write_wanted() {    # NAME
    sed -n "s/^$1 without \"\(.*\)\": .*/\1/p" "$here/cannot" > "$work/$1.not"
    cp "$here/$1.expected" "$work/$1.py.wanted"
    if [ -s "$work/$1.not" ]; then
        grep -vxF -f "$work/$1.not" "$here/$1.expected" > "$work/$1.c.wanted"
    else
        cp "$here/$1.expected" "$work/$1.c.wanted"
    fi
}

same() { cmp -s "$work/$1.wanted" "$work/$1"; }    # NAME.c or NAME.py

# Each worker takes the next program that nobody has taken.
run_what_is_left() {
    for name do
        mkdir "$work/$name.taken" 2> /dev/null || continue
        [ ! -e "$here/$name.c" ] || run_port "$name"
        ! python_runs "$name" || run_python "$name"
    done
}

run_all() {
    jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 1)}
    while [ "$jobs" -gt 0 ]; do
        run_what_is_left "$@" &
        workers="$workers $!"
        jobs=$((jobs - 1))
    done
    # The words are numbers.
    # shellcheck disable=SC2086
    wait $workers
    workers=
}

# ---- Comparing ----

has_succeeded() {    # NAME.c or NAME.py
    [ "$(cat "$work/$1.status")" -eq 0 ] && same "$1"
}

# The details of a failure: the lines that differ, and what was said beside.
explain() {    # NAME.c or NAME.py
    diff "$work/$1.wanted" "$work/$1" |
        sed -n -e 's/^</expected:/p' -e 's/^>/printed: /p'
    echo "exit status $(cat "$work/$1.status")"
    sed 's/^/stderr: /' "$work/$1.errors"
}

# Another run, alone, for what counts on gaps of time, unless a signal killed
# it: NAME.c or NAME.py, and how to run it.
try_again() {
    for _ in 1 2 3; do
        has_succeeded "$1" && break
        [ "$(level_of "${1%.*}")" = causal ] &&
            [ "$(cat "$work/$1.status")" -lt 128 ] || break
        "$2" "${1%.*}"
    done
    explain "$1" > "$work/why"
}

judge_port() {    # NAME
    reason=$(sed -n "s/^$1: //p" "$here/cannot")
    if [ -e "$here/$1.c" ] && [ -n "$reason" ]; then
        fact 1 "$1 has a port, and a reason why it has none"
    elif [ -e "$here/$1.c" ]; then
        try_again "$1.c" run_port
        has_succeeded "$1.c"
        fact $? "$1" "$work/why"
    elif [ -n "$reason" ]; then
        skip "$1" "$reason"
    else
        fact 1 "$1 has a port, or a reason in $here/cannot"
    fi
    while read -r line; do
        skip "$1: $line" "$(sed -n "s/^$1 without \"$line\": //p" \
            "$here/cannot")"
    done < "$work/$1.not"
}

# ---- CPython ----

python_runs() {    # NAME
    [ -n "${PYTHON:-}" ] && [ "$(version_of "$1")" -le "$minor" ]
}

judge_python() {    # NAME
    text="CPython prints $1.expected"
    if ! python_runs "$1"; then
        skip "$text" "from 3.$(version_of "$1") on"
        return
    fi
    try_again "$1.py" run_python
    defect=$(sed -n "s/^$1: //p" "$here/differs")
    if ! has_succeeded "$1.py" && [ -n "$defect" ]; then
        skip "$text" "$defect"
    else
        has_succeeded "$1.py"
        fact $? "$text" "$work/why"
    fi
}

# ---- The file `cannot` ----

# What it names and is not there, or is ported all the same.
find_stale() {
    while IFS= read -r entry; do
        name=${entry%%[: ]*}
        line=$(printf '%s\n' "$entry" |
            sed -n 's/^[a-z0-9_]* without "\(.*\)": ..*/\1/p')
        case $entry in
        "$name without "*) grep -qxF -e "${line:-no line}" \
            "$here/$name.expected" || echo "$entry" ;;
        "$name: "?*) [ -e "$here/$name.py" ] || echo "$entry" ;;
        *) echo "$entry" ;;
        esac
    done < "$here/cannot"
}

# ---- All ----
. tests/conformance/table.sh

# Reports by itself to CHECK_SCORE.
run_rest() {
    "$B/tests/conformance/cpython_rest" > "$work/rest" 2>&1
    fact $? 'what no layer alone could prove' "$work/rest"
}

names=named
if [ $# -eq 0 ]; then
    names=all
    # Names are words.
    # shellcheck disable=SC2046
    set -- $(cd "$here" && ls -- *.py | sed 's/\.py$//')
    [ $# -eq $cases ] || echo "there are $#" > "$work/why"
    holds "there are $cases cases"
fi
minor=0
[ -z "${PYTHON:-}" ] ||
    minor=$("$PYTHON" -c 'import sys; print(sys.version_info[1])') || exit 2
for name do
    write_wanted "$name"
done
run_all "$@"
for name do
    judge_port "$name"
done
if [ -z "${PYTHON:-}" ]; then
    skip "CPython prints what is expected" "PYTHON=python3.13 runs it"
else
    for name do
        judge_python "$name"
    done
fi
if [ "$names" = all ]; then
    find_stale > "$work/why" 2>&1
    holds 'what C cannot express is there in Python'
    run_rest
    prove_table
fi
[ -z "${CHECK_SCORE:-}" ] ||
    echo "$passed $failed $skipped 0 0 conformance" >> "$CHECK_SCORE"
[ "$failed" -eq 0 ]
