#!/bin/sh
# crawl.sh - tests of the program crawl: against sites that site.c plays.
#
# From the repository's root; reads B, CC, CFLAGS, LDLIBS, CHECK_SCORE.
set -u
: "${CC:=cc}" "${CFLAGS:=-std=c11 -D_XOPEN_SOURCE=700}" "${B:=build}"
: "${LDLIBS=-lpthread -lm}"
: "${CRAWL:=$B/crawl}"
here=tests/13_runtime/programs/crawl
code=code/13_runtime/crawl
n=0 failed=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM

fact() {    # STATUS TEXT
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
        sed -e 's/^/# /' -e 60q "$scratch/out"
    fi
}

build() {    # NAME SOURCE...
    name=$1
    shift
    # The flags are lists of words.
    # shellcheck disable=SC2086
    $CC $CFLAGS -I"$B" -I$code "$@" -o "$scratch/$name" $LDLIBS \
        > "$scratch/out" 2>&1 || fact 1 "$name compiles without a warning"
}

# ---- Addresses, pages, rules: without a network

build url $here/url_test.c $code/url.c $code/normalise.c
build scan $here/scan_test.c $code/scan.c $code/tag.c
build robots $here/robots_test.c $code/robots.c
for part in url scan robots; do
    "$scratch/$part" > "$scratch/out" 2>&1
    fact $? "$part: its own tests"
done

# ---- Sites

build site $here/site.c "$B/libweft.a"

unchecked='not checked: 0 elsewhere, 0 https, 0 robots.txt'

site() { cat > "$scratch/script"; }    # the script is on standard input

crawl() {    # ARGUMENT...
    "$scratch/site" "$scratch/script" "$scratch/log" "$CRAWL" "$@" \
        > "$scratch/out" 2>&1
    status=$?
}

# The output as a whole, and the status.
prints() {    # NAME STATUS WANTED
    printf '%s\n' "$3" > "$scratch/wanted"
    cmp -s "$scratch/wanted" "$scratch/out" && [ $status -eq "$2" ]
    same=$?
    [ $same -eq 0 ] || { echo "status $status, wanted $2 and:"
        cat "$scratch/wanted"; } >> "$scratch/out"
    fact $same "$1"
}

