# stage.sh - sourced: the stage on which transcripts are played, a folder where
# the tree can be seen as at the root, and `cc` is the compiler of this build.
root=$(pwd) CC=${CC:-cc} B=${B:-build}

# With SELECTOR the tree has that file in place of our selector.c.
set_tree() {
    if [ -z "${SELECTOR:-}" ]; then
        ln -sfn "$root/code" "$stage/code"
        return
    fi
    mkdir -p "$stage/code/01_select"
    ln -sfn "$root"/code/01_select/* "$stage/code/01_select/"
    ln -sfn "$root/$SELECTOR" "$stage/code/01_select/selector.c"
    for layer_folder in "$root"/code/*; do
        [ "${layer_folder##*/}" = 01_select ] ||
            ln -sfn "$layer_folder" "$stage/code/"
    done
    STAGE_CFLAGS="-I$root/code/01_select/exercises/3_extend_poll"
}

set_stage() {    # LAYER
    stage=$root/$B/stage/$1
    mkdir -p "$stage/bin"
    set_tree
    ln -sfn "$root/$B" "$stage/build"
    # Not by name: it would find itself.
    compiler=$(command -v "${CC%% *}")
    case $CC in *' '*) compiler="$compiler ${CC#* }" ;; esac
    objects=$root/$B/stage/objects.$(cat "$stage"/code/[0-9]*/*.[ch] | cksum |
        tr ' ' .)
    {
        printf '#!/bin/sh\nobjects=%s\n' "$objects"
        printf "compiler='%s %s'\n" "$compiler" "${STAGE_CFLAGS:-}"
        cat "$root/tests/stage_cc.sh"
    } > "$stage/bin/cc"
    chmod +x "$stage/bin/cc"
}

play() {    # TRANSCRIPT
    (cd "$stage" && PATH=$stage/bin:$PATH && export PATH &&
        unset CHECK_SCORE CHECK_VERBOSE WEFT_SHUFFLE WEFT_DEBUG &&
        "$root/$B/play" "$root/$1")
}

# Compares two files; NAME.mask beside NAME.expected is a sed script that both
# pass before: it hides what differs from run to run.
same_session() {    # EXPECTED ACTUAL
    mask=${1%.expected}.mask
    [ -f "$mask" ] || mask=/dev/null
    sed -f "$mask" "$1" > "$stage/wanted"
    sed -f "$mask" "$2" > "$stage/found"
    diff -u "$stage/wanted" "$stage/found" > "$stage/difference"
    same=$?
    sed "1s|.*|--- $1, as the book has it|; 2s|.*|+++ as it is printed now|" \
        "$stage/difference"
    return $same
}
