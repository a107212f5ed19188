#!/bin/sh
# book.sh - the book is refused for every mistake that it can be refused for.
#
# Each case copies a small book that has one of each thing a book can have,
# makes one mistake in the copy, and asks the book's own check: it must fail,
# and must name the file and the line of that mistake.  Runs from the
# repository's root.  BOOK_WEB names another filter to test than the book's.

suite=book
web=${BOOK_WEB:-chapters/web}
fixture=tests/workshop/book/fixture
pandoc=${PANDOC:-pandoc}
tmp=${TMPDIR:-/tmp}/book.$$
make=${MAKE:-make}
unset MAKEFLAGS MFLAGS MAKELEVEL OUT
BOOK_VERSION=test
export BOOK_VERSION
passed=0 failed=0 skipped=0 number=0

# ---- Reporting ----

report() {    # ok|not-ok sentence
    number=$((number + 1))
    if [ "$1" = ok ]; then
        passed=$((passed + 1))
        echo "ok $number - $2"
    else
        failed=$((failed + 1))
        echo "not ok $number - $2"
    fi
}

finish() {
    echo "1..$number"
    [ -z "$CHECK_SCORE" ] ||
        echo "$passed $failed $skipped 0 0 $suite" >>"$CHECK_SCORE"
    [ "$failed" -eq 0 ]
    exit
}

if ! command -v "$pandoc" >/dev/null 2>&1; then
    if [ -n "$BOOK_REQUIRED" ]; then
        report not-ok 'pandoc is there'
    else
        number=1 skipped=1
        echo 'ok 1 - the checks of the book # skip pandoc is not installed'
    fi
    finish
fi

mkdir -p "$tmp/clean/chapters" || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cp -R "$fixture/." "$tmp/clean/"
rm -rf "$tmp/clean/build" "$tmp/clean/chapters/web"
cp -R "$web" "$tmp/clean/chapters/web"

# ---- Making mistakes ----

fresh() {
    rm -rf "$tmp/book"
    cp -R "$tmp/clean" "$tmp/book"
}

change() {    # file, sed script
    sed "$2" "$tmp/book/$1" >"$tmp/changed"
    if cmp -s "$tmp/changed" "$tmp/book/$1"; then
        echo "# the change of $1 changes nothing: $2"
        report not-ok 'the test makes the mistake that it says'
    fi
    cat "$tmp/changed" >"$tmp/book/$1"
}

append() {    # file; what to append is on the standard input
    cat >>"$tmp/book/$1"
}

# The number of the n-th line (default: the first) with these words.
line() {    # file, words, n
    awk -v words="$2" -v n="${3:-1}" \
        'index($0, words) && ++count == n { print NR }' "$tmp/book/$1"
}

# ---- Judging ----

complain() {
    sed 's/^/# /' "$tmp/errors"
}

accepts() {    # sentence
    if (cd "$tmp/book" && $make -s check-book) >"$tmp/errors" 2>&1; then
        report ok "$1"
    else
        complain
        report not-ok "$1"
    fi
}

# The check fails, and one line of what it says is FILE:LINE: ...WORDS...
refuses() {    # sentence, file, line, words
    if [ -z "$3" ]; then
        echo "# the line that the mistake is in was not found in $2"
        report not-ok "$1"
    elif (cd "$tmp/book" && $make -s check-book) >"$tmp/errors" 2>&1; then
        echo '# the book was accepted'
        report not-ok "$1"
    elif awk -v start="$2:$3: " -v words="$4" \
        'index($0, start) == 1 && index($0, words) { found = 1 }
         END { exit !found }' "$tmp/errors"; then
        report ok "$1"
    else
        echo "# expected: $2:$3: ...$4..."
        complain
        report not-ok "$1"
    fi
    fresh
}

one=chapters/01_knots.md
two=chapters/02_ropes.md
glossary=chapters/90_glossary.md
knot=code/01_knots/knot.c
rope=code/02_ropes/rope.c
output=tests/01_knots/demo/tie.expected
slip=code/01_knots/exercises/1_fix_slip
layers=chapters/figures/layers.svg
deck=chapters/slides/01_knots.md
python=chapters/97_python_to_c.md
fence='```'

fresh
accepts 'a book without a mistake is accepted'

# ---- Regions ----

