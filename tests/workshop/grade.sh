#!/bin/sh
# Tests of tests/grade.sh, exercises.sh and handout.sh, on a project of one toy
# layer that is written anew for each test. Invariant: a grader that is too
# kind, or too hard, is seen here before a student meets it.
#
# From the repository's root; reads CC, CFLAGS, LDLIBS, CHECK_SCORE.

set -u
export CI=1    # starters are held to earn nothing
: "${CC:=cc}" "${LDLIBS=-lpthread -lm}"
: "${CFLAGS:=-std=c11 -D_XOPEN_SOURCE=700}"
CFLAGS="$CFLAGS -Wall -Werror -O0" # -O0: to be quick
export CC CFLAGS LDLIBS
B=build CHECK_TIMEOUT=1
export B CHECK_TIMEOUT
root=$(pwd)
score=${CHECK_SCORE-}
unset CHECK_SCORE CHECK_VERBOSE
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
n=0 failed=0

fact() { # fact STATUS TEXT
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
        sed -e 's/^/# /' -e 40q "$scratch/out"
    fi
}

# ---- The toy project ----

toy=code/01_toy
fix=exercises/1_fix_double
replace=exercises/2_extend_toy

# A solution of 1_fix_double, as a function body and more if need be.
double_c() {
    printf '#include "../../toy.h"\n\nint toy_double(int n)\n{\n    %s\n}\n' \
        "$1"
}

# The same for 2_extend_toy, which stands in for the layer's toy.c.
toy_c() {
    printf '#include "../../toy.h"\n\nint toy_next(int n)\n{\n    %s\n}\n' "$1"
}

text() {
    printf '# %s\n\nDo it.\n\n## Hint\n\nTry.\n' "$1"
}

write_layer() {
    printf 'int toy_next(int n);\nint toy_double(int n);\n' >$toy/toy.h
    printf '#include "toy.h"\n\nint toy_next(int n)\n{ return n + 1; }\n' \
        >$toy/toy.c
    mkdir -p build/01_toy
    # The flags are a list of words.
    # shellcheck disable=SC2086
    $CC $CFLAGS -c $toy/toy.c -o build/01_toy/toy.o
}

write_fix() {
    text 'Doubling' >$toy/$fix/README.md
    double_c 'return n;' >$toy/$fix/double.c
    double_c 'return toy_next(2 * n) - 1;' >$tests/$fix/solution.c
    double_c 'return n * n;' >$tests/$fix/wrong_square.c
    cat >$tests/$fix/check.c <<'END'
#include "../../../check.h"

#include "../../../../code/01_toy/toy.h"

TEST(zero_stays)
{
    CHECK_INT(toy_double(0), 0);
}

TEST_FOR(2, two_becomes_four)
{
    HINT("What is twice two?");
    CHECK_INT(toy_double(2), 4);
}

TEST_FOR(3, five_becomes_ten)
{
    HINT("What is twice five?");
    CHECK_INT(toy_double(5), 10);
}
END
}

write_replace() {
    text 'Another toy' >$toy/$replace/README.md
    toy_c 'return n;' >$toy/$replace/toy.c
    toy_c 'return n + 2;' >$tests/$replace/solution.c
    toy_c 'return n + 1;' >$tests/$replace/wrong_layer.c
    cat >$tests/$replace/check.c <<'END'
#include "../../../check.h"

#include "../../../../code/01_toy/toy.h"

TEST_FOR(1, the_answer_takes_the_place_of_the_layer)
{
    CHECK_INT(toy_next(1), 3);
}
END
}

# Begins anew: a project in which all is as it should be.
project() {
    cd "$scratch" && rm -rf project && mkdir project && cd project || exit 2
    tests=tests/01_toy
    mkdir -p $toy/$fix $toy/$replace $toy/exercises/3_explain_it \
        $tests/$fix $tests/$replace chapters
    cp "$root"/tests/check.h "$root"/tests/grade.sh \
        "$root"/tests/exercises.sh "$root"/tests/handout.sh tests/
    printf '# Explain it\n\nWhy?\n' >$toy/exercises/3_explain_it/README.md
    write_layer
    write_fix
    write_replace
}

# ---- The grader ----

grade() { # grade LINE...: does the grader print these lines?
    sh tests/grade.sh 01 >"$scratch/out" 2>&1 || return 1
    for line; do
        tr -s ' ' <"$scratch/out" | grep -qxF -- "$line" || return 1
    done
}

