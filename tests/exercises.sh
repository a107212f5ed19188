#!/bin/sh
# Proves that the exercises can be graded. Invariant: each starter compiles
# and earns nothing, each solution earns all, no wrong answer passes.
#
#     tests/exercises.sh [NN ...]        all chapters, or these
#
# From the repository's root, after make; the environment is that of
# tests/grade.sh. A starter that earns something has been worked on, by somebody
# who does the exercises in this copy: that is said, and fails only where CI is
# set. Of one exercise prove() writes one line per fact, `ok TEXT`
# or `not ok TEXT`, details after `# `; the numbers come last.

set -u
: "${CHECK_TIMEOUT:=1}"

fact() { # fact STATUS TEXT [FILE WITH DETAILS]
    if [ "$1" -eq 0 ]; then
        echo "ok $2"
        return
    fi
    echo "not ok $2"
    [ -z "${3-}" ] || sed -e 's/^/# /' -e 25q "$3"
}

# ---- One exercise ----

# Reads what tests/grade.sh left of an answer: `compiled`, and the score.
read_score() {
    passed=0 failed=1 skipped=0 points=0 total=0 compiled=1
    [ -s "$1/errors" ] || compiled=0
    [ -e "$1/log" ] || compiled=1
    [ -e "$1/score" ] || return 0
    read -r passed failed skipped points total _ <"$1/score"
}

# Answers ANSWER NAME FACTOR: a wrong one may hang, and need not hang long.
answer() {
    CHECK_TIMEOUT=$(awk -v a="$CHECK_TIMEOUT" -v b="$3" 'BEGIN {print a * b}') \
        sh tests/grade.sh try "$exercise" "$1" "$work/$2"
    read_score "$work/$2"
}

prove_starter() {
    set -- "$exercise"/*.c
    if [ $# -ne 1 ] || [ ! -e "$1" ]; then
        fact 1 "$exercise: has one C file, the starter"
        return
    fi
    answer "$1" starter 0.1
    if [ -z "${CI-}" ] && { [ "$compiled" -ne 0 ] || [ "$points" -gt 0 ]; }
    then
        echo "ok $exercise: the starter # skip it has been worked on"
        return
    fi
    fact "$compiled" "$exercise: the starter compiles without a warning" \
        "$work/starter/errors"
    [ "$compiled" -eq 0 ] || return 0
    [ -e "$work/starter/score" ] && [ "$points" -eq 0 ] &&
        [ "$failed" -gt 0 ]
    fact $? "$exercise: the starter earns no point (of $total: $points)" \
        "$work/starter/log"
}

prove_solution() {
    if [ ! -e "$tests/solution.c" ]; then
        fact 1 "$exercise: has a solution"
        return
    fi
    answer "$tests/solution.c" solution 1
    if [ "$compiled" -ne 0 ]; then
        fact 1 "$exercise: the solution compiles without a warning" \
            "$work/solution/errors"
        return
    fi
    [ "$failed" -eq 0 ] && [ "$points" -eq "$total" ] &&
        [ $((total + skipped)) -gt 0 ]
    fact $? "$exercise: the solution earns all ($points of $total)" \
        "$work/solution/log"
}

prove_wrong() {
    for wrong in "$tests"/wrong_*.c; do
        if [ ! -e "$wrong" ]; then
            fact 1 "$exercise: has a wrong answer"
            return
        fi
        name=$(basename "$wrong" .c)
        answer "$wrong" "$name" 0.1
        fact "$compiled" "$exercise: $name compiles without a warning" \
            "$work/$name/errors"
        [ "$compiled" -eq 0 ] || continue
        [ -e "$work/$name/score" ] && [ "$failed" -gt 0 ]
        fact $? "$exercise: $name does not pass"
    done
}

# A chapter without a title or a hint leaves the student alone.
prove_text() {
    readme=$exercise/README.md
    if [ ! -e "$readme" ]; then
        fact 1 "$exercise: has a README.md"
        return
    fi
    sed -n 1p "$readme" | grep -q '^# .'
    fact $? "$exercise: README.md begins with its title"
    [ "$kind" = explain ] && return
    grep -q '^## Hint$' "$readme"
    fact $? "$exercise: README.md has a hint"
}

prove() {
    exercise=$1
    tests=tests/${exercise#code/}
    work=$2/$(printf '%s' "${exercise#code/}" | tr / .)
    mkdir -p "$work"
    name=${exercise##*/}
    kind=${name#*_}
    kind=${kind%%_*}
    printf '%s\n' "$name" |
        grep -q '^[1-9][0-9]*_\(fix\|build\|extend\|explain\)_.'
    fact $? "$exercise: is named by number, kind and content"
    prove_text
    if [ "$kind" = explain ]; then
        [ ! -e "$tests/check.c" ]
        fact $? "$exercise: is for discussion, so has no check"
        return
    fi
    [ -e "$tests/check.c" ]
    fact $? "$exercise: has a check"
    [ -e "$tests/check.c" ] || return 0
    prove_starter
    prove_solution
    prove_wrong
}