change $one 's/ region=counting}/}/'
refuses 'a fence without region=' $one \
    "$(line $one "knot.c}")" 'region= is missing'

change $one 's/region=counting/region=countin/'
refuses 'a region that the file does not have' $one \
    "$(line $one region=countin)" 'has no region "countin"'

change $one 's/knot\.c region=counting/net.c region=counting/'
refuses 'a file that does not exist' $one \
    "$(line $one net.c)" 'no such file in the book: code/01_knots/net.c'

change $one '/region=counting/,/^```$/d'
refuses 'a region that no chapter quotes' $knot \
    "$(line $knot 'static int total')" 'region "counting" is in no chapter'

change $rope 's/Twisting/Turning/'
refuses 'a renamed region is missing where it is quoted' $two \
    "$(line $two region=twisting)" 'has no region "twisting"'

change $rope 's/Twisting/Turning/'
refuses 'a renamed region is in no chapter' $rope \
    "$(line $rope 'struct Rope {')" 'region "turning" is in no chapter'

append $one <<END

${fence}{.c file=code/01_knots/knot.c region=counting}
${fence}
END
refuses 'the second of two equal quotes, in one chapter' $one \
    "$(line $one region=counting 2)" 'is quoted twice'

append $two <<END

${fence}{.c file=code/01_knots/knot.c region=counting}
${fence}
END
refuses 'the second of two equal quotes, in two chapters' $two \
    "$(line $two region=counting)" "$one:$(line $one region=counting)"

append $knot <<'END'

/* ---- Counting ---- */
int more;
END
refuses 'two regions of one name' $knot \
    "$(line $knot '---- Counting' 2)" 'a second region is called "counting"'

append $knot <<'END'

/* ---- Nothing ---- */
END
append $one <<END

${fence}{.c file=code/01_knots/knot.c region=nothing}
${fence}
END
refuses 'an empty region' $one \
    "$(line $one region=nothing)" 'is empty'

printf '/* new.c */\n' >"$tmp/book/code/02_ropes/new.c"
refuses 'a file that no chapter quotes' code/02_ropes/new.c 1 \
    'region "top" is in no chapter'

# ---- Transcripts ----

change $one '/demo.tie.expected/,/^```$/d'
refuses 'a transcript that no chapter quotes' $output 1 'is in no chapter'

append $two <<END

${fence}{.console file=$output}
${fence}
END
refuses 'a transcript that is quoted twice' $two \
    "$(line $two tie.expected)" 'is quoted twice'

change $one 's/demo.tie.expected/demo\/untie.expected/'
refuses 'a transcript that does not exist' $one \
    "$(line $one untie.expected)" 'no such transcript'

# ---- Exercises ----

change $one '/1_fix_slip}/,/^:::$/d'
refuses 'an exercise that no chapter includes' $slip/README.md 1 \
    'is in no chapter'

append $two <<END

::: {.exercise dir=$slip}
:::
END
refuses 'an exercise that is included twice' $two \
    "$(line $two $slip)" 'is included twice'

change $one 's/1_fix_slip}/1_fix_slop}/'
refuses 'an exercise that does not exist' $one \
    "$(line $one 1_fix_slop)" 'no such exercise'

change $one '/1_fix_slip}/a\
\
And more.'
refuses 'an exercise whose text is in the chapter' $one \
    "$(line $one 1_fix_slip)" 'is in its README.md'

change $slip/README.md 1d
refuses 'an exercise without a title' $slip/README.md 1 'starts with its # T'

rm "$tmp/book/tests/01_knots/exercises/1_fix_slip/check.c"
refuses 'an exercise whose points nobody tells' $one \
    "$(line $one 1_fix_slip)" 'which tells the points'

change $slip/README.md 's/#lst-knot/#lst-not/'
refuses 'a broken link in the text of an exercise' $slip/README.md \
    "$(line $slip/README.md lst-not)" 'has no #lst-not'

# ---- Code that is not quoted ----

change $one 's/{.c .sketch}/{.c}/'
refuses 'C that comes from no file' $one \
    "$(line $one "$fence{.c}")" 'C that comes from no file'

append $one <<END

${fence}{.c}
while (!held(knot))
    pull(knot);    /* never ends */
${fence}
END
refuses 'C from no file that is equal to a sketch above it' $one \
    "$(line $one "$fence{.c}")" 'C that comes from no file'

