# uvloop runs the contestants of asyncio, in the first python3 that has it.
source=asyncio.py

version() {
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import sys, uvloop
print(uvloop.__version__, "CPython", sys.version.split()[0])' && return
    done
    return 1
}

build() {
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import uvloop' 2> /dev/null && break
    done
    write_program "$2" "exec $python -c '
import asyncio, runpy, sys, uvloop
asyncio.new_event_loop = uvloop.new_event_loop
runpy.run_path(sys.argv[1])' '$1' \"\$@\""
}
