# stage_cc.sh - the end of the `cc` of the stage: runs $compiler with "$@".  If
# that compiles files of the layers and links them, each of them is compiled on
# its own, once for all programs with the same flags, and kept in the folder
# $objects.  What comes out is the same, and a demo takes a moment and not three
# seconds.
#
# The compiler may be several words, and so are the flags.
# shellcheck shell=sh disable=SC2086,SC2154

flags='' links=''
for arg; do
    case $arg in
    -o) links=yes ;;
    -c) links='' && break ;;
    -l*) ;;
    -*) flags="$flags $arg" ;;
    esac
done
[ -n "$links" ] || exec $compiler "$@"

kept=$objects/$(printf '%s' "$compiler$flags" | cksum | tr ' ' .)
mkdir -p "$kept"
n=$#
for arg; do
    case $arg in
    code/[0-9]*/*/*) ;;
    code/[0-9]*/*.c)
        object=$kept/$(printf '%s' "${arg#code/}" | tr / .).o
        if [ ! -e "$object" ]; then
            $compiler $flags -c "$arg" -o "$object.$$" || exit 1
            mv "$object.$$" "$object"
        fi
        arg=$object
        ;;
    esac
    set -- "$@" "$arg"
done
shift "$n"
exec $compiler "$@"
