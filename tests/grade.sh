#!/bin/sh
# Grades the exercises. Invariant: points come only from the score file that
# the check's own main() writes; nothing that the graded program prints, or
# does to files, processes or descriptors, can raise them.
#
#     tests/grade.sh NN|all              the student's answers, for people; and
#                                        build/grades.csv
#     tests/grade.sh try FOLDER ANSWER DIR
#         one answer to the exercise FOLDER (code/NN_slug/exercises/K_name):
#         leaves DIR/errors (the compiler's), DIR/log and DIR/score. No
#         DIR/score: it did not compile, or did not reach its end.
#
# From the repository's root, after make. Reads CC, CFLAGS, LDLIBS, B and
# CHECK_TIMEOUT.

set -u
: "${CC:=cc}" "${CFLAGS:=-std=c11 -D_XOPEN_SOURCE=700}"
: "${LDLIBS=-lpthread -lm}" "${B:=build}" "${CHECK_TIMEOUT:=1}"
ANSWER_CFLAGS=

# ---- One answer ----

# The C file of the exercise: the starter, that the student edits.
starter_of() {
    set -- "$1"/*.c
    printf '%s\n' "$1"
}

# The objects of the layers up to the exercise's own, without the one whose
# place the answer takes.
objects_for() {
    own=${1#code/}
    own=${own%%/*}
    replaced=$(basename "$(starter_of "$1")")
    for layer in code/[0-9]*_*; do
        layer=${layer#code/}
        [ "${layer%%_*}" -le "${own%%_*}" ] || continue
        for source in code/"$layer"/*.c; do
            name=$(basename "$source" .c)
            [ -e "$source" ] && [ "$name.c" != "$replaced" ] &&
                printf '%s\n' "$B/$layer/$name.o"
        done
    done
}

# The points of a check.
points_of() {
    awk '/^TEST_FOR\(/ { sub(/^[^(]*\(/, ""); sum += $0 }
        END { print sum + 0 }' "$1"
}

# The seconds that all tests of DIR/check, from SOURCE, may take at most.
seconds_of() {
    {
        limited 20 "$1/check" -l
        grep '^TEST_LIMIT(' "$2"
    } 2>/dev/null | awk -v factor="$CHECK_TIMEOUT" '
        sub(/^TEST_LIMIT\(/, "") { sum += $0 * 1.2; next }
        { sum += 12 }
        END { print int((sum + 20) * factor) + 5 }'
}

# Compiles FOLDER ANSWER DIR. Quotes in an answer that lives elsewhere are
# found from the exercise's folder.
compile() {
    check=tests/${1#code/}/check.c
    # The flags and the objects are lists of words.
    # shellcheck disable=SC2046,SC2086
    [ -e "$3/../check.o" ] || $CC $CFLAGS -I"$1" -c "$check" \
        -o "$3/../check.o" &&
        $CC $CFLAGS $ANSWER_CFLAGS -I"$1" -c "$2" -o "$3/answer.o" &&
        $CC $CFLAGS "$3/answer.o" "$3/../check.o" $(objects_for "$1") \
            -o "$3/check" $LDLIBS
}

# Runs SECONDS COMMAND. The tests have limits of their own; this one is for
# an answer that stops the very program that watches it. The watchdog looks
# for its end each second, so nobody has to tell it, or to wait for it.
limited() {
    seconds=$1
    shift
    "$@" &
    running=$!
    (
        while kill -0 "$running" && [ "$seconds" -gt 0 ]; do
            sleep 1
            seconds=$((seconds - 1))
        done
        kill -TERM "$running" && kill -CONT "$running" && sleep 1 &&
            kill -KILL "$running"
    ) >/dev/null 2>&1 &
    wait "$running"
}

# A score that the check can have written: one line, of six words, with as
# many points in all as the check has (fewer if tests were skipped).
is_score() {
    awk -v most="$2" 'NF == 6 && $4 <= $5 && $5 <= most { good++ }
        $3 == 0 && $5 != most { good = -9 }
        END { exit !(good == 1 && NR == 1) }' "$1"
}

# The score file is named by chance, in a folder that only we can read, and
# the answer runs in an empty folder of its own.
try() {
    mkdir -p "$3/empty"
    compile "$1" "$2" "$3" >"$3/errors" 2>&1 || return 0
    check=tests/${1#code/}/check.c
    private=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
    here=$(cd "$3" && pwd)
    limited "$(seconds_of "$3" "$check")" env CHECK_SCORE="$private/score" \
        CHECK_TIMEOUT="$CHECK_TIMEOUT" sh -c 'cd "$1" && exec "$2"' sh \
        "$here/empty" "$here/check" >"$3/log" 2>&1
    [ -e "$private/score" ] &&
        is_score "$private/score" "$(points_of "$check")" &&
        mv "$private/score" "$3/score"
    rm -rf "$private"
}

# ---- All answers of a student ----

# Grades FOLDER, prints its lines, adds one to the table.
grade() {
    exercise=${1#code/}
    chapter=${exercise%%_*}
    folder=${exercise##*/}
    title="${chapter#0}.${folder%%_*} ${folder#*_}"
    check=tests/$exercise/check.c
    if [ ! -e "$check" ]; then
        printf '%-40s for discussion\n' "$title"
        return
    fi
    work=$scratch/$chapter.$folder
    points=0 total=$(points_of "$check")
    try "$1" "$(starter_of "$1")" "$work/answer"
    if [ -e "$work/answer/score" ]; then
        read -r _ _ _ points total _ <"$work/answer/score"
        note=
    elif [ -e "$work/answer/log" ]; then
        note=', the check was ended before its own end'
    else
        note=', does not compile'
    fi
    printf '%-40s %d/%d points%s\n' "$title" "$points" "$total" "$note"
    explain "$work/answer"
    printf '%s,%d,%d\n' "${exercise%%/*}/$folder" "$points" "$total" \
        >>"$scratch/grades.csv"
}

# The compiler's first words, or the tests that failed: all that have a hint,
# and some of the others.
explain() {
    if [ ! -e "$1/log" ]; then
        sed -e 's/^/    /' -e 12q "$1/errors"
        return
    fi
    awk -v most=5 '
        function finish() {
            if (hinted || (failed && most-- > 0))
                printf "%s", block
            else if (failed)
                more++
            block = ""
            hinted = failed = 0
        }
        /^(not )?ok/ { finish(); failed = /^not/ }
        /^# hint: / { hinted = 1 }
        { block = block "    " $0 "\n" }
        END {
            finish()
            if (more) print "    and " more " more tests that fail"
        }' "$1/log"
}

grade_all() {
    found=
    for folder in code/$1_*/exercises/[0-9]*_*/; do
        [ -d "$folder" ] || continue
        found=yes
        grade "${folder%/}"
    done
    if [ -z "$found" ]; then
        echo "tests/grade.sh: chapter $1 has no exercises" >&2
        return 2
    fi
    awk -F, 'NR > 1 { points += $2; total += $3 }
        END { printf "%-40s %d/%d points\n", "total", points, total }' \
        "$scratch/grades.csv"
    mkdir -p build && cp "$scratch/grades.csv" build/grades.csv
}

# ---- Command line ----

case ${1-} in
try)
    try "$2" "$3" "$4"
    ;;
all | [0-9]*)
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' HUP INT TERM
    echo exercise,points,total >"$scratch/grades.csv"
    [ "$1" = all ] && set -- '*'
    ANSWER_CFLAGS=-Wno-error    # a warning costs a student nothing
    grade_all "$1"
    ;;
*)
    echo "usage: tests/grade.sh NN|all" >&2
    exit 2
    ;;
esac
