#!/bin/sh
# run.sh SUITE... - runs test suites, each a command line, and adds up what they
# append to the file CHECK_SCORE.  A suite that appends nothing has failed, and
# so has one that counts no failure and does not exit with 0.
# Shows what a suite prints if it fails, or if V is set; and all that is
# skipped.  The last line is the count; the exit status is 0 if nothing failed.
score=$(mktemp) && out=$(mktemp) || exit 2
trap 'rm -f "$score" "$out"' EXIT
trap 'exit 130' INT TERM
export CHECK_SCORE="$score"

lines() { wc -l < "$score"; }

failures() { awk -v from="$1" 'NR > from { n += $2 } END { print n + 0 }' \
    "$score"; }

for suite do
    before=$(lines)
    sh -c "$suite" < /dev/null > "$out" 2>&1
    status=$?
    if [ "$(lines)" -eq "$before" ]; then
        echo "0 1 0 0 0 no-score" >> "$score"
        status=1
    elif [ $status -ne 0 ] && [ "$(failures "$before")" -eq 0 ]; then
        echo "0 1 0 0 0 bad-exit" >> "$score"
    fi
    tail -n +$((before + 1)) "$score" | awk -v suite="$suite" '
        { passed += $1; failed += $2 }
        END { printf "%-58s %4d passed", suite, passed
              if (failed) printf ", %d failed", failed
              print "" }'
    if [ $status -ne 0 ] || [ -n "${V:-}" ]; then
        sed 's/^/    /' "$out"
    else
        sed -n '/# skip/s/^/    /p' "$out"
    fi
done
[ -z "${CHECK_TOTAL:-}" ] || cat "$score" >> "$CHECK_TOTAL"
awk '{ passed += $1; failed += $2; skipped += $3 }
     END { if (skipped) print skipped " skipped"
           printf "%d passed, %d failed\n", passed, failed
           exit failed > 0 }' "$score"