answers() { # answers BODY: a student's answer to 1_fix_double
    double_c "$1" >$toy/$fix/double.c
}

test_points() {
    project
    grade '1.1 fix_double 0/5 points' '1.2 extend_toy 0/1 points' \
        '1.3 explain_it for discussion' 'total 0/6 points'
    fact $? 'starters earn nothing'
    grade ' # hint: What is twice two?' ' # hint: What is twice five?' \
        ' not ok 2 - two becomes four'
    fact $? 'a failing test shows its hint'
    answers 'return 2 * n;'
    cp $tests/$replace/solution.c $toy/$replace/toy.c
    grade '1.1 fix_double 5/5 points' '1.2 extend_toy 1/1 points' \
        'total 6/6 points' && ! grep -q hint "$scratch/out"
    fact $? 'right answers earn all, and hear no hint'
    answers 'return n * n;'
    grade '1.1 fix_double 2/5 points' 'total 3/6 points' \
        ' # hint: What is twice five?' && ! grep -q two "$scratch/out"
    fact $? 'half an answer earns half'
    printf '%s\n' exercise,points,total 01_toy/1_fix_double,2,5 \
        01_toy/2_extend_toy,1,1 | cmp -s - build/grades.csv
    fact $? 'the table has a row for each exercise'
    sh tests/grade.sh all >"$scratch/all" && cmp -s "$scratch/all" \
        "$scratch/out"
    fact $? 'all is all chapters'
    ! sh tests/grade.sh 02 >"$scratch/out" 2>&1 &&
        ! sh tests/grade.sh >>"$scratch/out" 2>&1
    fact $? 'a chapter that is not there, and none, are errors'
}

# Runs before main(), which is where the name of the score file is known.
forge() {
    cat <<'END'
#include <stdlib.h>
__attribute__((constructor)) static void forge(void)
{
    FILE *file = getenv("CHECK_SCORE") ? fopen(getenv("CHECK_SCORE"), "w") : 0;
    if (file) {
        fputs("3 0 0 5 5 forged\n", file);
        fclose(file);
    }
}
END
}

test_hostile_answers() {
    project
    answers 'return 2 * n'
    grade '1.1 fix_double 0/5 points, does not compile' &&
        grep -q "double.c:[56]:.*error" "$scratch/out"
    fact $? 'what does not compile earns nothing, and says where'
    answers 'return triple(n);'
    grade '1.1 fix_double 0/5 points, does not compile'
    fact $? 'what does not link earns nothing'
    answers 'while (n == 5)
        n = 5;
    return 2 * n;'
    CHECK_TIMEOUT=0.1 grade '1.1 fix_double 2/5 points'
    fact $? 'a hang costs one test'
    double_c 'if (n == 2)
        exit(0);
    return 2 * n;' |
        sed '1i\
#include <stdlib.h>' >$toy/$fix/double.c
    grade '1.1 fix_double 3/5 points'
    fact $? 'exit(0) costs one test'
    double_c 'printf("ok 9 - x\n9 0 0 5 5 check\n");
    FILE *f = fopen("score", "w"); fputs("9 0 0 5 5 check\n", f);
    fclose(f); return n;' | sed '1i\
#include <stdio.h>' >$toy/$fix/double.c
    grade '1.1 fix_double 0/5 points' && [ ! -e score ]
    fact $? 'printing and writing scores earns nothing'
    forge >>$toy/$fix/double.c
    grade '1.1 fix_double 0/5 points, the check was ended before its own end'
    fact $? 'a line put into the score file itself spoils it'
    double_c 'system("rm -rf ./* ../score"); return 2 * n;' |
        sed '1i\
#include <stdlib.h>' >$toy/$fix/double.c
    cp -R code "$scratch/before"
    grade '1.1 fix_double 5/5 points' && diff -r code "$scratch/before"
    fact $? 'deleting files deletes none of the project'
    double_c 'kill(getppid(), SIGKILL); return 2 * n;' |
        sed '1i\
#include <signal.h>\
#include <unistd.h>' >$toy/$fix/double.c
    grade '1.1 fix_double 0/5 points, the check was ended before its own end'
    fact $? 'killing the watching program earns nothing'
    double_c 'kill(getppid(), SIGSTOP); return 2 * n;' |
        sed '1i\
#include <signal.h>\
#include <unistd.h>' >$toy/$fix/double.c
    CHECK_TIMEOUT=0.01 grade \
        '1.1 fix_double 0/5 points, the check was ended before its own end'
    fact $? 'stopping the watching program earns nothing, and ends'
}

