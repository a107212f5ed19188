#!/bin/sh
# lint.sh [ROOT] - proves the rules of the house over ROOT/code, with sh and
# awk alone.  Every finding is one line, `file:line: rule: sentence`, with the
# file named from ROOT; the exit status is 1 if there is one, 0 if there is
# none (then one line sums the tree up), 2 if there is nothing to read.
#
# The rules, each in a file of tests/lint/:
#     layer      what a file includes lies in its own layer or a lower one
#     suspends   what may switch tasks says SUSPENDS, and nothing else does
#     library    a layer never ends the program, prints, or waits elsewhere
#     size       columns, lines of a file, lines of a function
#     style      blanks, banners, first lines, names, unfinished business
#
# Three comments excuse a file of code/ from a rule, each with its reason; one
# that excuses nothing is a finding itself:
#     /* lint: platform header <sys/event.h>: reason */   before the #include
#     /* lint: may call fprintf: reason */                before the call
#     /* lint: suspends by itself */                      at the definition

set -u
LC_ALL=C
export LC_ALL

rules=$(CDPATH='' cd -- "$(dirname -- "$0")/lint" && pwd) || exit 2
cd -- "${1:-.}" || exit 2

list_files() {
    find code/[0-9][0-9]_* -type f -name '*.[ch]' | sort
    find chapters tests -type f \( -name '*.[ch]' -o -name '*.sh' \
        -o -name '*.awk' -o -name '*.md' -o -name '*.lua' -o -name '*.css' \
        -o -name '*.js' -o -name '*.html' \) | sort
}

files=$(list_files 2>/dev/null)
case $files in
code/*) ;;
*)  echo "lint.sh: ${1:-.} has no code/NN_slug/*.c" >&2
    exit 2 ;;
esac

set -f                          # one file a line, whatever its name
IFS='
'
set -- $files
unset IFS

# awk cannot see whether a last line ends: wc's count of newlines tells it.
wc -l "$@" | ${AWK:-awk} -f "$rules/read.awk" -f "$rules/layer.awk" \
    -f "$rules/suspends.awk" -f "$rules/library.awk" -f "$rules/size.awk" \
    -f "$rules/style.awk" - "$@"
