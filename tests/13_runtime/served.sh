#!/bin/sh
# served.sh - the book, as its own server serves it: its own link checker, curl,
# wrk and a browser read it.  `make test-served` runs it.
#
# From the repository's root; reads B, OUT, CHECK_SCORE.  What is not installed
# is skipped, with a line that says so.

set -u
: "${B:=build}" "${OUT:=build}"
unset WEFT_SHUFFLE WEFT_DEBUG WEFT_TRACE
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft.XXXXXX") || exit 2
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$scratch"' EXIT
n=0 failed=0 skipped=0

# ---- Facts

fact() {    # STATUS TEXT
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
        for file in out err log; do
            [ ! -s "$scratch/$file" ] ||
                tail -n 12 "$scratch/$file" | sed "s/^/# $file: /"
        done
    fi
}

skip() {    # TEXT
    n=$((n + 1)) skipped=$((skipped + 1))
    echo "ok $n - $1 # skip it is not installed"
}

is_there() { command -v "$1" > /dev/null 2>&1; }

# ---- The server

begin_to_serve() {
    mkfifo "$scratch/says"
    "$B/serve" --port 0 --log "$scratch/log" "$OUT/html" > "$scratch/says" \
        2> "$scratch/err" &
    server=$!
    read -r line < "$scratch/says"
    url=$(echo "$line" | sed -n 's/.*\(http:[^ ]*\).*/\1/p')
}

begin_to_serve
[ -n "$url" ]
fact $? 'the server says where it is'

# ---- The link checker

"$B/crawl" --quiet "$url" > "$scratch/out" 2> "$scratch/err"
fact $? 'no link of the book is broken'

# ---- curl

get() { curl -sS --max-time 20 "$@" 2> "$scratch/err"; }

if is_there curl; then
    get "$url" | cmp -s - "$OUT/html/index.html"
    fact $? 'curl has the first page as it is'
    get -r 100-199 "${url}book.html" > "$scratch/out"
    dd if="$OUT/html/book.html" bs=1 skip=100 count=100 2> /dev/null |
        cmp -s - "$scratch/out"
    fact $? 'curl has a hundred bytes of the large one'
    get -D "$scratch/out" -o /dev/null "$url"
    etag=$(tr -d '\r' < "$scratch/out" | sed -n 's/^ETag: //Ip')
    [ "$(get -o /dev/null -w '%{http_code}' -H "If-None-Match: $etag" \
        "$url")" = 304 ]
    fact $? 'curl has it already, and is told so'
    [ "$(get -o /dev/null -w '%{http_code}' --path-as-is \
        "${url}../../etc/passwd")" -ge 400 ]
    fact $? 'curl does not get out of the folder'
    get "${url}weft.epub" | cmp -s - "$OUT/html/weft.epub"
    fact $? 'curl has a file that is no text'
else
    skip curl
fi

# ---- wrk

if is_there wrk; then
    wrk -t 2 -c 100 -d 3 "$url" > "$scratch/out" 2> "$scratch/err"
    grep -q '^Requests/sec' "$scratch/out" &&
        ! grep -q 'Socket errors\|Non-2xx' "$scratch/out"
    fact $? 'wrk has a hundred connections, and no error'
    sed -n 's/^Requests/# &/p' "$scratch/out"
else
    skip wrk
fi

# ---- A browser

browser=
for name in chromium chromium-browser google-chrome; do
    ! is_there $name || browser=$name
done
if [ -n "$browser" ]; then
    timeout 120 $browser --headless --no-sandbox --disable-gpu \
        --user-data-dir="$scratch/profile" --dump-dom "${url}13_runtime.html" \
        > "$scratch/out" 2> "$scratch/err"
    grep -q '<h1.*The runtime' "$scratch/out" &&
        grep -q '</html>' "$scratch/out"
    fact $? 'a browser shows a chapter'
    grep -q '"GET /style.css HTTP/1.1" 200' "$scratch/log"
    fact $? 'it has asked for the style as well'
else
    skip 'a browser'
fi

# ---- The end

kill -TERM "$server"
wait "$server"
fact $? 'SIGTERM ends it with status 0'
server=
[ -z "${CHECK_SCORE:-}" ] ||
    echo "$((n - failed - skipped)) $failed $skipped 0 0 served" \
        >> "$CHECK_SCORE"
[ $failed -eq 0 ]