# ---- One chapter ----

prove_chapter() {
    chapter=${1%/}
    n=0 gaps=
    for folder in "$chapter"/exercises/*/; do
        [ -d "$folder" ] || continue
        n=$((n + 1))
        [ -d "$(echo "$chapter/exercises/$n"_*)" ] || gaps="$gaps $n"
    done
    [ "$n" -ge 3 ]
    fact $? "$chapter: has at least three exercises ($n)"
    [ -z "$gaps" ]
    fact $? "$chapter: the exercises are numbered from 1 (missing:$gaps )"
    for folder in "tests/${chapter#code/}"/exercises/*/; do
        [ -d "$folder" ] && [ ! -d "code/${folder#tests/}" ] &&
            fact 1 "$folder: is the check of an exercise in code/"
    done
}

# ---- All ----

is_handout() {
    set -- tests/*/exercises/*/solution.c
    [ ! -e "$1" ] && set -- tests/*/exercises/*/check.c && [ -e "$1" ]
}

# Numbers the facts and adds the score line.
report() {
    awk -v score="${CHECK_SCORE-}" '
        sub(/^ok /, "") { print "ok " ++n " - " $0
            if (/ # skip /) skipped++; else passed++; next }
        sub(/^not ok /, "") { print "not ok " ++n " - " $0; failed++; next }
        { print }
        END {
            if (score != "") print passed + 0, failed + 0, skipped + 0, 0, 0,
                "exercises" >>score
            exit failed > 0
        }'
}

all() {
    if is_handout; then
        echo "ok exercises # skip a handout has no solutions to prove"
        return
    fi
    [ $# -gt 0 ] || set -- '*'
    for number; do
        for layer in code/${number}_*/; do
            [ -d "$layer" ] && prove_chapter "$layer"
        done
        for folder in code/${number}_*/exercises/*/; do
            [ ! -d "$folder" ] || printf '%s\n' "${folder%/}"
        done
    done >"$scratch/all"
    grep -v '^code/' "$scratch/all"
    grep '^code/' "$scratch/all" >"$scratch/exercises"
    # Each in a process of its own, its facts in a file of its own. More at a
    # time than there are processors, because they wait for wrong answers.
    processors=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
    xargs -n 1 -P $((processors * 2)) sh -c '
        facts=$1/$(printf %s "$2" | tr / .).facts
        sh tests/exercises.sh prove "$2" "$1" >"$facts" ||
            echo "not ok $2: the proof came to its end" >>"$facts"' \
        sh "$scratch" <"$scratch/exercises"
    while read -r folder; do
        cat "$scratch/$(printf %s "$folder" | tr / .).facts"
    done <"$scratch/exercises"
}

if [ "${1-}" = prove ]; then
    prove "$2" "$3"
    exit 0
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
score=${CHECK_SCORE-}
unset CHECK_SCORE
all "$@" | CHECK_SCORE=$score report
