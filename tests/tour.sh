#!/bin/sh
# tour.sh LAYER... - plays the demos of each layer, in the order in which its
# chapter shows them; before each, the sentence that opens the demo's source.
. tests/stage.sh

transcripts() {    # LAYER
    { sed -n "s:.*file=\(tests/$1/demo/[a-z0-9_]*\.expected\).*:\1:p" \
        "chapters/$1.md" 2> /dev/null
      ls tests/"$1"/demo/*.expected 2> /dev/null; } | awk '!seen[$0]++'
}

for layer do
    title=$(sed -n 's/^# //p' "chapters/$layer.md" | sed 1q)
    printf '\n==== Chapter %d: %s ====\n' "${layer%%_*}" "$title"
    set_stage "$layer"
    for transcript in $(transcripts "$layer"); do
        demo=$(basename "$transcript" .expected)
        printf '\n-- %s: ' "$demo"
        sed -n '1s:^/\* *\(.*[^ ]\) *\*/$:\1:p' "code/$layer/demo/$demo.c"
        echo
        play "$transcript" || exit 1
    done
    printf '\nRead on: chapters/%s.md; its programs: code/%s/demo/\n' \
        "$layer" "$layer"
done