# ---- The proof of the exercises ----

test_good_exercises() {
    project
    CHECK_SCORE=$scratch/score sh tests/exercises.sh >"$scratch/out" 2>&1 &&
        ! grep -q '^not ok' "$scratch/out" &&
        [ "$(grep -c '^ok .*the solution earns all' "$scratch/out")" -eq 2 ] &&
        [ "$(grep -c '^ok .* does not pass' "$scratch/out")" -eq 2 ]
    fact $? 'good exercises are proved'
    [ "$(cat "$scratch/score")" = \
        "$(grep -c '^ok' "$scratch/out") 0 0 0 0 exercises" ]
    fact $? 'the score counts the facts'
    sh tests/exercises.sh 01 >"$scratch/one" &&
        cmp -s "$scratch/one" "$scratch/out"
    fact $? 'one chapter can be proved alone'
}

test_work_on_a_starter() {
    project
    double_c 'return n * n;' >"$toy/$fix/double.c"
    CI='' sh tests/exercises.sh >"$scratch/out" 2>&1 &&
        grep -q '^ok .*1_fix_.*: the starter # skip it has been worked on' \
            "$scratch/out"
    fact $? 'a starter that is worked on is no fault of the student'
}

# fault NAME WANTED: a copy of the first exercise, for the next command to
# spoil in $code or $check, and what exercises.sh has to say of it.
fault() {
    code=$toy/exercises/$1 check=$tests/exercises/$1
    cp -R $toy/$fix "$code"
    cp -R $tests/$fix "$check"
    printf '%s: %s\n' "$1" "$2" >>"$scratch/faults"
}

write_faults() {
    fault 4_fix_passing 'the starter earns no point (of 5: 5)'
    double_c 'return 2 * n;' >"$code/double.c"
    fault 5_fix_half 'the starter earns no point (of 5: 2)'
    double_c 'return n * n;' >"$code/double.c"
    fault 6_fix_syntax 'the starter compiles without a warning'
    double_c 'return n' >"$code/double.c"
    fault 7_fix_warning 'the starter compiles without a warning'
    double_c 'int twice = 2 * n; return n;' >"$code/double.c"
    fault 8_fix_unsolved 'the solution earns all (2 of 5)'
    double_c 'return n * n;' >"$check/solution.c"
    fault 9_fix_nearly 'the solution earns all (5 of 5)'
    double_c 'return n ? 2 * n : 1;' >"$check/solution.c"
    fault 10_fix_wrong 'wrong_twice does not pass'
    double_c 'return 2 * n;' >"$check/wrong_twice.c"
    fault 11_fix_typo 'wrong_square compiles without a warning'
    double_c 'return square(n);' >"$check/wrong_square.c"
    fault 12_fix_right 'has a wrong answer'
    rm "$check/wrong_square.c"
    fault 13_fix_lost 'has a solution'
    rm "$check/solution.c"
    fault 14_fix_free 'has a check'
    rm "$check/check.c"
    fault 15_fix_two 'has one C file, the starter'
    double_c 'return 1;' >"$code/another.c"
    fault 16_fix_hard 'README.md has a hint'
    printf '# Doubling\n' >"$code/README.md"
    fault 17_fix_nameless 'README.md begins with its title'
    printf 'Doubling\n\n## Hint\n' >"$code/README.md"
    fault 18_fix_silent 'has a README.md'
    rm "$code/README.md"
    fault 19_double 'is named by number, kind and content'
}

test_bad_exercises() {
    project
    : >"$scratch/faults"
    write_faults
    CFLAGS="$CFLAGS -Wno-error" CHECK_SCORE=$scratch/score3 \
        sh tests/exercises.sh >"$scratch/out" 2>&1
    fact $(($? != 1)) 'a fault gives the exit status 1'
    while IFS= read -r fault; do
        grep -F "/$fault" "$scratch/out" | grep -q '^not ok '
        fact $? "reported: $fault"
    done <"$scratch/faults"
    faults=$(wc -l <"$scratch/faults")
    [ "$(grep -c '^not ok' "$scratch/out")" -eq "$faults" ]
    fact $? 'nothing else is reported'
    grep -q "^[0-9]* $((faults)) 0 0 0 exercises\$" "$scratch/score3"
    fact $? 'the score counts the faults'
}

