#!/bin/sh
# serve.sh - tests of the web server serve: the programs of the folder serve/,
# which talk to it byte by byte, and some of the clients that people use.
here=tests/13_runtime/programs/serve
scratch=$(mktemp -d) || exit 2
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
SERVE=$(pwd)/$B/serve TMPDIR=$scratch
export SERVE TMPDIR
n=0 failed=0 skipped=0 broken=0

# ---- What talks to it byte by byte

for source in "$here"/*.c; do
    program=$scratch/$(basename "$source" .c)
    # shellcheck disable=SC2086
    if ! $CC $CFLAGS -o "$program" "$source" || ! "$program"; then
        echo "# $source has failed"
        broken=1
    fi
done

# ---- What people use

fact() {    # STATUS TEXT
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        failed=$((failed + 1))
        echo "not ok $n - $2"
    fi
}

without() {    # PROGRAM TEXT
    n=$((n + 1))
    skipped=$((skipped + 1))
    echo "ok $n - $2 # skip: no $1 here"
}

have() {
    command -v "$1" > /dev/null
}

start() {
    mkdir -p "$scratch/site/folder" && echo hello > "$scratch/site/a.txt"
    cat "$SERVE" "$SERVE" > "$scratch/site/large"
    "$SERVE" --port 0 --quiet "$scratch/site" > "$scratch/said" &
    server=$!
    until grep -qs '^Serving ' "$scratch/said"; do
        kill -0 "$server" || exit 2
        sleep 0.05 2> /dev/null || sleep 1
    done
    url=$(sed 's|.*\(http://[^ ]*\)/ .*|\1|' "$scratch/said")
}

ask_curl() {
    curl -s -o "$scratch/got" "$url/large" &&
        cmp -s "$scratch/got" "$scratch/site/large"
    fact $? 'curl fetches a file'
    head -c 100000 "$scratch/site/large" > "$scratch/got"
    curl -s -C - -o "$scratch/got" "$url/large" &&
        cmp -s "$scratch/got" "$scratch/site/large"
    fact $? 'curl goes on where it was interrupted'
    [ "$(curl -sL "$url/folder" -o /dev/null -w '%{http_code} %{url_effective}'
        )" = "200 $url/folder/" ]
    fact $? 'curl follows to the folder'
    curl -s -o "$scratch/got" --etag-save "$scratch/etag" "$url/a.txt"
    [ "$(curl -s --etag-compare "$scratch/etag" -w '%{http_code}' \
        "$url/a.txt")" = 304 ]
    fact $? 'curl is told that nothing has changed'
    [ "$(curl -s -T "$scratch/site/large" -o /dev/null -w '%{http_code}' \
        "$url/b")" = 405 ]
    fact $? 'curl hears why an upload is refused'
}

ask_python() {
    [ "$(python3 -c 'import http.client, sys
host = http.client.HTTPConnection(sys.argv[1].split("/")[2])
for target in ["/a.txt", "/no", "/a.txt"]:
    host.request("GET", target)
    answer = host.getresponse()
    print(answer.status, len(answer.read()), end=";")
' "$url")" = '200 6;404 14;200 6;' ]
    fact $? 'Python asks three times on one connection'
}

ask_wrk() {
    wrk -t1 -c20 -d1 "$url/a.txt" > "$scratch/wrk" &&
        grep -q '^Requests/sec' "$scratch/wrk" &&
        ! grep -Eq 'Socket errors|Non-2xx' "$scratch/wrk"
    fact $? 'wrk meets no error'
}

start
if have curl; then ask_curl; else without curl 'curl asks'; fi
if have python3; then ask_python; else without python3 'Python asks'; fi
if have wrk; then ask_wrk; else without wrk 'wrk asks'; fi
kill "$server"
wait "$server"
fact $? 'it ends with 0 when it is told to'
server=

[ -z "${CHECK_SCORE:-}" ] ||
    echo "$((n - failed)) $failed $skipped 0 0 serve" >> "$CHECK_SCORE"
[ $((failed + broken)) -eq 0 ]
