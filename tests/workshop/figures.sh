#!/bin/sh
# figures.sh - each plot in chapters/figures was drawn from the table that is in
# the transcript now: it names the checksum.  And a plot that was not is found.
n=0 failed=0

fact() {    # STATUS TEXT
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
    fi
}

is_drawn_from() {    # SVG TABLE
    grep -q "(table $(cksum < "$2" | cut -d' ' -f1))</desc>" "$1"
}

for plot in chapters/figures/*.gp; do
    name=$(basename "$plot" .gp)
    table=$(echo tests/*/demo/"$name".expected)
    is_drawn_from "${plot%.gp}.svg" "$table"
    fact $? "$name.svg shows $table (make figures draws it anew)"
    changed=$(mktemp) || exit 2
    sed '$s/[0-9]/&0/' "$table" > "$changed"
    ! is_drawn_from "${plot%.gp}.svg" "$changed"
    fact $? "$name.svg does not show another table"
    rm -f "$changed"
done
[ -z "${CHECK_SCORE:-}" ] ||
    echo "$((n - failed)) $failed 0 0 0 figures" >> "$CHECK_SCORE"
[ $failed -eq 0 ]
