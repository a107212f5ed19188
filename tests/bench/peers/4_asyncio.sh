# asyncio, of the python3 that is found first.
source=asyncio.py

version() {
    python3 -c 'import asyncio, sys; print("CPython", sys.version.split()[0])'
}

# Not as a script: one of that name would hide the module.
build() {
    write_program "$2" "exec python3 -c '
import asyncio, runpy, sys
runpy.run_path(sys.argv[1])' '$1' \"\$@\""
}
