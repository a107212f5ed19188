#!/bin/sh
# kitchen.sh BUILD - prints the figure kitchen.svg: a trace of the demo of the
# kitchen, drawn by timeline.  Both are in BUILD.
set -eu
trace=$(mktemp)
trap 'rm -f "$trace"' EXIT
WEFT_TRACE=$trace "$1/demo/13_runtime/trace" > /dev/null
"$1/timeline" -s 55 -n '[!s]*' \
    -T 'An evening in a kitchen' \
    -D "Five columns: kitchen, ana, ben, cleo and dora; time runs down for
eleven and a half seconds. The kitchen waits in gather all the time. Ana and ben
sleep, then put into a queue, and wake the cooks; ben waits once for a place in
it. Cleo and dora take turns at a lock: each wakes the other when it is free." \
    "$trace"
