#!/bin/sh
# run.sh SUITE... - runs test suites, each a command line, JOBS at a time (as
# many as there are processors), and adds up what they append to the file
# CHECK_SCORE.  A suite that appends nothing has failed, and so has one that
# counts no failure and does not exit with 0.
# Where the file CANNOT has a line `TEST | REASON`, that test is not failed but
# skipped.
# Shows, in the order of the suites, what one prints if it fails, or if V is
# set; and all that is skipped.  The last line is the count; the exit status is
# 0 if nothing failed.
work=$(mktemp -d) || exit 2
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 1)}
workers=
trap 'rm -rf "$work"' EXIT
trap 'kill $workers 2> /dev/null; exit 130' TERM
trap 'trap - TERM; kill 0' INT    # the suites: they run in the background

# ---- Running: each worker takes the next suite that nobody has taken

run_suite() {    # NUMBER SUITE
    : > "$work/$1.score"
    CHECK_SCORE=$work/$1.score sh -c "$2" < /dev/null > "$work/$1.out" 2>&1
    echo $? > "$work/$1.status.new"
    mv "$work/$1.status.new" "$work/$1.status"
}

run_what_is_left() {
    n=0
    for suite do
        n=$((n + 1))
        mkdir "$work/$n.taken" 2> /dev/null && run_suite $n "$suite"
    done
}

while [ "$jobs" -gt 0 ]; do
    run_what_is_left "$@" &
    workers="$workers $!"
    jobs=$((jobs - 1))
done

# ---- Reporting

failures() { awk '{ n += $2 } END { print n + 0 }' "$1"; }

wait_for() {    # NUMBER
    until [ -f "$work/$1.status" ]; do
        sleep 0.05 2> /dev/null || sleep 1
    done
}

# Turns failures into skips, and takes them off the score.
excuse() {    # NUMBER
    awk -F ' \\| ' '
        FILENAME == ARGV[1] { reason[$1] = $2; next }
        { name = $0; sub(/^not ok [0-9]+ - /, "", name) }
        /^not ok / && name in reason {
            $0 = substr($0, 5) " # skip " reason[name]
            excused++
        }
        /^(not )?ok / { is_excused = / # skip / }
        !is_excused || !/^#/ { print > (ARGV[2] ".excused") }
        END { if (excused) print 0, -excused, excused, 0, 0, "excused" }
    ' "$CANNOT" "$work/$1.out" >> "$work/$1.score"
    mv "$work/$1.out.excused" "$work/$1.out"
    [ "$(failures "$work/$1.score")" -ne 0 ] ||
        [ "$(cat "$work/$1.status")" -ne 1 ] || echo 0 > "$work/$1.status"
}

n=0
for suite do
    n=$((n + 1))
    wait_for $n
    [ -z "${CANNOT:-}" ] || [ "$(failures "$work/$n.score")" -eq 0 ] ||
        excuse $n
    score=$work/$n.score
    status=$(cat "$work/$n.status")
    if [ ! -s "$score" ]; then
        echo "0 1 0 0 0 no-score" >> "$score"
        status=1
    elif [ "$status" -ne 0 ] && [ "$(failures "$score")" -eq 0 ]; then
        echo "0 1 0 0 0 bad-exit" >> "$score"
    fi
    awk -v suite="$suite" '
        { passed += $1; failed += $2 }
        END { printf "%-58s %4d passed", suite, passed
              if (failed) printf ", %d failed", failed
              print "" }' "$score"
    if [ -n "${V:-}" ]; then
        sed 's/^/    /' "$work/$n.out"
    elif [ "$status" -ne 0 ]; then    # without what is ok
        awk 'BEGIN { shown = 1 }
             /^(not )?ok / { shown = /^not/ || /# skip/ }
             shown { print "    " $0 }' "$work/$n.out"
    else
        sed -n '/# skip/s/^/    /p' "$work/$n.out"
    fi
    cat "$score" >> "$work/total"
done
wait
touch "$work/total"
[ -z "${CHECK_TOTAL:-}" ] || cat "$work/total" >> "$CHECK_TOTAL"
awk '{ passed += $1; failed += $2; skipped += $3 }
     END { if (skipped) print skipped " skipped"
           printf "%d passed, %d failed\n", passed, failed
           exit failed > 0 }' "$work/total"
