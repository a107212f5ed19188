#!/bin/sh
# timeline.sh - tests of the program timeline, from outside.
#
# From the repository's root; reads B, CHECK_SCORE.

set -u
: "${B:=build}"
unset WEFT_SHUFFLE WEFT_DEBUG WEFT_TRACE
timeline=$B/timeline demo=$B/demo/13_runtime/trace
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
n=0 failed=0

# ---- Facts

fact() {    # STATUS TEXT
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
        sed 's/^/# /; 10q' "$scratch/err"
    fi
}

draw() {    # ARGUMENT...
    "$timeline" "$@" > "$scratch/svg" 2> "$scratch/err"
    status=$?
}

count() { grep -c "$1" "$scratch/svg"; }
says() { grep -qF -- "$1" "$scratch/err"; }
event() {    # PHASE TRACK TIME NAME REST COMMA
    printf '{"ph":"%s","pid":1,"tid":%s,"ts":%s,"name":"%s"%s}%s\n' "$@"
}

# ---- The figure of the book

sh chapters/figures/kitchen.sh "$B" > "$scratch/svg" 2> "$scratch/err"
cmp -s "$scratch/svg" chapters/figures/kitchen.svg
fact $? 'the figure kitchen.svg is what timeline draws (make figures)'

# ---- What is drawn

WEFT_TRACE=$scratch/trace "$demo" > /dev/null
draw "$scratch/trace"
fact $status 'a trace is drawn'
[ "$(count 'font-weight="600"')" -eq 6 ]
fact $? 'there is a column for each task'
draw -c "$scratch/trace"
[ $status -eq 0 ] && [ "$(count 'font-weight="600"')" -eq 7 ]
fact $? 'with -c for callbacks, too'
draw -n 'c*' "$scratch/trace"
[ $status -eq 0 ] && [ "$(count '>cleo<')" -eq 1 ] &&
    [ "$(count '>dora<')" -eq 0 ]
fact $? 'with -n for those of that name'
[ "$(count 'marker-end')" -eq 0 ]
fact $? 'no arrow goes to a task that is not drawn'
draw -f 3 -t 5 "$scratch/trace"
[ $status -eq 0 ] && [ "$(count '>3.2 s<')" -eq 1 ] && [ "$(count '>6')" -eq 0 ]
fact $? 'with -f and -t a part of it'
draw -s 100 -w 700 "$scratch/trace"
grep -q 'viewBox="0 0 700 1198"' "$scratch/svg"
fact $? 'with -s and -w it is as large as one wants'
draw -T 'a <b> & c' "$scratch/trace"
grep -qF '<title>a &lt;b&gt; &amp; c</title>' "$scratch/svg"
fact $? 'text is no markup'

# ---- By hand

{
    echo '['
    event M 1 0.000 thread_name ',"args":{"name":"a<b"}' ,
    event X 1 0.000 run ',"dur":2000000.000' ,
    event s 1 0.000 wake ',"cat":"wake","bp":"e","id":7' ,
    event M 2 2000000.000 thread_name ',"args":{"name":"two"}' ,
    event X 2 0.000 'a Lock' ',"dur":2000000.000' ,
    event X 2 2000000.000 run ',"dur":0.000' ,
    event f 2 2000000.000 wake ',"cat":"wake","bp":"e","id":7' ,
    event i 2 2000000.000 'fd 5' ',"s":"t"' ''
    echo ']'
} > "$scratch/hand"
draw "$scratch/hand"
[ $status -eq 0 ] && [ "$(count '<rect')" -eq 1 ] &&
    [ "$(count '<circle')" -eq 1 ]
fact $? 'what takes time is a bar, what takes none a dot'
[ "$(count '>Lock<')" -eq 1 ] && [ "$(count 'a&lt;b')" -eq 1 ]
fact $? 'a wait has a label, and a task its name'
[ "$(count 'marker-end')" -eq 1 ]
fact $? 'an arrow goes from who woke to who was woken'
"$timeline" < "$scratch/hand" 2> "$scratch/err" | cmp -s - "$scratch/svg"
fact $? 'without a name it reads standard input'
draw "$scratch/nowhere"
[ $status -eq 1 ] && says 'nowhere: No such file'
fact $? 'a file that is not there is named'

