#!/bin/sh
# transcripts.sh [--write] LAYER... - plays the transcripts of the demos, and
# compares them with what the programs print now; or writes that down instead.
# A transcript that begins with `# needs PROGRAM` is skipped where there is no
# such program.
. tests/stage.sh
passed=0 failed=0 skipped=0 write=
[ "$1" != --write ] || { write=yes; shift; }

compare() {    # EXPECTED ACTUAL NAME
    if same_session "$1" "$2" > "$stage/diff"; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $3 prints its transcript"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $3 prints its transcript"
        sed "s/^/# /" "$stage/diff"
    fi
}

# Not over a session that broke off: what is left of it could not be played.
# Not over one that differs only in what its mask hides, such as times: those
# are measured anew with MEASURE=1, when the machine is quiet.
write_down() {    # EXPECTED ACTUAL
    [ -n "${MEASURE:-}" ] || ! same_session "$1" "$2" > /dev/null || return 0
    directions='^([a-z0-9]+ +)?[$<>.!] '
    if [ "$(grep -cE "$directions" "$1")" != \
        "$(grep -cE "$directions" "$2")" ]; then
        echo "$1: broke off, and is left as it was; it printed:"
        sed 's/^/    /' "$2"
        failed=$((failed + 1))
    else
        cp "$2" "$1" && echo "$1"
    fi
}

for layer do
    for expected in tests/"$layer"/demo/*.expected \
        tests/"$layer"/stops/*.expected tests/"$layer"/peers/*.expected; do
        [ -f "$expected" ] || continue
        needs=$(sed -n '1s/^# needs //p' "$expected")
        if [ -n "$needs" ] && ! command -v "$needs" > /dev/null; then
            skipped=$((skipped + 1))
            echo "ok - $expected # skip: no $needs here"
            continue
        fi
        set_stage "$layer"
        name=$layer/$(basename "$expected" .expected)
        play "$expected" > "$stage/actual" 2>&1 < /dev/null
        if [ -n "$write" ]; then
            write_down "$expected" "$stage/actual"
        else
            compare "$expected" "$stage/actual" "$name"
        fi
    done
done
[ -n "$write" ] || [ -z "${CHECK_SCORE:-}" ] ||
    echo "$passed $failed $skipped 0 0 transcripts" >> "$CHECK_SCORE"
[ "$failed" -eq 0 ]