# Does exercises.sh report this and nothing else?
reports() {
    ! sh tests/exercises.sh >"$scratch/out" 2>&1 &&
        [ "$(grep -c '^not ok' "$scratch/out")" -eq 1 ] &&
        grep '^not ok' "$scratch/out" | grep -qF -- "$1"
}

test_bad_folders() {
    project
    rm -r $toy/$fix $tests/$fix $toy/$replace $tests/$replace
    mv $toy/exercises/3_explain_it $toy/exercises/2_explain_it
    cp -R $toy/exercises/2_explain_it $toy/exercises/1_explain_this
    reports 'has at least three exercises (2)'
    fact $? 'too few exercises are reported'
    cp -R $toy/exercises/2_explain_it $toy/exercises/4_explain_that
    reports 'the exercises are numbered from 1 (missing: 3 )'
    fact $? 'a gap in the numbers is reported'
    mv $toy/exercises/4_explain_that $toy/exercises/3_explain_that
    mkdir $tests/exercises/4_fix_nothing
    reports 'exercises/4_fix_nothing/: is the check of an exercise in code/'
    fact $? 'a check of no exercise is reported'
}

# ---- The handout ----

test_handout() {
    project
    printf '1. [Toy](chapters/01_toy.md)\n2. [Guide](chapters/%s)\n' \
        91_instructors.md >book.md
    touch chapters/01_toy.md chapters/91_instructors.md
    sh tests/handout.sh build/handout >"$scratch/out" 2>&1 &&
        [ -s build/weft-handout.tar.gz ]
    fact $? 'a handout is made'
    (cd build/handout && find . -type f) >"$scratch/out"
    ! grep -e solution -e wrong_ -e instructors "$scratch/out" >/dev/null &&
        [ "$(find . -path ./build -prune -o -type f -print | wc -l)" -eq \
            "$(($(wc -l <"$scratch/out") + 5))" ]
    fact $? 'it lacks the solutions and the guide, and nothing else'
    [ "$(cat build/handout/book.md)" = '1. [Toy](chapters/01_toy.md)' ]
    fact $? 'its book does not link the guide'
    gzip -dc build/weft-handout.tar.gz | tar -tf - |
        sed -n 's,^weft/\(.*[^/]\)$,./\1,p' | while IFS= read -r file; do
            [ ! -f "build/handout/$file" ] || echo "$file"
        done | sort >"$scratch/archived"
    sort "$scratch/out" | cmp -s - "$scratch/archived"
    fact $? 'the archive holds the same'

    cd build/handout && write_layer
    grade '1.1 fix_double 0/5 points' 'total 0/6 points'
    fact $? 'it grades'
    CHECK_SCORE=$scratch/score2 sh tests/exercises.sh >"$scratch/out" 2>&1 &&
        [ "$(wc -l <"$scratch/out")" -eq 1 ] &&
        [ "$(cat "$scratch/score2")" = '0 0 1 0 0 exercises' ]
    fact $? 'it has no exercises to prove, and says so'
    cd ../..
    echo 'See [the guide](91_instructors.md#one).' >chapters/01_toy.md
    ! sh tests/handout.sh build/handout >"$scratch/out" 2>&1 &&
        grep -q 'chapters/01_toy.md:1:' "$scratch/out"
    fact $? 'a link to the guide from elsewhere is an error'
}

test_tracked() {
    command -v git >/dev/null || return 0
    project
    git init -q . && git add code tests && touch untracked
    sh tests/handout.sh build/handout >"$scratch/out" 2>&1 &&
        [ -e build/handout/tests/check.h ] && [ ! -e build/handout/untracked ]
    fact $? 'a handout holds what git tracks'
}

test_points
test_hostile_answers
test_good_exercises
test_work_on_a_starter
test_bad_exercises
test_bad_folders
test_handout
test_tracked
cd "$root" || exit 2
[ -z "$score" ] || echo "$((n - failed)) $failed 0 0 0 grade" >>"$score"
[ "$failed" -eq 0 ]