change $one 's/{.c file=\(.*\) region=counting}/c file=\1 region=counting/'
refuses 'a fence with attributes and no braces' $one \
    "$(line $one region=counting)" 'needs braces'

change $one 's/{.c .sketch}/{.c sketch}/'
refuses 'a fence that pandoc takes for text' $one \
    "$(line $one '{.c sketch}')" 'pandoc does not see a code block'

append $two <<'END'

    make knots
END
refuses 'indented code' $two "$(line $two 'make knots')" 'indented code'

append $two <<END

${fence}{.sh}
make
END
refuses 'a fence that is never closed' $two \
    "$(line $two "$fence{.sh}")" 'never closed'

# ---- Width ----

change $rope 's/this one has as/this one has, as/'
refuses 'C of 81 columns' $rope \
    "$(line $rope 'this one has')" 'longer than 80 columns'

change $output "s/^first.*/& $(printf '%070d' 0)/"
refuses 'a transcript of 81 columns or more' $output \
    "$(line $output first)" 'longer than 80 columns'

change $one "s/^async def/$(printf '%070d' 0) &/"
refuses 'Python of 81 columns or more' $one \
    "$(line $one 'async def')" 'longer than 80 columns'

# ---- Links ----

change $two 's/01_knots.md#tying/03_nets.md/'
refuses 'a link to a chapter that does not exist' $two \
    "$(line $two 03_nets)" 'broken link: 03_nets.md'

change $two 's/01_knots.md#tying/01_knots.md#nets/'
refuses 'a link to an id that does not exist' $two \
    "$(line $two '#nets')" 'has no #nets'

append $one <<'END'

