#!/bin/sh
# bench.sh [WORK...] - runs the same work in Weft and in its peers, by turns,
# several rounds, and prints a table with ratios.  README.md says what is where.
# Takes from the environment, as `make bench` sets it: CC, CFLAGS, LDLIBS,
# ARCHIVES, B; ROUNDS; BENCH=instructions; BENCH_TREE, another folder than this.
# The exit status is 1 if a contestant could not be built or did not do its
# work, 2 if there is no such work; a slow one is no failure.
tree=${BENCH_TREE:-tests/bench}
CC=${CC:-cc} CFLAGS=${CFLAGS:--O2} B=${B:-build} ROUNDS=${ROUNDS:-3}
built=$B/bench
tab=$(printf '\t')

# All but those that only run when they are named.
list_works() {
    for about in "$tree"/*/about; do
        work=${about%/about}
        [ -f "$work/on_request" ] || basename "$work"
    done
}

[ $# -gt 0 ] || set -- $(list_works)
for work do
    [ -f "$tree/$work/about" ] && continue
    echo "bench.sh: $tree has no work called $work" >&2
    exit 2
done
mkdir -p "$built" && scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
ulimit -n 1024 2> /dev/null
limit=
timeout 1 true 2> /dev/null && limit="timeout ${BENCH_TIMEOUT:-60}"

# ---- For the peers

# Prints what an expression of a library says, if a program with it compiles.
print_from_c() {    # HEADER EXPRESSION FLAG...
    printf '#include <stdio.h>\n#include <%s>\nint main(void)\n{\n    %s\n}\n' \
        "$1" "return puts($2) < 0;" > "$scratch/probe.c"
    shift 2
    $CC $CFLAGS -o "$scratch/probe" "$scratch/probe.c" "$@" && "$scratch/probe"
}

write_program() {    # FILE SCRIPT
    printf '#!/bin/sh\n%s\n' "$2" > "$1" && chmod +x "$1"
}

# ---- The record: one fact a line, its words between tabs

note() {    # WORD...
    (IFS=$tab; printf '%s\n' "$*") >> "$scratch/record"
}

fail() {    # WORK PEER REASON
    note failed "$1" "$2" "$3"
    sed "s/^/failed-says$tab$1$tab$2$tab/" "$scratch/err" | head -n 8 \
        >> "$scratch/record"
}

# ---- Building

peer_name() { basename "$1" .sh | sed 's/^[0-9]*_//'; }

find_peers() {
    for file in "$tree"/peers/*.sh; do
        name=$(peer_name "$file")
        version=$(. "$file" && version 2> /dev/null)
        if [ $? -eq 0 ]; then
            note peer "$name" "$version"
            echo "$file"
        else
            note absent "$name"
        fi
    done
}

# A program in $built/WORK/PEER, or else a note why there is none.
build_one() {    # WORK PEER-FILE
    name=$(peer_name "$2") source=
    program=$built/$1/$name
    mkdir -p "$built/$1" && rm -f "$program"
    (
        . "$2"
        source=$tree/$1/$source
        if [ -f "$tree/$1/$name.txt" ]; then
            note remark "$1" "$name" "$(cat "$tree/$1/$name.txt")"
        elif [ ! -f "$source" ]; then
            note remark "$1" "$name" 'has no contestant here'
        elif ! build "$source" "$program" > "$scratch/err" 2>&1; then
            rm -f "$program"
            fail "$1" "$name" 'does not build'
        fi
    )
}

# ---- Running

# What it prints becomes facts: `name value`, and `# remark`.
take_down() {    # WORK PEER
    awk -v OFS='\t' -v work="$1" -v peer="$2" '
        /^# / { print "remark", work, peer, substr($0, 3); next }
        NF == 2 && $2 ~ /^[0-9.]+$/ {
            print "value", work, peer, $1, $2; n++; next }
        { print "it printed: " $0 > "/dev/stderr"; bad = 1 }
        END { exit bad || !n }' "$scratch/out" 2> "$scratch/said" \
        > "$scratch/facts"
}

# A work whose contestants are servers has a driver, which starts one and is its
# clients.
build_driver() {    # WORK
    driver=
    [ -f "$tree/$1/driver.c" ] || return 0
    mkdir -p "$built/$1"
    driver=$built/$1/driver
    $CC $CFLAGS -o "$driver" "$tree/$1/driver.c"
}

# One that fails runs no more.
run_one() {    # WORK PEER
    $limit $driver "$built/$1/$2" > "$scratch/out" 2> "$scratch/err" < /dev/null
    status=$?
    if [ $status -ne 0 ]; then
        fail "$1" "$2" "ended with status $status"
    elif take_down "$1" "$2"; then
        cat "$scratch/facts" >> "$scratch/record"
        return
    else
        cp "$scratch/said" "$scratch/err"
        fail "$1" "$2" 'printed no results'
    fi
    rm -f "$built/$1/$2"
}

run_round() {    # WORK
    for file in $peers; do
        name=$(peer_name "$file")
        [ ! -x "$built/$1/$name" ] || run_one "$1" "$name"
    done
}

# ---- What is measured

measure_times() {    # WORK...
    peers=$(find_peers)
    for work do
        note work "$work" "$(cat "$tree/$work/about")"
        build_driver "$work" || exit 2
        for file in $peers; do
            build_one "$work" "$file"
        done
        round=0
        while [ $((round += 1)) -le "$ROUNDS" ]; do
            echo "$work, round $round of $ROUNDS" >&2
            run_round "$work"
        done
    done
    [ ! -f "$tree/bars" ] || sed 's/^/bar /' "$tree/bars" | tr ' ' '\t' \
        >> "$scratch/record"
    awk -F '\t' -v rounds="$ROUNDS" -f tests/bench/table.awk "$scratch/record"
}

# Weft alone: valgrind counts from each begin_phase() to its end_phase(), and
# writes a file each time.
count_work() {    # WORK
    echo "$1" >&2
    rm -f "$scratch"/count.*
    "$valgrind" --tool=callgrind --callgrind-out-file="$scratch/count" \
        --zero-before=begin_phase --dump-before=end_phase "$built/$1/weft" \
        > "$scratch/out" 2> "$scratch/err"
    status=$?
    [ $status -eq 0 ] || fail "$1" weft "ended with status $status"
    ls "$scratch"/count.* | sed 's/.*\.//' | sort -n | while read -r n; do
        sed -n "s/^\(summary\|totals\): */counted /p" "$scratch/count.$n" |
            sed 1q
    done | cat - "$scratch/out" > "$scratch/facts"
    awk -v OFS='\t' -v work="$1" '
        /^counted / { counted[++phases] = $2; sum += $2; next }
        NF >= 2 { print "value", work, "weft", $1, \
                  ($3 == "sum" ? sum : counted[++n]) / $2 }' \
        "$scratch/facts" >> "$scratch/record"
}

count_instructions() {    # WORK...
    valgrind=${VALGRIND:-valgrind}
    if ! command -v "$valgrind" > /dev/null; then
        echo "There is no valgrind here: no instructions are counted."
        return 0
    fi
    export BENCH
    note peer weft 'instructions per operation, counted by callgrind'
    for work do
        note work "$work" "$work"
        build_one "$work" "$tree/peers/0_weft.sh"
        [ ! -x "$built/$work/weft" ] || count_work "$work"
    done
    awk -F '\t' -v rounds=1 -f tests/bench/table.awk "$scratch/record"
}

: > "$scratch/record"
if [ "${BENCH:-}" = instructions ]; then
    count_instructions "$@"
else
    measure_times "$@"
fi
