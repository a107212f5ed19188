#!/bin/sh
# bench.sh - tests of tests/bench/bench.sh: the least of all rounds, ratios,
# bars, and that nobody is left out without a word.  Its contestants are scripts
# that print what the case wants.
n=0 failed=0
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
unset BENCH WORK ROUNDS

fact() {    # STATUS TEXT
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
        sed 's/^/# /' "$scratch/said"
    fi
}

# ---- A small world: peers that are scripts, works that they do

peer() {    # NUMBER_NAME [VERSION-COMMAND]
    {
        echo "source=${1#*_}.sh"
        echo "version() { ${2:-echo 1.0}; }"
        echo 'build() { sh -n "$1" && write_program "$2" ". \"$1\""; }'
    } > "$tree/peers/$1.sh"
}

contestant() {    # WORK PEER; the script on standard input
    mkdir -p "$tree/$1"
    echo "the title of $1" > "$tree/$1/about"
    cat > "$tree/$1/$2.sh"
}

new_world() {
    rm -rf "$tree"
    mkdir -p "$tree/peers"
    peer 0_weft
    peer 1_other
    contestant sums weft << 'END'
echo add 10; echo all 20
END
    contestant sums other << 'END'
echo add 25; echo all 3
END
}

bench() {    # [WORK...]
    BENCH_TREE=$tree B=$scratch/built ROUNDS=${rounds:-1} \
        sh tests/bench/bench.sh "$@" > "$scratch/said" 2> "$scratch/progress"
    status=$?
}

says() {    # LINE, blanks counted as one
    sed 's/  */ /g; s/^ //; s/ $//' "$scratch/said" | grep -qxF -- "$1"
}

# ---- Tables

new_world
bench
[ $status -eq 0 ] && says 'the title of sums' && says 'weft other' &&
    says 'add 10.0 25.0' && says "to weft's 2.5x" &&
    says 'all 20.0 3.0' && says "to weft's 0.1x"
fact $? 'the ratio is the peer to Weft'
says 'weft: 1.0' && says 'other: 1.0'
fact $? 'each peer is named with its version'

new_world
for name in weft other; do
    contestant sums $name << END
echo $name >> $scratch/order
echo add \$(sed -n "\$(grep -c $name $scratch/order)p" $scratch/$name.values)
END
done
printf '%s\n' 30 10 20 > "$scratch/weft.values"
printf '%s\n' 40 200 50 > "$scratch/other.values"
rounds=3 bench
says 'add 10.0 40.0' && says "to weft's 4.0x"
fact $? 'the least of all rounds counts'
says 'least of 3 rounds; the median is up to 2.00 times that (weft, add)'
fact $? 'how far the rounds differ is said'
[ "$(tr '\n' ' ' < "$scratch/order")" = \
    'weft other weft other weft other ' ]
fact $? 'the contestants take turns'

new_world
contestant more weft << 'END'
echo one 1; echo '# weft has a remark'
END
contestant more other << 'END'
echo one 1
END
rounds=3 bench more
says 'the title of more' && ! says 'the title of sums'
fact $? 'a work that is named runs alone'
[ "$(grep -c 'weft has a remark' "$scratch/said")" -eq 1 ]
fact $? 'what a contestant remarks is printed once'
touch "$tree/more/on_request"
bench
[ $status -eq 0 ] && says 'the title of sums' && ! says 'the title of more' &&
    bench more && says 'the title of more'
fact $? 'a work on request runs only if it is named'
bench less
[ $status -eq 2 ] && grep -q 'no work called less' "$scratch/progress"
fact $? 'a work that is not there is refused'

# ---- Who is missing

new_world
peer 2_gone false
bench
[ $status -eq 0 ] && says 'absent: gone' && says 'weft other'
fact $? 'a peer that is not installed is named'

new_world
rm "$tree/sums/other.sh"
bench
[ $status -eq 0 ] && says 'add 10.0 -' &&
    says 'other: has no contestant here'
fact $? 'a peer without this work is named'
echo 'cannot do sums' > "$tree/sums/other.txt"
bench
[ $status -eq 0 ] && says 'other: cannot do sums'
fact $? 'and why, where that is known'

# ---- Who fails

while read -r name script; do
    new_world
    peer 2_last
    contestant sums last << 'END'
