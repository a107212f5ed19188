#!/bin/sh
# run.sh - tests of tests/run.sh: what counts as a failure, and what is said.
# Each case runs it over suites of one line, and looks at its last line and its
# exit status.
n=0 failed=0
unset CHECK_TOTAL CANNOT    # what fails here on purpose is not to be counted
total=$(mktemp) || exit 2
trap 'rm -f "$total"' EXIT

expect() {    # NAME LAST-LINE STATUS SUITE...
    name=$1 wanted=$2 wanted_status=$3
    shift 3
    n=$((n + 1))
    said=$(sh tests/run.sh "$@" 2>&1)
    status=$?
    last=$(printf '%s\n' "$said" | tail -n 1)
    if [ "$last" = "$wanted" ] && [ $status -eq "$wanted_status" ]; then
        echo "ok $n - $name"
    else
        failed=$((failed + 1))
        echo "not ok $n - $name"
        printf '%s\n' "$said" "exit status $status" | sed 's/^/# /'
    fi
}

good='echo 3 0 0 0 0 good >> "$CHECK_SCORE"'
bad='echo "not ok 1 - seen"; echo 2 1 0 0 0 bad >> "$CHECK_SCORE"; exit 1'
expect 'suites are added up' '6 passed, 0 failed' 0 "$good" "$good"
expect 'a failure is counted' '5 passed, 1 failed' 1 "$good" "$bad"
expect 'a suite without a score has failed' '3 passed, 1 failed' 1 \
    "$good" 'true'
expect 'a suite that dies has failed' '3 passed, 1 failed' 1 \
    "$good" 'kill -KILL $$'
expect 'a bad exit is a failure' '6 passed, 1 failed' 1 "$good" "$good; exit 1"
expect 'a death after the score is a failure' '6 passed, 1 failed' 1 \
    "$good" "$good; kill -SEGV \$\$"
expect 'a failure that exits with 0 is one' '2 passed, 1 failed' 1 "${bad% *}"
expect 'no suites are no failure' '0 passed, 0 failed' 0

n=$((n + 1))
sh tests/run.sh "$bad" 2>&1 | grep -q '^ *not ok 1 - seen$' &&
    sh tests/run.sh 'echo "ok 1 - x # skip why"; echo 0 0 1 0 0 s >> \
        "$CHECK_SCORE"' 2>&1 | grep -q '^ *ok 1 - x # skip why$'
if [ $? -eq 0 ]; then
    echo "ok $n - failures and skips are shown"
else
    failed=$((failed + 1))
    echo "not ok $n - failures and skips are shown"
fi

n=$((n + 1))
CHECK_TOTAL=$total sh tests/run.sh "$good" "$good" > /dev/null
if [ "$(wc -l < "$total")" -eq 2 ]; then
    echo "ok $n - CHECK_TOTAL collects the scores"
else
    failed=$((failed + 1))
    echo "not ok $n - CHECK_TOTAL collects the scores"
fi
cannot=$total
echo 'seen | there is no eye' > "$cannot"
blind='echo "not ok 1 - seen"; echo "# why"; echo 2 1 0 0 0 b >> "$CHECK_SCORE"
    exit 1'
export CANNOT=$cannot
expect 'what cannot pass here is skipped' '2 passed, 0 failed' 0 "$blind"
expect 'what else fails has failed' '5 passed, 1 failed' 1 \
    "echo 'not ok 2 - heard'; echo 1 1 0 0 0 x >> \"\$CHECK_SCORE\"; $blind" \
    "$blind"
expect 'a death is not excused' '2 passed, 1 failed' 1 \
    "${blind%exit 1}kill -SEGV \$\$"
unset CANNOT

[ -z "${CHECK_SCORE:-}" ] ||
    echo "$((n - failed)) $failed 0 0 0 run" >> "$CHECK_SCORE"
[ $failed -eq 0 ]
