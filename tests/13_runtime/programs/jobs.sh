#!/bin/sh
# jobs.sh - tests of the program jobs, from outside: lists of commands that tell
# by files and pipes what they see.
#
# From the repository's root; reads B, CC, CFLAGS, LDLIBS, CHECK_SCORE.  Nothing
# waits for time to pass: where a child should be dead, it would say `survived`
# into a pipe after some seconds, and that is what must not come.

set -u
: "${CC:=cc}" "${CFLAGS:=-std=c11 -D_XOPEN_SOURCE=700}" "${B:=build}"
: "${LDLIBS=-lpthread -lm}"
here=$(pwd)/tests/13_runtime/programs/jobs
code=code/13_runtime/jobs
score=${CHECK_SCORE-}
unset CHECK_SCORE WEFT_SHUFFLE WEFT_DEBUG
case $B in /*) jobs=$B/jobs ;; *) jobs=$(pwd)/$B/jobs ;; esac
[ -z "${score}" ] || case $score in /*) ;; *) score=$(pwd)/$score ;; esac
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
TMPDIR=$scratch/spools
export TMPDIR
mkdir "$TMPDIR"
n=0 failed=0
[ -x "$jobs" ] || { echo "not ok 1 - there is no $jobs"; exit 2; }

# The flags are lists of words.
# shellcheck disable=SC2086
$CC $CFLAGS -o "$scratch/terminal" "$here/terminal.c" || exit 2
# shellcheck disable=SC2086
$CC $CFLAGS -I"$B" -I$code -o "$scratch/child" "$here/child_test.c" \
    $code/job.c $code/spool.c $code/file.c "$B/libweft.a" $LDLIBS || exit 2
cd "$scratch" || exit 2

# ---- Facts

fact() {    # STATUS NAME: and out, err are what was printed
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
        [ ! -f out ] || sed 's/^/# out: /; 20q' out
        [ ! -f err ] || sed 's/^/# err: /; 20q' err
    fi
}

list() { printf '%s\n' "$@" > list; }

run() {    # ARGUMENT...: the list
    rm -f out err
    "$jobs" "$@" list > out 2> err < /dev/null
    status=$?
}

# Seconds differ from run to run.
said() { sed 's/[0-9]*\.[0-9]* \(s\|times\)/T \1/g' "$1"; }
out_is() { printf '%s\n' "$@" | cmp -s - out; }
err_is() { said err > masked; printf '%s\n' "$@" | cmp -s - masked; }
err_has() { said err | grep -qF -- "$1"; }
ends() { said err | tail -n 1 | grep -qF -- "jobs: $1; T s"; }

# Until somebody has made the file.
until_there() {
    i=0
    until [ -e "$1" ] || [ $i -gt 600 ]; do
        sleep 0.05
        i=$((i + 1))
    done
    [ -e "$1" ]
}

# The exit status of a program in the background, which is killed if it does not
# end.
await() {    # PID
    (
        i=0
        while [ $i -lt 600 ] && kill -0 "$1"; do
            sleep 0.05
            i=$((i + 1))
        done
        kill -KILL "$1"
    ) > /dev/null 2>&1 7>&- 8>&- &
    wait "$1"
}

# What children say into the pipe `life`, after `listen` and until the last one
# of them has closed it.
listen() {
    rm -f life heard
    mkfifo life
    cat life > heard &
    listener=$!
    exec 7> life    # so that it waits
}

nobody_survives() {
    exec 7>&-
    wait $listener
    [ ! -s heard ]
}

# ---- A child, without the program

./child > out 2> err
fact $? 'child: its own tests'

# ---- Lists

list '# a comment' 'echo one' '' '   # another' 'echo "two\' 'and three"' \
    "printf '%s ' \\" 'four' 'echo five\\' 'echo six'
run -j 1
[ $status -eq 0 ] && out_is '==> 1: echo one' one \
    '==> 2: echo "twoand three"' 'twoand three' \
    "==> 3: printf '%s ' four" 'four ' '==> 4: echo five\\' 'five\' \
    '==> 5: echo six' six
fact $? 'a line is a job, but for comments, blanks and backslashes'

"$jobs" < list > out 2> err
[ $? -eq 0 ] && [ "$(wc -l < out)" -eq 10 ] && ends '5 ok'
fact $? 'the list may come on standard input'

printf 'echo one\necho t\0wo\n' > list
run
[ $status -eq 2 ] && grep -q 'line 2 has a NUL' err
fact $? 'a NUL in the list is refused'

: > list
run
[ $status -eq 0 ] && [ ! -s out ] && ends '0 ok'
fact $? 'an empty list is done'

printf 'echo one\necho two \\' > list
run -j 1
[ $status -eq 0 ] && out_is '==> 1: echo one' one '==> 2: echo two ' two
fact $? 'the last line may break off'

# ---- Output

list 'echo a; until [ -e b ]; do sleep 0.02; done; echo a; echo A >&2' \
    'echo b; echo B >&2; touch b; echo b; exit 3'
rm -f b
run -j 2
[ $status -eq 1 ] && grep -v '^=' out | tr -d '\n' | grep -qE '^(aabb|bbaa)$' &&
    grep -A1 '^jobs: 1' err | grep -qx A && grep -A1 '^jobs: 2' err | grep -qx B
fact $? 'the output of a job is printed whole, and the errors apart'

list "printf x" "printf y >&2; exit 1" true
run -j 1
out_is '==> 1: printf x' x && err_is 'jobs: 1: ok, T s: printf x' \
    'jobs: 2: exit status 1, T s: printf y >&2; exit 1' y \
    'jobs: 3: ok, T s: true' \
    'jobs: failed: 2: exit status 1: printf y >&2; exit 1' \
    'jobs: 2 ok, 1 failed; T s, one by one T s: T times'
fact $? 'a heading stands before each, and a sum at the end'

list 'until [ -e p ] && ! kill -0 $(cat p) 2> q; do sleep 0.02; done; echo 1' \
    'echo $$ > p.new; mv p.new p; echo 2' 'exec sleep 0.02'
rm -f p
run -j 2
[ "$(sed -n 2p out)" = 2 ] && [ "$(sed -n 4p out)" = 1 ]
fact $? 'who ends first is printed first'
rm -f p
run -j 2 --ordered
[ "$(sed -n 2p out)" = 1 ] && [ "$(sed -n 4p out)" = 2 ]
fact $? '--ordered prints in the order of the list'

cat > list << 'END'
awk 'BEGIN { for (i = 0; i < 200000; i++) print "a line, number", i }' > all; \
    cat all; cat all >&2
END
run
[ "$(wc -c < all)" -gt 3000000 ] && sed 1d out | cmp -s - all &&
    sed '1d; $d' err | cmp -s - all && [ -z "$(ls "$TMPDIR")" ]
fact $? 'megabytes of output and of errors arrive whole, by way of a file'

list "awk 'BEGIN { for (i = 0; i < 20000; i++) print \"a line, number\", i }'"
TMPDIR=/nowhere
run
[ $status -eq 0 ] && [ "$(wc -l < out)" -eq 20001 ]
fact $? 'half a megabyte needs no file'
cat > list << 'END'
awk 'BEGIN { for (i = 0; i < 200000; i++) print "a line, number", i }'
END
run
TMPDIR=$scratch/spools
[ $status -eq 1 ] && err_has 'jobs: 1: output lost: No such file' &&
    ends '0 ok, 1 failed'
fact $? 'without a place for the file the job has failed, and says so'

list '(sleep 0.2; echo late) & echo early'
run
out_is "==> 1: $(cat list)" early late
fact $? 'a job lasts as long as somebody holds its output'

list 'yes | head -n 100000' 'sleep 20; echo survived >&7'
listen
{ "$jobs" -j 2 list 2> err; echo $? > code; } | head -n 1 > out
nobody_survives && [ "$(cat code)" -eq 2 ] &&
    grep -q '^jobs: cannot print: Broken pipe' err
fact $? 'when nobody reads the output all are ended'

# ---- Children

list 'wc -c' 'cat; echo end'
echo something | "$jobs" -j 1 list > out 2> err
[ $? -eq 0 ] && [ "$(sed -n 2p out | tr -d ' ')" = 0 ]
fact $? 'children have nothing to read'

# The third begins when the first has a file and the second is over.
cat > list << 'END'
awk 'BEGIN { while (i++ < 200000) print "a line" }'; touch big; \
    until [ -e seen ]; do sleep 0.02; done
until [ -e big ]; do sleep 0.02; done
for fd in 3 4 5 6 7 8 9; do (: >&$fd) 2> /dev/null && echo $fd is open >&2; \
    done; touch seen
END
rm -f big seen out err
"$jobs" --log log.fd -j 2 list > out 2> err 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
[ $? -eq 0 ] && ! grep 'is open$' err | grep -qv '^jobs'
fact $? 'children have no descriptors of ours'

cat > list << 'END'
mkdir alone && sleep 0.05 && rmdir alone
mkdir alone && sleep 0.05 && rmdir alone
mkdir alone && sleep 0.05 && rmdir alone
END
run -j1
[ $status -eq 0 ]
fact $? '-j 1 runs one at a time'
list 'touch x; until [ -e y ]; do sleep 0.02; done' \
    'touch y; until [ -e x ]; do sleep 0.02; done'
run --jobs=2 --timeout 30
[ $status -eq 0 ]
fact $? '-j 2 runs two at a time'

list '(sleep 20; echo survived >&7) > /dev/null 2>&1 & echo gone'
listen
run
[ $status -eq 0 ] && [ "$(sed -n 2p out)" = gone ] && nobody_survives
fact $? 'what a job leaves in the background is killed'

list 'kill -9 $$' 'kill -TERM $$'
run -j 1
[ $status -eq 1 ] && err_has 'jobs: 1: signal 9, T s' &&
    err_has 'jobs: 2: signal 15, T s' && ends '0 ok, 2 failed'
fact $? 'a signal is told as such'

list true
rm -f out err
(
    exec > out 2> err < /dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
    ulimit -n 8
    exec "$jobs" list
)
[ $? -eq 1 ] && err_has 'jobs: 1: cannot run: Too many open files'
fact $? 'a job that cannot start has failed'

# ---- Limits

list 'sleep 20; echo survived >&7' '(sleep 20; echo survived >&7) & wait' true
listen
run -j 3 --timeout 0.2
[ $status -eq 1 ] && err_has 'jobs: 1: timed out' && nobody_survives &&
    err_has 'jobs: 2: timed out' && ends '1 ok, 2 failed'
fact $? '--timeout ends a job, and what it has started'

list "trap '' TERM; echo deaf; (sleep 20; echo survived >&7) & wait; sleep 20"
listen
run --timeout=0.3 --grace 0.1
[ $status -eq 1 ] && err_has 'jobs: 1: timed out' && nobody_survives
fact $? '--grace later it is killed'

list 'trap "echo cleaned up; exit 0" TERM; while :; do sleep 0.05; done'
run --timeout 0.3
[ $status -eq 1 ] && [ "$(sed -n 2p out)" = 'cleaned up' ]
fact $? 'until then it may clean up, and is printed'

list 'echo try >> tries; echo "$(wc -l < tries)"; [ $(wc -l < tries) -gt 2 ]'
rm -f tries
run --retries 2
[ $status -eq 0 ] && [ "$(sed -n 2p out | tr -d ' ')" = 3 ] &&
    err_has 'T s, 3 tries'
fact $? '--retries tries again, and prints the last try'
rm -f tries
run --retries 1
[ $status -eq 1 ] && [ "$(wc -l < tries)" -eq 2 ] && err_has 'T s, 2 tries'
fact $? 'but not more often'
rm -f tries
list 'true'
run --retries 3
! err_has tries
fact $? 'what succeeds is not tried again'

rm -f begun
list 'touch begun; sleep 20; echo survived >&7' \
    'until [ -e begun ]; do sleep 0.02; done; exit 3' 'touch third'
listen
run -j 2 --fail-fast
[ $status -eq 1 ] && nobody_survives && [ ! -e third ] &&
    err_has 'jobs: 1: stopped' && ends '0 ok, 1 failed, 1 stopped, 1 not begun'
fact $? '--fail-fast ends the others, and begins none'
run -j 1 --timeout 0.1
[ -e third ]
fact $? 'without it all are run'

# The tasks of both jobs are made in one turn, and the first one fails in its
# first step: no system takes a command of 3 MB.
{
    awk 'BEGIN { printf ": "; while (i++ < 300000) printf "0123456789" }'
    printf '\ntouch begun\n'
} > list
rm -f begun
run -j 2 --fail-fast
[ $status -eq 1 ] && [ ! -e begun ] && ends '0 ok, 1 failed, 1 not begun'
fact $? 'nor does a job begin whose task was made before the stop'
rm -f out err

rm -f third
list 'sleep 20' true
run -j 1 --fail-fast --timeout 0.1 --retries 1
err_has 'jobs: 1: timed out, T s, 2 tries' && ends '0 ok, 1 failed, 1 not begun'
fact $? 'a timeout is a failure, and is tried again'

printf 'false "\033]0;evil\007\302\233\377\tgr\303\274n"\n' > list
run
masked='false "?]0;evil???? grün"'
err_has "jobs: failed: 1: exit status 1: $masked" &&
    ! LC_ALL=C grep -q "$(printf '\033')" err && run --dry-run &&
    out_is "1: $masked"
fact $? 'what a terminal would obey is not shown'

# ---- The log

list 'echo one'
rm -f log
"$jobs" --log log list >&- 2> err
[ $? -eq 2 ] && [ ! -e log ]
fact $? 'where standard output is closed nothing is run'
list 'echo one' 'exit 3' 'echo three'
run -j 1 --log log
cut -f 1,2,4 log | tr '\t' '|' > masked
printf '%s\n' '1|ok|echo one' '2|exit status 3|exit 3' '3|ok|echo three' |
    cmp -s - masked && ! cut -f 3 log | grep -qvE '^[0-9]+\.[0-9]{3}$'
fact $? 'the log has a line for each job'
run -j 1 --log log --resume
[ $status -eq 1 ] && [ ! -s out ] && ends '0 ok, 1 failed, 2 skipped' &&
    [ "$(wc -l < log)" -eq 4 ]
fact $? '--resume skips what was ok'
run --log log --resume --dry-run
[ $status -eq 0 ] && out_is '2: exit 3' && [ "$(wc -l < log)" -eq 4 ]
fact $? 'and so does --dry-run, and writes nothing'
list 'echo two' 'exit 3' 'echo three'
run -j 1 --log log --resume
out_is '==> 1: echo two' two
fact $? 'a command that has changed is run'
list 'echo one' 'echo two'
printf '1\tok\t0.1\techo one\n2\tok\t0.1\techo t' > log
run --log log --resume
out_is '==> 2: echo two' two && [ "$(sed -n 3p log | cut -f 1,2)" = "2	ok" ]
fact $? 'a line that broke off says nothing'
run --log log
[ "$(wc -l < log)" -eq 2 ]
fact $? 'without --resume the log begins anew'
run --log /nowhere/log
[ $status -eq 2 ] && [ ! -s out ]
fact $? 'a log that cannot be written is told before anything runs'
if [ -c /dev/full ]; then
    run --log /dev/full
    [ $status -eq 2 ] && grep -q '^jobs: /dev/full: No space' err
    fact $? 'and one that is full ends the run'
else
    echo '# skip: no /dev/full here'
fi

# ---- The command line

list 'touch ran'
for wrong in '-j 0' '-j x' '-j' '-j 201' '--nonsense' '--timeout' \
    '--timeout 0' '--timeout nan' '--ordered=1' '--resume' '--retries -1' \
    'other list'; do
    # Two words.
    # shellcheck disable=SC2086
    "$jobs" list $wrong > out 2> err
    [ $? -eq 2 ] && grep -q '^jobs: .*--help' err && [ ! -e ran ] || break
    wrong=
done
[ -z "$wrong" ]
fact $? "what is wrong is refused $wrong"
"$jobs" nowhere > out 2> err
[ $? -eq 2 ] && grep -q '^jobs: nowhere: No such file' err
fact $? 'a list that is not there'
"$jobs" . > out 2> err
[ $? -eq 2 ] && grep -q '^jobs: .: Is a directory' err
fact $? 'a list that is a folder'
"$jobs" --help > out 2> err
[ $? -eq 0 ] && grep -q '^usage: jobs' out && [ ! -s err ]
fact $? '--help helps'

# ---- Signals

# Sends it as soon as both jobs run.
signal() {    # NAME ARGUMENT...
    name=$1
    shift
    rm -f ready out err
    "$jobs" -j 2 "$@" list > out 2> err < /dev/null &
    pid=$!
    until_there ready && kill -s "$name" $pid
    await $pid
    status=$?
}

for pair in TERM:143 HUP:129; do
    cat > list << 'END'
until [ -e two ]; do sleep 0.02; done; touch ready; \
    (sleep 20; echo survived >&7) & wait
touch two; sleep 20; echo survived >&7
touch third
END
    listen
    rm -f two third
    signal ${pair%:*}
    nobody_survives && [ $status -eq ${pair#*:} ] && [ ! -e third ] &&
        ends '0 ok, 2 stopped, 1 not begun'
    fact $? "SIG${pair%:*} ends all, and the exit status is ${pair#*:}"
done

list "trap '' TERM; touch ready; (sleep 20; echo survived >&7) & sleep 20"
listen
rm -f ready
"$jobs" --grace 60 list > out 2> err < /dev/null &
pid=$!
until_there ready && kill -TERM $pid
i=0
until grep -q 'once more' err || [ $i -gt 600 ]; do
    sleep 0.05
    i=$((i + 1))
done
kill -TERM $pid
await $pid
[ $? -eq 143 ] && nobody_survives && ends '0 ok, 1 stopped'
fact $? 'a second signal kills at once'

list 'yes | head -n 100000' 'touch ready; sleep 20; echo survived >&7'
rm -f ready full err
listen
mkfifo full
exec 8<> full    # nobody reads it
"$jobs" -j 2 list > full 2> err < /dev/null 8>&- &
pid=$!
until_there ready && kill -TERM $pid
i=0
until grep -q 'once more' err || [ $i -gt 600 ]; do
    sleep 0.05
    i=$((i + 1))
done
kill -TERM $pid
await $pid
[ $? -eq 143 ] && nobody_survives
fact $? 'also if nobody reads our output'
exec 8>&-

cat > hup.sh << 'END'
trap '' HUP
exec "$@"
END
list 'touch ready; until [ -e go ]; do sleep 0.02; done; echo done'
rm -f ready go out err
sh hup.sh "$jobs" list > out 2> err < /dev/null &
pid=$!
until_there ready && kill -HUP $pid
touch go
await $pid
[ $? -eq 0 ] && [ "$(sed -n 2p out)" = 'done' ]
fact $? 'what was ignored before stays so'

# ---- A terminal

cat > list << 'END'
trap 'echo key >&7' INT; (sleep 20; echo survived >&7) & touch key; wait
until [ -e key ]; do sleep 0.02; done; echo ready >&2
END
rm -f key
listen
./terminal 80 1 "$jobs" -j 2 list > out 2> err < /dev/null
[ $? -eq 130 ] && nobody_survives && grep -q 'jobs: 1 ok, 1 stopped;' out
fact $? 'Ctrl-C ends all, who hear of it by SIGTERM alone'

list "trap '' TERM; (sleep 20; echo survived >&7) & touch key; sleep 20" \
    'until [ -e key ]; do sleep 0.02; done; echo ready >&2'
rm -f key
listen
./terminal 80 2 "$jobs" -j 2 --grace 60 list > out 2> err < /dev/null
[ $? -eq 130 ] && nobody_survives
fact $? 'a second one kills them'

list 'echo a command that is much longer than a terminal is wide > out.1' \
    'echo grün über 中文 und noch ein wenig mehr; printf "\tend"' 'exit 1' true
for columns in 10 33 46 80 300; do
    ./terminal $columns 0 "$jobs" -j 2 list > out 2> err < /dev/null
    [ $? -eq 1 ] && grep -qF '\r[' out && grep -q '^jobs: 3 ok, 1 failed' \
        out || break
    columns=
done
[ -z "$columns" ]
fact $? "the line fits a terminal, however narrow $columns"
./terminal 80 0 "$jobs" -j 1 list > out 2> err < /dev/null
grep -qF '\r[0/4, 0:00] 1: echo a command' out && grep -qF '[4/4, 1 failed, ' \
    out && ! grep -q 'jobs: 4: ok' out && grep -q 'jobs: 3: exit status 1' out
fact $? 'it says who runs, and leaves the rest of the screen to failures'
run
! grep -q "$(printf '\r')" err
fact $? 'there is none where there is no terminal'

[ -z "$score" ] || echo "$((n - failed)) $failed 0 0 0 jobs" >> "$score"
[ $failed -eq 0 ]