First [a net](#nets).

`[a net](#nets)` in code is no link.

Then [a net](#nets).
END
refuses 'the first of two equal broken links' $one \
    "$(line $one '[a net](#nets)')" 'has no #nets'
append $one <<'END'

First [a net](#nets).

`[a net](#nets)` in code is no link.

Then [a net](#nets).
END
refuses 'the second of two equal broken links' $one \
    "$(line $one '[a net](#nets)' 3)" 'has no #nets'

change $one 's|../Makefile|../Mikefile|'
refuses 'a link to a file that does not exist' $one \
    "$(line $one Mikefile)" 'broken link: ../Mikefile'

change $one 's/rope.c#L7/rope.c#L700/'
refuses 'a link to a line that does not exist' $one \
    "$(line $one '#L700')" 'has no #L700'

change $glossary 's/(#term-knot)/(#term-net)/'
refuses 'a link to a term that does not exist' $glossary \
    "$(line $glossary term-net)" 'has no #term-net'

change book.md 's/#tying/#nets/'
refuses 'a broken link on the landing page' book.md \
    "$(line book.md '#nets')" 'has no #nets'

# ---- Figures ----

change $one 's/ alt="Three boxes.*lit."//'
refuses 'a figure without alt text' $one \
    "$(line $one layers.svg)" 'has no alt text'

change $one 's/layers.svg/players.svg/'
refuses 'a figure that does not exist' $one \
    "$(line $one players.svg)" 'no such figure'

change $layers '/<title>/d'
refuses 'a figure without a title' $layers 1 'has no <title>'

change $layers 's/<desc>.*</<desc></'
refuses 'a figure without a description' $layers 1 'has no <desc>'

change $one 's/lit=knot/lit=net/'
refuses 'a part of a figure that is to be lit and is not there' $one \
    "$(line $one lit=net)" 'nothing with the id "net"'

change $one 's/^!\[Yarn/See ![Yarn/'
refuses 'a figure in the middle of a sentence' $one \
    "$(line $one 'See ![Yarn')" 'stands alone'

# ---- Footnotes, boxes, ids, headings ----

append $two <<'END'

Nobody knows why.[^nobody]
END
refuses 'a footnote that does not exist' $two \
    "$(line $two '[^nobody]')" 'no footnote is called [^nobody]'

append $one <<'END'

[^gordian]: By Alexander.
END
refuses 'two footnotes of one name' $one \
    "$(line $one '[^gordian]:' 2)" 'a second footnote is called [^gordian]'

append $two <<'END'

[^lonely]: Nobody asked.
END
refuses 'a footnote that nothing refers to' $two \
    "$(line $two '[^lonely]')" 'nothing refers to footnote [^lonely]'

append $two <<'END'

::: aside
This goes on for ever.
END
refuses 'a box that is never closed' $two \
    "$(line $two '::: aside')" 'never closed'

append $two <<'END'

:::
END
refuses 'a ::: that closes nothing' $two \
    "$(awk 'END { print NR }' "$tmp/book/$two")" 'closes nothing'

change $one 's/^::: aside/::: asied/'
refuses 'a box of no known kind' $one \
    "$(line $one asied)" 'no such box: ::: asied'

append $two <<'END'

## Twisting again {#twisting}
END
refuses 'two headings with one id' $two \
    "$(line $two '{#twisting}' 2)" 'the id #twisting'

append $two <<'END'

[Twist]{#twisting} it.
END
refuses 'a heading and a phrase with one id' $two \
    "$(line $two '[Twist]')" 'the id #twisting'

append $glossary <<'END'

rope
:   Again.
END
refuses 'a term that is explained twice' $glossary \
    "$(($(line $glossary Again) - 1))" 'the id #term-rope'

append $two <<'END'

# Nets
END
refuses 'two level 1 headings' $two \
    "$(line $two '# Nets')" 'a second level 1 heading: Nets'

change $two 1d
refuses 'no level 1 heading' $two 1 'has no # Title'

append $two <<'END'

#### Deep
END
refuses 'a heading that skips a level' $two \
    "$(line $two '#### Deep')" 'skips a level'

append $two <<'END'

Text right above.
## A heading
END
refuses 'a heading that pandoc takes for text' $two \
    "$(line $two '## A heading')" 'needs an empty line before it'

append $two <<'END'

<b>Bold</b> words.
END
refuses 'raw HTML' $two "$(line $two '<b>Bold')" 'raw HTML'

# ---- The list of chapters ----

change book.md 's/02_ropes/03_nets/'
refuses 'a chapter that does not exist' book.md \
    "$(line book.md 03_nets)" 'no such chapter'

change book.md '/Ropes/a\
3. [Ropes](chapters/02_ropes.md)'
refuses 'a chapter that is listed twice' book.md \
    "$(line book.md 02_ropes 2)" 'is listed twice'

change book.md '/^[-0-9].*chapters/d'
refuses 'a book without chapters' book.md 1 'lists no chapter'

printf '# Nets\n' >"$tmp/book/chapters/03_nets.md"
refuses 'a chapter that is not in the book' chapters/03_nets.md 1 \
    'is not in book.md'

# ---- Slides ----

change $deck 's/function=knot_tie/function=knot_cut/'
refuses 'a slide that quotes a function that does not exist' $deck \
    "$(line $deck knot_cut)" 'defines no function knot_cut()'

change $deck 's/region=pulling/region=pulling from="knot->ends" to="nowhere"/'
refuses 'a slide that quotes up to words that are not there' $deck \
    "$(line $deck nowhere)" 'no line here has to="nowhere"'

change $deck 's/region=pulling/region=pushing/'
refuses 'a slide that quotes a region that does not exist' $deck \
    "$(line $deck pushing)" 'has no region "pushing"'

change $deck 's/from="first"/from="third"/'
refuses 'a slide that quotes a transcript from words that are not there' \
    $deck "$(line $deck 'from="third"')" 'no line here has from="third"'

change $deck 's/tie\.expected/untie.expected/'
refuses 'a slide that quotes a transcript that does not exist' $deck \
    "$(line $deck untie.expected)" 'no such transcript'

append $rope <<'END'

/* ---- Many ---- */
int strand_1, strand_2,
    a, b, c, d, e, f, g,
    h, i,
    j, k,
    l, m,
    n, o,
    p, q,
    r, s,
    t, u,
    v, w,
    x, y,
    z, aa,
    bb, cc,
    dd, ee,
    ff, gg,
    hh;
END
append $two <<END

${fence}{.c file=$rope region=many}
${fence}
END
change $deck "s|file=$knot region=pulling|file=$rope region=many|"
refuses 'a slide with sixteen lines of code' $deck \
    "$(line $deck region=many)" 'these are 16'

change $deck '/^## The idea/,$d'
refuses 'a deck of one slide' $deck 1 'this has 1'

change $deck '1d'
refuses 'a deck without a title' $deck 1 'has no # Title'

change $deck 's/^## A function/### A function/'
refuses 'a slide with a level 3 heading' $deck \
    "$(line $deck '### A function')" 'a level 2 heading'

change $deck 's/^::: notes/::: aside/'
refuses 'a box that slides do not have' $deck \
    "$(line $deck '::: aside')" 'no such box on a slide: ::: aside'

change $deck 's/{lit=knot}/{lit=yarn}/'
refuses 'a figure on a slide that no chapter describes' $deck \
    "$(line $deck lit=yarn)" 'has no alt text'

change $deck 's/01_knots.md#tying/01_knots.md#nets/'
refuses 'a broken link on a slide' $deck "$(line $deck '#nets')" \
    'has no #nets'

cp "$tmp/book/$deck" "$tmp/book/chapters/slides/03_nets.md"
refuses 'a deck of no chapter' chapters/slides/03_nets.md 1 \
    'no chapter has the name 03_nets'

change chapters/91_teachers.md 's/slides.01_knots/slides\/02_ropes/'
refuses 'a link to a deck that does not exist' chapters/91_teachers.md \
    "$(line chapters/91_teachers.md 02_ropes)" 'broken link'

# ---- From Python to C ----

# What a header declares is in a table, once the last layer is there.
untold() {
    change code/01_knots/knot.h 's/^void knot_untie.*/&\
int knot_cut(Knot *knot);/'
}

untold
if (cd "$tmp/book" && $make -s check-book) >"$tmp/errors" 2>&1 &&
    grep -q "knot.h:$(line code/01_knots/knot.h knot_cut): knot_cut() is in" \
        "$tmp/errors"; then
    report ok 'a function in no table is told of while layers are missing'
else
    complain
    report not-ok 'a function in no table is told of while layers are missing'
fi
fresh

untold
printf '# Nets\n' >"$tmp/book/chapters/13_nets.md"
change book.md '/Ropes/a\
3. [Nets](chapters/13_nets.md)'
refuses 'a function in no table, when the last layer is there' \
    code/01_knots/knot.h "$(line code/01_knots/knot.h knot_cut)" \
    'knot_cut() is in no table'

change $python 's/`knot_untie()`/`knot_cut()`/'
refuses 'a name without a counterpart that is not in the code' $python \
    "$(line $python knot_cut)" 'knot_cut() is not in the code'

change $python 's/01_knots 02_ropes/01_knots/'
refuses 'a table that no section takes in' $two 1 'is named by no section'

# ---- The whole build ----

in_book() {
    (cd "$tmp/book" && "$@") >"$tmp/errors" 2>&1
}

in_book $make -s book
cp "$tmp/book/build/html/01_knots.html" "$tmp/good.html"
append $one <<'END'

Then [a net](#nets).
END
if in_book $make -s book || [ -d "$tmp/book/build/html.new" ] ||
    ! cmp -s "$tmp/good.html" "$tmp/book/build/html/01_knots.html"; then
    complain
    report not-ok 'a build that fails leaves the last good book'
else
    report ok 'a build that fails leaves the last good book'
fi

rm -rf "$tmp/book/build"
if in_book $make -s book ||
    [ -n "$(find "$tmp/book/build" -type f 2>/dev/null)" ]; then
    complain
    report not-ok 'a build that fails writes nothing'
else
    report ok 'a build that fails writes nothing'
fi

if in_book $make -s book PANDOC=no-such-pandoc BOOK_REQUIRED= &&
    [ "$(awk 'END { print NR }' "$tmp/errors")" -eq 1 ]; then
    report ok 'without pandoc, make book says so in one line and goes on'
else
    complain
    report not-ok 'without pandoc, make book says so in one line and goes on'
fi
if in_book $make -s book PANDOC=no-such-pandoc BOOK_REQUIRED=1; then
    report not-ok 'without pandoc, BOOK_REQUIRED=1 fails'
else
    report ok 'without pandoc, BOOK_REQUIRED=1 fails'
fi

# ---- The real book ----

if [ -f book.md ]; then
    if $make -s -f chapters/web/book.mk check-book >"$tmp/errors" 2>&1; then
        report ok 'the real book is accepted'
    else
        complain
        report not-ok 'the real book is accepted'
    fi
fi

finish
