#!/bin/sh
# Tests of tests/check.h. Invariant: what a test does can cost that test and no
# other, and can never earn a pass.
#
# From the repository's root; reads CC, CFLAGS, LDLIBS, CHECK_SCORE.

set -u
: "${CC:=cc}" "${CFLAGS:=-std=c11 -D_XOPEN_SOURCE=700}"
: "${LDLIBS=-lpthread -lm}"
unset CHECK_VERBOSE CHECK_TIMEOUT
here=tests/workshop/check
score=${CHECK_SCORE-}
unset CHECK_SCORE
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
n=0 failed=0

fact() { # fact STATUS TEXT [FILE WITH DETAILS]
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
        [ -z "${3-}" ] || sed -e 's/^/# /' -e 40q "$3"
    fi
}

build() {
    # The flags are lists of words.
    # shellcheck disable=SC2086
    $CC $CFLAGS "$here/$1.c" -o "$scratch/$1" $LDLIBS >"$scratch/errors" 2>&1
    fact $? "$1.c compiles without a warning" "$scratch/errors"
}

# ---- Hostile tests ----

# Compares the output, first, with the source: each bad test fails, for the
# reason in the comment above it, and each good one passes. Says what differs.
judge() {
    awk '
        FNR == 1 { file++ }
        file == 1 && /^\/\* expect: / {
            reason = $0
            sub(/^\/\* expect: /, "", reason)
            sub(/ \*\/$/, "", reason)
        }
        file == 1 && /^BAD/ {
            name = $0
            sub(/\)$/, "", name)
            sub(/^.*[(, ]/, "", name)
            gsub(/_/, " ", name)
            wanted["bad " name] = reason
            tests += 2
        }
        file == 1 && /^CHECK_TEST\(/ { tests++ }
        file == 2 && /^(not )?ok / {
            seen++
            is_ok = /^ok/
            sub(/^(not )?ok [0-9]+ - /, "")
            is_skip = sub(/ # skip .*/, "")
            name = $0
            if (name ~ /^good/ && !is_ok) print name ": failed"
            if (name ~ /^bad/ && is_ok && !is_skip) print name ": passed"
            if (name ~ /^bad/ && !is_ok) found[name] = 0
        }
        file == 2 && /^#/ {
            if (name in found && $0 ~ wanted[name]) found[name] = 1
            if (name ~ /^good/) print name ": says " $0
        }
        END {
            for (name in found)
                if (!found[name])
                    print name ": fails, but not because " wanted[name]
            if (seen != tests) print seen " of " tests " tests were run"
        }' "$here/hostile.c" "$1"
}

# The score that the output stands for; a good test gives 1 point.
score_of() {
    awk '/^not ok/ { failed++ } /^ok/ { if (/ # skip /) skipped++; else ok++ }
        END { print ok + 0, failed + 0, skipped + 0, ok + 0,
            ok + failed * 100, "hostile" }' "$1"
}

hostile() {
    build hostile
    # No core files; signals as nohup and shells leave them; input to steal.
    echo input | (
        trap '' PIPE INT QUIT
        ulimit -c 0 2>/dev/null
        CHECK_TIMEOUT=0.2 CHECK_SCORE=$scratch/score "$scratch/hostile" \
            >"$scratch/out" 2>"$scratch/err" 9</dev/null
    )
    fact $(($? != 1)) 'the exit status is 1 if a test failed' "$scratch/err"
    judge "$scratch/out" >"$scratch/differences"
    [ ! -s "$scratch/differences" ]
    fact $? 'each hostile test costs itself and no other' \
        "$scratch/differences"
    score_of "$scratch/out" >"$scratch/wanted"
    sed "s,[^ ]*/,," "$scratch/score" | cmp -s - "$scratch/wanted"
    fact $? 'the score file says the same as the output' "$scratch/score"
    [ ! -s "$scratch/err" ]
    fact $? 'nothing is printed on standard error' "$scratch/err"
    [ "$(wc -c <"$scratch/out")" -lt 300000 ]
    fact $? 'a long output is shortened'
}

# ---- Messages and options ----

says() { # says WANTED STATUS ARGUMENT...: what `messages` prints
    wanted=$1 status=$2
    shift 2
    "$scratch/messages" "$@" >"$scratch/out" 2>&1
    [ $? -eq "$status" ] && printf '%s\n' "$wanted" | cmp -s - "$scratch/out"
}

messages() {
    build messages
    CHECK_SCORE=$scratch/score2 "$scratch/messages" >"$scratch/out" 2>&1
    diff "$here/messages.expected" "$scratch/out" >"$scratch/diff"
    fact $? 'failures say what was expected and what it is' "$scratch/diff"
    grep -q '^1 7 1 4 7 [^ ]*messages$' "$scratch/score2"
    fact $? 'a skipped test counts neither for nor against' "$scratch/score2"
    CHECK_SCORE=$scratch/score2 "$scratch/messages" skip >/dev/null
    [ "$(wc -l <"$scratch/score2")" -eq 2 ]
    fact $? 'a score is appended' "$scratch/score2"

    says 'ok 1 - passing says nothing' 0 passing
    fact $? 'a pattern chooses tests' "$scratch/out"
    says 'ok 1 - passing says nothing' 0 passing_says
    fact $? 'a pattern may have underscores' "$scratch/out"
    says "$scratch/messages: no test has 'xyz' in its name" 2 xyz
    fact $? 'a pattern that chooses none is an error' "$scratch/out"
    CHECK_VERBOSE=1 says "ok 1 - passing says nothing
# | Not shown." 0 passing
    fact $? 'CHECK_VERBOSE shows the output of a passing test' "$scratch/out"
    says "$(sed -n 's/^.*ok [0-9]* - \([^#]*[^# ]\).*/\1/p' \
        "$here/messages.expected")" 0 -l
    fact $? '-l lists the tests' "$scratch/out"
    "$scratch/messages" -d a_string >"$scratch/out" 2>&1
    [ $? -eq 1 ] && grep -q 'to be "say \\"one\\"", but' "$scratch/out"
    fact $? '-d runs a test in this process' "$scratch/out"
    CHECK_SCORE=/nowhere/score "$scratch/messages" passing >"$scratch/out" 2>&1
    [ $? -eq 2 ] && grep -q '^/nowhere/score: ' "$scratch/out"
    fact $? 'a score that cannot be written is an error' "$scratch/out"
}

# ---- Interruption ----

# Who interrupts the program must not be left with a hanging test.
interruption() {
    build interrupted
    mkfifo "$scratch/pipe"
    INTERRUPTED_PIPE=$scratch/pipe "$scratch/interrupted" \
        >"$scratch/out" 2>&1 &
    pid=$!
    exec 8<"$scratch/pipe" # waits until the test has opened it, too
    kill -TERM "$pid"
    wait "$pid" 2>/dev/null
    [ $? -gt 128 ] && [ -z "$(cat <&8)" ]
    fact $? 'an interrupted run takes its test along' "$scratch/out"
}

hostile
messages
interruption
[ -z "$score" ] || echo "$((n - failed)) $failed 0 0 0 check" >>"$score"
[ "$failed" -eq 0 ]
