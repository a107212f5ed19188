#!/bin/sh
# tour.sh LAYER... - plays the demos of each layer, in the order in which its
# chapter shows them; before each, the comment that opens the demo's source.
# Ends at the first one that does not print what the book says.
. tests/stage.sh

transcripts() {    # LAYER
    { sed -n "s:.*file=\(tests/$1/demo/[a-z0-9_]*\.expected\).*:\1:p" \
        "chapters/$1.md" 2> /dev/null
      ls tests/"$1"/demo/*.expected 2> /dev/null; } | awk '!seen[$0]++'
}

say_what_it_is() {    # LAYER DEMO
    printf '\n'
    source=code/$1/demo/$2.c
    [ -f "$source" ] || source=code/$1/$2/main.c    # a program of the library
    awk -v name="$2" '
        { ends = sub(/ *\*\/$/, ""); sub(/^(\/| )\*/, ""); text = text $0 }
        ends { print "-- " name ":" text; exit }
    ' "$source" | fold -s -w 80 | sed 's/ *$//'
}

cat << 'END'
The programs run as you watch, each on a terminal of its own.  Where there are
several, a line says whose it is, and `$` starts a program, `<` is typed into
it, `>` is printed by it, `.` is its silence, and `!` its end.
END
for layer do
    title=$(sed -n 's/^# //p' "chapters/$layer.md" | sed 1q)
    number=${layer%%_*}
    printf '\n==== Chapter %s: %s ====\n' "${number#0}" "$title"
    set_stage "$layer"
    for transcript in $(transcripts "$layer"); do
        say_what_it_is "$layer" "$(basename "$transcript" .expected)"
        play "$transcript" 2>&1 | tee "$stage/actual"
        same_session "$transcript" "$stage/actual" > "$stage/diff" || {
            printf '\nThis is not what the book says:\n\n'
            cat "$stage/diff"
            exit 1
        }
    done
    page=chapters/$layer.md
    [ ! -f "build/html/$layer.html" ] || page=build/html/$layer.html
    printf '\nRead on: %s; the programs are in code/%s/demo/.\n' \
        "$page" "$layer"
done