# ---- What is wrong

sed '$d' "$scratch/hand" | sed '$d' > "$scratch/cut"
printf '{"ph":"X","pid":1,"ti' >> "$scratch/cut"
draw "$scratch/cut"
fact $status 'a last line that was cut off is no error'
{ sed 3q "$scratch/hand"; echo '{"ph":"X","pid":1,"ti'; } > "$scratch/bad"
draw "$scratch/bad"
[ $status -eq 1 ] && says 'bad:4: not a line of a trace'
fact $? 'any other line that is wrong is named'
for line in '{"ph":"X","pid":1,"tid":1,"ts":-3.000,"name":"run","dur":1.000}' \
    '{"ph":"X","pid":1,"tid":1,"ts":3.000,"name":"run","dur":-1.000}' \
    '{"ph":"X","pid":1,"tid":1,"ts":3.000,"name":"run"}' \
    '{"ph":"s","pid":1,"tid":1,"ts":3.000,"name":"wake"}' \
    '{"ph":"M","pid":1,"tid":1,"ts":3.000,"name":"thread_name"}'; do
    echo "$line" > "$scratch/bad"
    draw "$scratch/bad"
    [ $status -eq 1 ] && says 'bad:1: not a line'
    fact $? "this is refused: $line"
done
awk 'BEGIN { while (i++ < 600) printf "x"; print "" }' > "$scratch/bad"
draw "$scratch/bad"
[ $status -eq 1 ] && says 'bad:1: not a line'
fact $? 'a line that never ends is refused'
: > "$scratch/empty"
draw "$scratch/empty"
[ $status -eq 1 ] && says 'empty: '
fact $? 'an empty file is told'
draw -f x "$scratch/hand"
[ $status -eq 2 ] && says '-f x: not a number'
fact $? 'a wrong number is told, and what there is'
draw -f 9 -t 3 "$scratch/hand"
[ $status -eq 1 ]
fact $? 'no picture ends before it begins'
draw one two
[ $status -eq 2 ] && says usage
fact $? 'two traces are one too many'
[ "$("$timeline" --help | sed 1q | cut -c1-15)" = 'usage: timeline' ]
fact $? '--help says how it is used'
if [ -w /dev/full ]; then
    "$timeline" "$scratch/hand" > /dev/full 2> "$scratch/err"
    [ $? -eq 1 ] && [ -s "$scratch/err" ]
    fact $? 'a full disk is told'
fi

# ---- A long one

awk 'BEGIN {
    print "["
    for (i = 0; i < 50000; i++) {
        printf "{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%d.000," \
            "\"name\":\"run\",\"dur\":1.000},\n", i % 50 + 1, i
        printf "{\"ph\":\"s\",\"pid\":1,\"tid\":%d,\"ts\":%d.000," \
            "\"name\":\"wake\",\"cat\":\"wake\",\"bp\":\"e\",\"id\":%d},\n",
            i % 50 + 1, i, i + 1
    }
}' > "$scratch/long"
draw -n Task-1 "$scratch/long"
fact $status 'a hundred thousand events are read'

awk 'BEGIN {
    print "["
    for (i = 0; i < 300000; i++)
        printf "{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%d.000," \
            "\"name\":\"run\",\"dur\":1.000},\n", i % 60000 + 1, i
}' > "$scratch/long"
(ulimit -t 5 && draw -n x "$scratch/long" && [ $status -eq 0 ])
fact $? 'sixty thousand tasks do not take long'

[ -z "${CHECK_SCORE:-}" ] ||
    echo "$((n - failed)) $failed 0 0 0 timeline" >> "$CHECK_SCORE"
[ $failed -eq 0 ]