says() {    # NAME STATUS LINE...: among others
    name=$1 wanted=$2 missing=
    shift 2
    for line do
        grep -qxF -e "$line" "$scratch/out" || missing="$missing
missing: $line"
    done
    [ $status -eq "$wanted" ] || missing="$missing
status $status, wanted $wanted"
    echo "$missing" >> "$scratch/out"
    fact $((${#missing} != 0)) "$name"
}

asked() {    # NAME LINE...: the requests, without connections, sorted
    name=$1
    shift
    printf '%s\n' "$@" | sort > "$scratch/wanted"
    sed -n 's/^[0-9]* \([GH]\)/\1/p' "$scratch/log" | sort > "$scratch/asked"
    cmp -s "$scratch/wanted" "$scratch/asked"
    same=$?
    diff "$scratch/wanted" "$scratch/asked" >> "$scratch/out"
    fact $same "$name"
}

number() { sed -n "s/^$1 //p" "$scratch/log"; }

site << 'END'
@ / html
<a href="a.html">a</a> <a href="./a.html#x">again</a> <a href="/gone?a&amp;b">
<a href="mailto:a@b"> <img src=pic.png> <a href="https://{A}/tls">
<a href="http://{B}/there"> <a href="http://[oops"> <a href="%61.html">
@ /a.html html
<a href="/gone?a&b"> <p id=x> <a href="/"> <a href="folder/../b.html">
@ /b.html html
<base href="/base/"><base href="/other/"> <a href="c.html"> <a href=//{A}/>
@ /base/c.html html
fine
@ /pic.png plain
fine
END
crawl -j 1 "http://{A}"
prints 'a report names broken links and who has them' 1 'http://site/gone?a&b
    404 Not Found
    in http://site/
    in http://site/a.html
http://[oops
    malformed address
    in http://site/
addresses: 9 (checked: 7; not checked: 1 elsewhere, 1 https, 0 robots.txt)
broken: 2, moved: 0'
asked 'each address is asked for once, and pictures by HEAD' 'GET /robots.txt' \
    'GET /' 'GET /a.html' 'GET /gone?a&b' 'HEAD /pic.png' 'GET /b.html' \
    'GET /base/c.html'
[ "$(sed -n 's/ [GH].*//p' "$scratch/log" | sort -u)" = 1 ]
fact $? 'one worker keeps one connection'
crawl -j 1 -v "http://{A}"
says 'verbose lists each address' 1 'http://site/: 200' \
    'http://site/a.html: 200' 'http://site/pic.png: 200' \
    'https://site/tls: not checked: https' \
    'http://other/there: not checked: elsewhere'
crawl "http://{A}/base/c.html"
prints 'where all is well the status is 0' 0 \
'addresses: 1 (checked: 1; not checked: 0 elsewhere, 0 https, 0 robots.txt)
broken: 0, moved: 0'

# ---- Robots

site << 'END'
@ /robots.txt plain
User-agent: *
Disallow: /private
@ / html
<a href=/private/x> <a href=/public> <a href=/private/x#y>
@ /public html
fine
@ /private/x html
fine
END
crawl "http://{A}/"
prints 'robots.txt is obeyed' 0 \
'addresses: 3 (checked: 2; not checked: 0 elsewhere, 0 https, 1 robots.txt)
broken: 0, moved: 0'
asked 'what it bars is not asked for' 'GET /robots.txt' 'GET /' 'GET /public'
crawl -r "http://{A}/"
asked '--ignore-robots does not even read it' 'GET /' 'GET /public' \
    'GET /private/x'
crawl "http://{A}/private/x"
says 'a start that is barred is told' 2 \
    'crawl: http://site/private/x: not checked: robots.txt'
{
    echo '@ /robots.txt plain'
    awk 'BEGIN { while (i++ < 3000) print "# a remark that is long enough" }'
    printf 'user-agent: *\ndisallow: /\n@ / html\nfine\n'
} > "$scratch/script"
crawl "http://{A}/"
says 'long rules are read to their end' 2 \
    'crawl: http://site/: not checked: robots.txt'
{
    printf '@ /robots.txt plain\nuser-agent: *\n#'
    awk 'BEGIN { while (i++ < 524261) printf "x" }'
    printf '\nDisallow: /private\n@ / html\nfine\n'    # 512 KiB end at "/"
} > "$scratch/script"
crawl "http://{A}/"
says 'half a rule bars nothing' 0 'broken: 0, moved: 0'
site << 'END'
@ /robots.txt status 503
@ / html
fine
END
crawl "http://{A}/"
says 'rules that cannot be had bar all' 2 \
    'crawl: http://site/: not checked: robots.txt'
site << 'END'
@ /robots.txt drop
@ / html
fine
END
crawl "http://{A}/"
says 'rules that fail do not hide the page' 0 'broken: 0, moved: 0'

# ---- Redirects

{
    printf '@ / html\n<a href=/0> <a href=/m0> <a href=/ring> <a href=/lost>'
    printf '<a href=/old#here> <a href=/tls> <a href=/old#gone> <a href=/no>\n'
    for i in 0 1 2 3 4 5 6 7 8 9; do
        printf '@ /%d redirect 302\n/%d\n' $i $((i + 1))
        printf '@ /m%d redirect 303\nm%d\n' $i $((i + 1))
    done
    cat << 'END'
@ /10 html
fine
@ /m10 redirect 307
/m11
@ /m11 html
fine
@ /ring redirect 302
/ring2
@ /ring2 redirect 302
ring
@ /lost redirect 302
/nowhere
@ /old redirect 301
/new
@ /new html
<p id=here>
@ /tls redirect 308
https://{A}/
@ /no raw
HTTP/1.1 302 Go
Content-Length: 0

END
} > "$scratch/script"
crawl -j 1 "http://{A}/"
prints 'redirects: ten are followed, loops are found, ends are checked' 1 \
'http://site/m0
    Redirected too often, or in a loop
    redirected to http://site/m10
    in http://site/
http://site/ring
    Redirected too often, or in a loop
    in http://site/
http://site/lost
    404 Not Found
    redirected to http://site/nowhere
    in http://site/
http://site/old#gone
    there is no such place in the page
    in http://site/
http://site/no
    Not an answer of HTTP
    in http://site/
http://site/old
    moved for good to http://site/new
    in http://site/
http://site/tls
    moved for good to https://site/
    in http://site/
addresses: 32 (checked: 31; not checked: 0 elsewhere, 1 https, 0 robots.txt)
broken: 5, moved: 2'
grep -q 'm11' "$scratch/log"
fact $(($? == 0)) 'the eleventh redirect is not followed'
site << 'END'
@ / redirect 301
http://{B}/home
@ /home html
<a href=page> <a href=http://{A}/x>
@ /page html
<a href=gone>
END
crawl -j 1 "http://{A}/"
says 'a start that leads to another host makes it a site' 1 \
    'http://other/gone' '    in http://other/page'
site << 'END'
@ / redirect 302
/b
@ /b redirect 302
/
END
crawl "http://{A}/"
says 'a start in a loop leads nowhere' 2 \
    'crawl: http://site/: Redirected too often, or in a loop' \
    'broken: 1, moved: 0'

# ---- Fragments

site << 'END'
@ / html
<a href="#top"><a href="#"><a href="#own"><a href="#no"><a name=own>
<a href="b#caf%c3%a9"><a href="b#raw%20"><a href="b#%"><a href="b#:~:text=x">
<a href="pic#x"><a href="b#no"><a href="c"><a href="big#far">
@ /b html
<p id="café"><p id="raw%20"><p id="%">
@ /pic plain
fine
@ /c html
<a href="b#no"><a href="b#no">
@ /big huge 5000
<a href="/#no">
END
crawl -j 1 -s 2000 "http://{A}/"
prints 'a link to a place that is not in the page is broken' 1 \
'http://site/#no
    there is no such place in the page
    in http://site/
    in http://site/big
http://site/b#no
    there is no such place in the page
    in http://site/
    in http://site/c
addresses: 5 (checked: 5; not checked: 0 elsewhere, 0 https, 0 robots.txt)
longer than --max-size, read in part: 1
broken: 2, moved: 0'

site << 'END'
@ / html
<a href="empty#no">
@ /empty html
@ /last html
END
crawl "http://{A}/"
says 'in an empty page there is no place' 1 'http://site/empty#no' \
    'broken: 1, moved: 0'

# A hundred names for each address that may be known.
{
    printf '@ / html\n<a href="many#no"> <a href="few#no">\n@ /many html\n'
    awk 'BEGIN { while (i++ < 1001) printf "<p id=n%d>", i }'
    printf '\n@ /few html\n<p id=few>\n'
} > "$scratch/script"
crawl -j 1 -m 10 "http://{A}/"
prints 'names are limited, and what is not known is not called missing' 1 \
'http://site/few#no
    there is no such place in the page
    in http://site/
addresses: 3 (checked: 3; not checked: 0 elsewhere, 0 https, 0 robots.txt)
with too many names, places not checked: 1
broken: 1, moved: 0'
crawl -j 1 -m 11 "http://{A}/"
says 'where all names are known, both are missing' 1 'http://site/many#no' \
    'http://site/few#no' 'broken: 2, moved: 0'

# ---- Answers of all sorts

site << 'END'
@ / html
<a href=chunked><a href=close><a href=once><a href=once><a href=empty>
<a href=slow><a href=interim>
@ /chunked chunked
<a href="/a">a text of more than a chunk</a>
@ /close close
<a href="/b">
@ /once once
<a href="/c">
@ /empty html
@ /slow slow 10
<a href="/d">
@ /interim raw
HTTP/1.1 100 Continue

HTTP/1.1 103 Early Hints
Link: </x>

HTTP/1.0 200
content-type: TEXT/HTML;charset=x

<a href=/e>
END
crawl -j 1 "http://{A}/"
asked 'a body ends by its length, by chunks, or with the connection' \
    'GET /robots.txt' 'GET /' 'GET /chunked' 'GET /close' 'GET /once' \
    'GET /empty' 'GET /slow' 'GET /interim' 'GET /a' 'GET /b' 'GET /c' \
    'GET /d' 'GET /e'
says 'a server may close a connection that is kept' 1 'broken: 5, moved: 0'
for kind in cut cutchunk drop; do
    printf '@ / html\n<a href=x>\n@ /x %s\n<a href=y>\n' $kind |
        site
    crawl "http://{A}/"
    says "an answer that ends too soon is told ($kind)" 1 'http://site/x' \
        '    The stream ended too early' 'broken: 1, moved: 0'
done
site << 'END'
@ / html
<a href=packed>
@ /packed raw
HTTP/1.1 200 OK
Content-Encoding: gzip
Content-Type: text/html

<a href=gone>
END
crawl "http://{A}/"
says 'what is compressed is not read' 0 'broken: 0, moved: 0'
bad() {    # WHAT ANSWER
    printf '@ /robots.txt plain\n@ / raw\n%b\n' "$2" | site
    crawl "http://{A}/"
    says "not an answer: $1" 2 'crawl: http://site/: Not an answer of HTTP'
}
ok='HTTP/1.1 200 OK\n'
long=$(printf '%020000d' 0)
bad 'no HTTP' 'SSH-2.0-hello'
bad 'another version' 'HTTP/2.0 200 OK\n\n'
bad 'a status of two digits' 'HTTP/1.1 20 OK\n\n'
bad 'a header without a colon' "${ok}hello\\n\\n"
bad 'a header without a name' "${ok}: x\\n\\n"
bad 'a line without end' "${ok}a: $long\\n\\n"
bad 'headers without end' \
    "$ok$(awk 'BEGIN { while (i++ < 200) printf "a: b\\n" }')\\n"
bad 'interim answers without end' \
    "$(awk 'BEGIN { while (i++ < 200) printf "HTTP/1.1 100 On\\n\\n" }')"
bad 'two lengths' "${ok}Content-Length: 1\\nContent-Length: 2\\n\\nxx"
bad 'a length that is no number' "${ok}Content-Length: 1x\\n\\nx"
bad 'two encodings' \
    "${ok}Transfer-Encoding: chunked, gzip\\n\\n1\\nx\\n0\\n\\n"
bad 'an encoding that is unknown' "${ok}Transfer-Encoding: gzip\\n\\nx"
chunks="${ok}Transfer-Encoding: chunked\\n\\n"
bad 'a chunk without a size' "${chunks}x\\n"
bad 'a chunk with a size that C would read' "${chunks}0x3\\nabc\\n0\\n\\n"
bad 'a chunk that is too long to be true' "${chunks}ffffffffffffffffff\\n"
bad 'a chunk that does not end where it should' "${chunks}2\\nabc\\n0\\n\\n"

# ---- Patience and limits

for kind in hang stall; do
    printf '@ / %s\nx\n' $kind | site
    crawl -t 0.3 "http://{A}/"
    says "a server that does not go on is given up ($kind)" 2 \
        'crawl: http://site/: Timed out'
done
site << 'END'
@ / huge 100000000
<a href=/a>
@ /a html
fine
END
crawl -s 3000 "http://{A}/"
says 'of a page without end a part is read' 0 \
    'longer than --max-size, read in part: 1' \
    'addresses: 2 (checked: 2; not checked: 0 elsewhere, 0 https, 0 robots.txt)'
{
    echo '@ / html'
    awk 'BEGIN { while (i++ < 50) printf "<a href=/%d>\n", i }'
} > "$scratch/script"
crawl -m 10 "http://{A}/"
says 'no more addresses are known than --max-pages' 1 \
    'there are more: --max-pages has ended the search' \
    "addresses: 10 (checked: 10; $unchecked)"
crawl -m 50 "http://{A}/"
says 'of 51 addresses, 50 are known' 1 \
    'there are more: --max-pages has ended the search'
crawl -m 51 "http://{A}/"
grep -q 'there are more' "$scratch/out"
fact $(($? == 0)) 'of 51 addresses, 51 are known'

site << 'END'
@ / close
<a href="/b">
@ /b html
fine
END
crawl -s 14 "http://{A}/"
prints 'what ends with the connection at --max-size is whole' 0 \
"addresses: 2 (checked: 2; $unchecked)
broken: 0, moved: 0"
crawl -s 13 "http://{A}/"
says 'one byte more is too many' 0 'longer than --max-size, read in part: 1'

# ---- HEAD and GET, here and elsewhere

site << 'END'
@ / html
<img src=a.png><img src=b.png><img src=gone.png><link rel=next href=next>
<img src=next2>
@ /a.png plain
fine
@ /b.png nohead
fine
@ /next html
<a href=more>
@ /next2 redirect 302
more
@ /more html
fine
END
crawl -j 1 "http://{A}/"
asked 'HEAD is asked where no links are expected, and GET where it fails' \
    'GET /robots.txt' 'GET /' 'HEAD /a.png' 'HEAD /b.png' 'GET /b.png' \
    'HEAD /gone.png' 'GET /gone.png' 'HEAD /next' 'GET /next' 'HEAD /next2' \
    'GET /more'
says 'a refused HEAD is no broken link' 1 'broken: 1, moved: 0' \
    'http://site/gone.png'
site << 'END'
@ / html
<img src=a><img src=b>
@ /a badhead
nobody asked for this
@ /b plain
fine
END
crawl -j 1 "http://{A}/"
says 'what is left of an answer is not taken for the next' 0 \
    'broken: 0, moved: 0'
site << 'END'
@ / html
<img src=a>
@ /a drop
END
crawl "http://{A}/"
asked 'a server that fails is asked once more, on a new connection' \
    'GET /robots.txt' 'GET /' 'HEAD /a' 'HEAD /a'
site << 'END'
@ / html
<a href="http://{B}/a"><a href="http://{B}/gone"><a href="http://{B}/barred">
<a href="http://{B}/a#x"><a href="http://localhost.invalid/">
@ /a html
<a href=never>
@ /barred html
x
@ /robots.txt plain
user-agent: weft-crawl
disallow: /barred
END
crawl -j 1 "http://{A}/"
asked 'other hosts are left alone' 'GET /robots.txt' 'GET /'
says 'what was left alone is counted' 0 \
    'addresses: 5 (checked: 1; not checked: 4 elsewhere, 0 https, 0 robots.txt)'
crawl -j 1 -e "http://{A}/"
asked '--external asks them, and goes no further' 'GET /robots.txt' 'GET /' \
    'GET /robots.txt' 'HEAD /a' 'HEAD /gone' 'GET /gone'
says '--external tells what is broken there' 1 'http://other/gone' \
    'http://localhost.invalid/' 'broken: 2, moved: 0'

# ---- How much at once

gates() {    # KIND NUMBER
    printf '@ / html\n'
    awk 'BEGIN { while (i++ < 12) printf "<a href=/%d>\n", i }'
    awk -v kind="$1 $2" \
        'BEGIN { while (i++ < 12) printf "@ /%d %s\nfine\n", i, kind }'
}
gates gate 6 | site
crawl -t 10 -j 6 -p 6 "http://{A}/"
says 'six jobs ask six pages at once' 0 'broken: 0, moved: 0'
gates slow 30 | site
crawl -j 3 -p 12 "http://{A}/"
[ "$(number most)" -le 3 ]
fact $? 'three jobs never ask more than three'
crawl -j 12 -p 2 "http://{A}/"
[ "$(number most)" -le 2 ]
fact $? 'of one host no more is asked than --per-host says'
crawl --delay 0.05 "http://{A}/"
[ "$(number took)" -ge 650 ]
fact $? 'between the requests to a host there is --delay'
{
    printf '@ / html\n'
    awk 'BEGIN { while (i++ < 400) printf "<a href=/%d><a href=gone>\n", i }'
    awk 'BEGIN { while (i++ < 400)
        printf "@ /%d html\n<a href=/%d><a href=/><a href=gone>\n", i, i + 1 }'
} > "$scratch/script"
crawl "http://{A}/"
says 'of many who have a link five are named' 1 '    and in 396 more' \
    '    in http://site/400' \
    "addresses: 403 (checked: 403; $unchecked)"
[ "$(sed -n 's/ [GH].*//p' "$scratch/log" | sort -u | wc -l)" -le 20 ]
fact $? '400 pages need but a few connections'
{
    echo '@ / html'
    awk 'BEGIN { while (i++ < 200) printf "<a href=/%d><img src=%dx>\n", i, i }'
    awk 'BEGIN { while (i++ < 200) printf "@ /%d close\nfine\n", i }'
} > "$scratch/script"
"$scratch/site" "$scratch/script" "$scratch/log" sh -c \
    'ulimit -n 40; exec "$0" "$1"' "$CRAWL" 'http://{A}/' > "$scratch/out" 2>&1
status=$?
says '400 connections leave no descriptor behind' 1 'broken: 200, moved: 0'

# ---- The end

site << 'END'
@ / html
<a href=gone><a href=end><a href=1><a href=2>
@ /end interrupt
END
crawl -j 1 "http://{A}/"
says 'after Ctrl-C there is a report of what was found' 130 \
    'http://site/gone' '    404 Not Found' 'not visited any more: 3'
for kind in hang drop 'status 404' 'status 500'; do
    printf '@ / %s\nx\n' "$kind" | site
    crawl -t 0.5 "http://{A}/" "http://{B}/x"
    grep -q '^crawl: http://site/: ' "$scratch/out" && [ $status -eq 2 ]
    fact $? "a start that cannot be had ends with 2 ($kind)"
done
site << 'END'
@ / html
<a href="http://&#27;[2J&#7;/">
END
crawl "http://{A}/"
says 'what a page says controls no terminal' 1 'http://%1B[2J%07/'
if [ -w /dev/full ]; then
    "$scratch/site" "$scratch/script" "$scratch/log" sh -c \
        '"$0" "$1" > /dev/full' "$CRAWL" 'http://{A}/' > "$scratch/out" 2>&1
    status=$?
    says 'a report that cannot be written is told' 2 \
        'crawl: output: No space left on device'
else
    echo 'ok - a report that cannot be written # skip no /dev/full here'
fi

# ---- Progress, on a terminal: nobody listens at port 1

shows() {    # COMMAND: what it prints on a terminal of 20 columns, readable
    printf 't $ stty cols 20; exec %s\nt > \nt > \nt > \nt > \n' "$1" \
        > "$scratch/play"
    "$B/play" "$scratch/play" | tr '\r\033' '<^' > "$scratch/out"
}

if [ -x "$B/play" ]; then
    shows "$CRAWL http://127.0.0.1:1/"
    grep -q '^t > <0 visited, 1 waitin^\[K.*<^\[Khttp:' "$scratch/out"
    fact $? 'progress is shown in one line, and wiped away'
    shows "$CRAWL --quiet http://127.0.0.1:1/"
    grep -q '^t > http:' "$scratch/out"
    fact $? 'with --quiet there is none'
else
    echo "ok - progress on a terminal # skip no $B/play here"
fi
crawl "http://127.0.0.1:1/"
grep -q 'waiting' "$scratch/out"
fact $(($? == 0)) 'without a terminal there is none'

# ---- The command line

site << 'END'
@ / html
fine
END
crawl "http://{A}/" -j 1 "http://{B}/" --verbose
says 'options may stand behind addresses' 0 'http://site/: 200' \
    'http://other/: 200'
"$CRAWL" http://127.0.0.1:1/ 2> "$scratch/out" >&-
[ $? -eq 2 ] && grep -q 'standard output or .* is closed' "$scratch/out"
fact $? 'where the output is closed nothing is asked for'
"$scratch/site" "$scratch/script" "$scratch/log" sh -c '"$0" "$1" 2>&-' \
    "$CRAWL" 'http://{A}/' > "$scratch/out"
[ $? -eq 2 ] && [ ! -s "$scratch/out" ] && ! grep -q GET "$scratch/log"
fact $? 'nor where errors could not be told'
usage() {    # WANTED ARGUMENT...
    wanted=$1
    shift
    "$CRAWL" "$@" > "$scratch/out" 2>&1
    [ $? -eq 2 ] && printf 'crawl: %s (try --help)\n' "$wanted" |
        cmp -s - "$scratch/out"
    fact $? "usage: $wanted"
}
usage 'URL: there is none'
usage 'URL: there is none' -j 3
usage '--nothing: there is no such option' --nothing http://x/
usage '-x: there is no such option' -x http://x/
usage '--jobs: it needs a number' --jobs
usage '--jobs: there is no such number' --jobs 0 http://x/
usage '-j: there is no such number' -j 1.5 http://x/
usage '-j: there is no such number' -j nan http://x/
usage '-t: there is no such number' -t '' http://x/
usage '--delay=: there is no such number' --delay= http://x/
usage '--quiet=1: it takes no value' --quiet=1 http://x/
for start in 'ftp://x/' 'x' 'http://' 'https://x/'; do
    "$CRAWL" --timeout=1 -q "$start" > "$scratch/out" 2>&1
    [ $? -eq 2 ] && grep -q '^crawl: .*: \(malformed\|not checked: https\)' \
        "$scratch/out"
    fact $? "a start that cannot be: $start"
done
"$CRAWL" --help > "$scratch/out" && grep -q '^usage: ' "$scratch/out"
fact $? '--help says how it is used'
"$CRAWL" --version > "$scratch/out" && grep -q '^crawl ' "$scratch/out"
fact $? '--version says which it is'

[ -z "${CHECK_SCORE:-}" ] ||
    echo "$((n - failed)) $failed 0 0 0 crawl" >> "$CHECK_SCORE"
[ $failed -eq 0 ]