echo add 30
END
    echo "$script" > "$tree/sums/other.sh"
    rounds=2 BENCH_TIMEOUT=1 bench
    reason=$(sed -n 's/^  sums other //p' "$scratch/said")
    case $name in
    crash)  wanted='ended with status 139' ;;
    exit)   wanted='ended with status 3' && says 'a reason' ;;
    silent | babbling)
            wanted='printed no results' ;;
    broken) wanted='does not build' ;;
    hang)   wanted='ended with status 124'
            timeout 1 true 2> /dev/null || continue ;;
    esac
    [ $? -eq 0 ] && [ $status -eq 1 ] && [ "$reason" = "$wanted" ] &&
        says 'add 10.0 failed 30.0' && says "to weft's 3.0x"
    fact $? "one contestant fails: $name"
done << 'END'
crash echo add 5; kill -SEGV $$
exit echo add 5; echo 'a reason' >&2; exit 3
silent :
babbling echo add five
broken if
hang exec sleep 100
END
new_world
echo 'exit 1' > "$tree/sums/weft.sh"
bench
[ $status -eq 1 ] && says 'add failed 25.0' &&
    ! grep -q '[0-9]x' "$scratch/said"
fact $? 'without Weft there are values, and no ratios'

# ---- Bars

new_world
peer 2_gone false
cat > "$tree/bars" << 'END'
sums add weft <= 10
sums all weft <= 19.9
sums add other >= 2.5
sums add other >= 2.6
sums add gone >= 1
nothing add weft <= 1
END
bench
[ $status -eq 0 ] && says 'met sums add weft <= 10 (10.00)' &&
    says 'MISSED sums all weft <= 19.9 (20.00)' &&
    says "met sums add other to weft's >= 2.5 (2.50)" &&
    says "MISSED sums add other to weft's >= 2.6 (2.50)"
fact $? 'bars are met or missed, and missing one is no failure'
says "unknown sums add gone to weft's >= 1"
fact $? 'a bar over an absent peer is unknown'
! grep -q nothing "$scratch/said"
fact $? 'a bar of a work that did not run is left out'

# ---- Instructions

# Writes a file for each phase, as callgrind does.
cat > "$scratch/valgrind" << 'END'
#!/bin/sh
for word do
    case $word in --callgrind-out-file=*) out=${word#*=} ;; esac
    program=$word
done
echo 'summary: 3000' > "$out.1"
echo 'totals: 500' > "$out.2"
exec "$program"
END
chmod +x "$scratch/valgrind"
new_world
contestant sums weft << 'END'
echo put 100; echo get 50; echo all 70 sum
END
VALGRIND=$scratch/valgrind BENCH=instructions bench
[ $status -eq 0 ] && says 'put 30.0' && says 'get 10.0' && says 'all 50.0' &&
    ! grep -q other "$scratch/said"
fact $? 'instructions are counted by phase, and over all phases'
VALGRIND=$scratch/none BENCH=instructions bench
[ $status -eq 0 ] && grep -q 'no valgrind' "$scratch/said"
fact $? 'without valgrind they are not'

# ---- The real ones

for file in tests/bench/peers/*.sh; do
    for word in '^source=' '^version()' '^build()'; do
        grep -q "$word" "$file" || echo "$file: no $word"
    done
done > "$scratch/said"
[ ! -s "$scratch/said" ]
fact $? 'each peer says its source, its version, and how it is built'
while read -r work row rest; do
    cat "tests/bench/$work/weft.c" "tests/bench/$work/driver.c" 2> /dev/null |
        grep -q "\"$row\"" ||
        echo "$work $row $rest: Weft does not measure it"
done < tests/bench/bars > "$scratch/said" 2>&1
[ ! -s "$scratch/said" ]
fact $? 'each bar is about what Weft measures'
for file in tests/bench/*/weft.c; do
    ${CC:-cc} ${CFLAGS:--std=c11 -D_XOPEN_SOURCE=700} -o "$scratch/weft.o" \
        -c "$file" || echo "$file does not compile"
done > "$scratch/said" 2>&1
[ ! -s "$scratch/said" ]
fact $? 'what Weft does in each work compiles'
[ -z "${CHECK_SCORE:-}" ] ||
    echo "$((n - failed)) $failed 0 0 0 bench" >> "$CHECK_SCORE"
[ $failed -eq 0 ]
