#!/bin/sh
# play.sh - tests of tests/play.c: a transcript that is right plays to itself,
# and one that is wrong does not, whatever is wrong with it.
n=0 failed=0
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT

# Plays what is on standard input, and compares it with what it should become.
plays_to() {    # NAME STATUS WANTED
    n=$((n + 1))
    cat > "$scratch/script"
    PLAY_PATIENCE=${patience:-20000} "$B/play" "$scratch/script" \
        > "$scratch/out" 2>&1
    status=$?
    printf '%s\n' "$3" > "$scratch/wanted"
    if [ $status -eq "$2" ] && cmp -s "$scratch/out" "$scratch/wanted"; then
        echo "ok $n - $1"
    else
        failed=$((failed + 1))
        echo "not ok $n - $1"
        { cat "$scratch/out"; echo "exit status $status"; } | sed 's/^/# /'
    fi
}

right='# a remark
$ echo one; echo two >&2
one
two

cat  $ cat
cat  < hello
cat  > hello
cat  . nothing more
cat  < ^D
cat  ! status 0
trap $ /bin/sleep 100
trap < ^C
trap ! signal 2'
plays_to 'a right transcript plays to itself' 0 "$right" << END
$right
END
plays_to 'other output is printed anew' 0 "$(printf '$ echo now\nnow')" << 'END'
$ echo now
then
END
plays_to 'an exit status is printed' 0 "$(printf 'a $ exit 3\na ! status 3')" \
    << 'END'
a $ exit 3
a ! status 0
END
plays_to 'lines that were not expected are printed' 0 \
    "$(printf 'a $ echo one; echo two\na > one\na > two\na ! status 0')" \
    << 'END'
a $ echo one; echo two
a > one
a ! status 0
END
plays_to 'what still runs at the end is named' 0 \
    "$(printf 'a $ sleep 100\na is still running')" << 'END'
a $ sleep 100
END
patience=300
plays_to 'a line that does not come ends the play' 1 \
    "$(printf 'a $ sleep 100\na > (nothing)')" << 'END'
a $ sleep 100
a > hello
a < more
END
plays_to 'a program that does not end is ended' 0 \
    "$(printf 'a $ sleep 100\na ! signal 9')" << 'END'
a $ sleep 100
a ! status 0
END
patience=
plays_to 'speech instead of silence ends the play' 1 \
    "$(printf 'a $ echo no; sleep 100\na . (not silent)')" << 'END'
a $ echo no; sleep 100
a . nothing is said
a ! status 0
END
n=$((n + 1))
printf '$ echo port 4000\n$ echo 40001\n' > "$scratch/script"
PLAY_PATIENCE=20000 "$B/play" "$scratch/script" > "$scratch/out"
if printf '$ echo port 4000\nport 4000\n$ echo 40001\n40001\n' |
    cmp -s - "$scratch/out"; then
    echo "ok $n - 4000 stands for a port, and 40001 for itself"
else
    failed=$((failed + 1))
    echo "not ok $n - 4000 stands for a port, and 40001 for itself"
    sed 's/^/# /' "$scratch/out"
fi
[ -z "${CHECK_SCORE:-}" ] ||
    echo "$((n - failed)) $failed 0 0 0 play" >> "$CHECK_SCORE"
[ $failed -eq 0 ]
