# header.awk - writes weft.h: all public headers, one after the other; those
# with a switch, which may define macros for what others declare, at the end.
# VERSION is the version.

END {
    find_inside()
    put_in_order()
    write_top()
    for (i = 1; i <= n_ordered; i++)
        if (!(ordered[i] in inside) && switch_of(ordered[i]) == "")
            write_part(ordered[i])
    for (i = 1; i <= n_ordered; i++)
        if (!(ordered[i] in inside) && switch_of(ordered[i]) != "")
            write_part(ordered[i])
    write_bottom()
}

# ---- Around the parts ----
function write_top() {
    print "/* weft.h - all of the runtime: asyncio for C, over select()."
    print " *"
    print " * Made from the headers of the chapters; each says at its top what"
    print " * it is.  Link with libweft.a, or compile weft.c beside your"
    print " * program; and with -lpthread -lm.  Version " VERSION "."
    print " *"
    print " * When something is wrong: WEFT_DEBUG=1 in the environment reports"
    print " * what is suspicious, and then SIGQUIT prints who waits for whom;"
    print " * WEFT_TRACE=file writes down each step; #define WEFT_ORIGINS before"
    print " * this header makes both name lines of the program."
    print " *"
    print " * SPDX-License-Identifier: MIT */"
    print "#ifndef WEFT_H"
    print "#define WEFT_H"
    print ""
    print "#define WEFT_VERSION \"" VERSION "\""
    print ""
    write_includes()
    print ""
    print "#ifdef __cplusplus"
    print "extern \"C\" {"
    print "#endif"
}

function write_bottom() {
    print ""
    print "#ifdef __cplusplus"
    print "}"
    print "#endif"
    print ""
    print "#endif"
}

# INFINITY is a part of the interface, so <math.h> is, too.
function write_includes(    i, k, n, name, names, seen) {
    names[n = 1] = "<math.h>"
    seen["<math.h>"] = 1
    for (i = 1; i <= n_ordered; i++) {
        if (ordered[i] in inside)
            continue
        for (k = 1; k <= n_lines[ordered[i]]; k++) {
            name = line[ordered[i], k]
            if (sub(/^#include </, "<", name) && !(name in seen)) {
                seen[name] = 1
                names[++n] = name
            }
        }
    }
    sort(names, n)
    for (i = 1; i <= n; i++)
        print "#include " names[i]
}

function sort(names, n,    i, k, name) {
    for (i = 2; i <= n; i++) {
        name = names[i]
        for (k = i; k > 1 && names[k - 1] > name; k--)
            names[k] = names[k - 1]
        names[k] = name
    }
}

# ---- One part ----
function write_part(file,    i, chapter, text, blank) {
    chapter = folder(file)
    sub(/^.*\//, "", chapter)
    if (chapter != last_chapter)
        printf "\n/* ======== Chapter %d: %s ======== */\n", chapter, \
            substr(chapter, 4)
    last_chapter = chapter
    drop_guard(file)
    blank = 0
    print ""
    for (i = 1; i <= n_lines[file]; i++) {
        text = line[file, i]
        if (text ~ /^#include /)
            text = ""
        if (text == "") {
            blank = 1
            continue
        }
        if (blank)
            print ""
        blank = 0
        print text
    }
}
