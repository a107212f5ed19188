# source.awk - writes weft.c: all sources in one, with the inside headers before
# who first needs them.  VERSION is the version.
#
# Only what weft.h declares is visible from outside: what inside headers declare
# becomes static.  What a source has for itself is called FILE__NAME, and so are
# types, constants and macros of which two files have one each.
# Lines keep their numbers, which #line tells the compiler.

END {
    find_inside()
    put_in_order()
    for (i = 1; i <= n_ordered; i++)
        look_through(ordered[i])
    write_top()
    for (i = 1; i <= n_ordered; i++)
        if (ordered[i] in inside)
            write_part(ordered[i])
}

# ---- Code, and what is none ----
# The line, with blanks for comments, strings and characters; in_comment lasts
# from line to line.
function mask(text,    masked, n) {
    masked = ""
    while (text != "") {
        if (in_comment) {
            n = index(text, "*/") ? index(text, "*/") + 1 : length(text)
            in_comment = !index(text, "*/")
        } else if (match(text, /^("([^"\\]|\\.)*"|'([^'\\]|\\.)*')/)) {
            n = RLENGTH
        } else if (text ~ /^\/\*/) {
            in_comment = 1
            n = 2
        } else {
            n = match(substr(text, 2), /["'\/]/) ? RSTART : length(text)
            masked = masked substr(text, 1, n)
            text = substr(text, n + 1)
            continue
        }
        masked = masked sprintf("%" n "s", "")
        text = substr(text, n + 1)
    }
    return masked
}

# ---- What a file declares ----
# A name that is static, a macro, or a type with its body, is at home in that
# file; if it is static in a source, nobody else can see it.
function look_through(file,    i, code, name, before, depth, in_enum) {
    drop_guard(file)
    find_seen(file, file)
    in_comment = depth = in_enum = 0
    for (i = 1; i <= n_lines[file]; i++) {
        code = masked[file, i] = mask(line[file, i])
        name = first_word(substr(code, 9))
        if (code ~ /^#define / && before != "#ifndef " name)
            add_home(file, name)
        before = code
        if (code ~ /^#/)
            continue
        if (depth == 0 && code ~ /^[A-Za-z]/)
            add_declared(file, code)
        if (depth == 1 && code ~ /^[}]/)
            add_home(file, first_word(code))
        if (depth == 0 && code ~ /^(typedef )?enum/)
            in_enum = 1
        if (in_enum)
            add_constants(file, code)
        in_struct[file, i] = depth == 1 && is_struct
        if (depth == 0)
            is_struct = code ~ /^(typedef )?(struct|union)/
        depth += gsub(/[{]/, "{", code) - gsub(/[}]/, "}", code)
        if (depth == 0)
            in_enum = 0
    }
}

# Which files `file` sees: itself, and what it includes.
function find_seen(file, by,    i) {
    if ((file, by) in seen)
        return
    seen[file, by] = 1
    for (i = 1; i <= n_includes[by]; i++)
        find_seen(file, includes[by, i])
}

function first_word(text) {
    return match(text, /[A-Za-z_][A-Za-z_0-9]*/) ? \
        substr(text, RSTART, RLENGTH) : ""
}

# Unless a header that it sees has declared it.
function add_home(file, name,    i) {
    for (i = 1; i <= n_declares[name]; i++)
        if (declares[name, i] != file && (file, declares[name, i]) in seen)
            return
    if (name != "" && !((file, name) in home)) {
        home[file, name] = 1
        homes[name, ++n_homes[name]] = file
    }
}

function add_declared(file, code,    head, name) {
    head = code
    sub(/[(={].*$/, "", head)
    if (code ~ /^(typedef )?(struct|union|enum)/) {
        sub(/^(typedef )?(struct|union|enum) */, "", head)
        if (code ~ /[{]/)
            add_home(file, first_word(head))
        else
            declares[first_word(head), ++n_declares[first_word(head)]] = file
        return
    }
    gsub(/\[[^]]*\]/, "", head)
    sub(/;.*$/, "", head)
    while (match(head, /[A-Za-z_][A-Za-z_0-9]* *(,|$)/)) {
        name = substr(head, RSTART, RLENGTH)
        head = substr(head, RSTART + RLENGTH)
        name = first_word(name)
        if (code ~ /^extern/ && file ~ /\.h$/)
            is_object[name] = 1
        if (code !~ /(^|^[A-Z_]+ )static /)
            continue
        add_home(file, name)
        if (file ~ /\.c$/)
            own[file, name] = 1
    }
}

function add_constants(file, code,    name) {
    sub(/^[^{]*[{]/, "", code)
    sub(/[}].*$/, "", code)
    gsub(/=[^,]*/, "", code)
    if (code ~ /^(typedef )?enum/)
        return
    while ((name = first_word(code)) != "") {
        code = substr(code, RSTART + RLENGTH)
        add_home(file, name)
    }
}

# What `name` is called in weft.c, where `file` says it.
function new_name(file, name,    i) {
    if ((file, name) in own)
        return stem(file) "__" name
    if (n_homes[name] > 1)
        for (i = 1; i <= n_homes[name]; i++)
            if ((file, homes[name, i]) in seen)
                return stem(homes[name, i]) "__" name
    return name
}

# ---- The top ----
# What a file defines before its first #include asks the system for more than
# POSIX: that has to stand before all includes.
function write_top(    i) {
    print "/* weft.c - all of the runtime in one file; copy it beside weft.h."
    print " *"
    print " * Made from the sources of the chapters, which #line names."
    print " *"
    print " *     cc -o program program.c weft.c -lpthread -lm"
    print " *"
    print " * Version " VERSION "."
    print " *"
    write_licence()
    print "#if defined __FreeBSD__"
    print "#undef _XOPEN_SOURCE"
    print "#elif !defined _XOPEN_SOURCE"
    print "#define _XOPEN_SOURCE 700"
    print "#endif"
    print "#if defined __APPLE__"
    print "#define _DARWIN_C_SOURCE 1"
    print "#elif defined __NetBSD__"
    print "#define _NETBSD_SOURCE 1"
    print "#elif defined __OpenBSD__"
    print "#define _BSD_SOURCE 1"
    print "#endif"
    for (i = 1; i <= n_ordered; i++)
        if (asks_system(ordered[i]))
            hoist(ordered[i])
    print ""
    print "#if defined __GNUC__"
    print "#pragma GCC diagnostic ignored \"-Wunused-parameter\""
    print "#pragma GCC diagnostic ignored \"-Wunused-function\""
    print "#endif"
    print ""
    for (i = 1; i <= n_ordered; i++)
        if (!(ordered[i] in inside) && switch_of(ordered[i]) != "")
            print "#undef " switch_of(ordered[i])
    print "#include \"weft.h\""
}

# The text of the MIT licence asks to be in each copy.
function write_licence(    text, is_mit) {
    while ((getline text < LICENCE) > 0) {
        if (text ~ /^-----/)
            is_mit = 0
        if (text == "MIT License")
            is_mit = 1
        if (is_mit)
            print (text == "" ? " *" : " * " text)
    }
    print " * SPDX-License-Identifier: MIT */"
}

function asks_system(file,    i) {
    for (i = 1; i <= n_lines[file] && line[file, i] !~ /^#include/; i++)
        if (line[file, i] ~ /^#(define|undef) _/)
            return 1
    return 0
}

# Moves it there; what several files ask for is asked once.
function hoist(file,    i, code, name) {
    for (i = 1; line[file, i] !~ /^#include/; i++) {
        code = masked[file, i]
        if (code !~ /^#/)
            continue
        sub(/ +$/, "", code)
        line[file, i] = masked[file, i] = ""
        name = first_word(substr(code, 9))
        if (code == "#ifndef " name) {
            line[file, i + 2] = masked[file, i + 2] = ""
        } else if (code ~ /^#define/ && !(name in hoisted)) {
            hoisted[name] = 1
            print "#ifndef " name "\n" code "\n#endif"
        } else if (code !~ /^#define/) {
            print code
        }
    }
}

# ---- One part ----
function write_part(file,    i, text) {
    print ""
    print "#line 1 \"" file "\""
    for (i = 1; i <= n_lines[file]; i++) {
        text = line[file, i]
        if (text ~ /^#include "/)
            text = ""
        else if (text !~ /^#include/)
            text = localized(file, masked[file, i]) renamed(file, i)
        print text
    }
    write_undefs(file)
}

# "static ", where a line declares what is not public.  What begins with __ is
# the system's.
function localized(file, code) {
    if (file ~ /\.h$/ && code ~ /^[A-Za-z_][^{]*\(/ && \
        code !~ /^(static|typedef|extern|struct|union|enum|INLINED)/ && \
        code !~ /^[^(]*[ *]__/)
        return "static "
    if (file ~ /\.c$/ && code ~ /^[A-Za-z_][^(]*[,;=]/ && \
        code !~ /^(static|typedef|extern|struct|union|enum)/ && \
        declares_object(code))
        return "static "
    return ""
}

function declares_object(code,    name) {
    sub(/=.*$/, "", code)
    while ((name = first_word(code)) != "") {
        if (name in is_object)
            return 1
        code = substr(code, RSTART + RLENGTH)
    }
    return 0
}

# The line, with the new names.  Members keep theirs.
function renamed(file, i,    text, code, result, name, before) {
    text = line[file, i]
    code = masked[file, i]
    if (file ~ /\.h$/)
        sub(/^extern /, "static ", text) && sub(/^extern /, "static ", code)
    result = ""
    while ((name = first_word(code)) != "") {
        before = substr(code, 1, RSTART - 1)
        result = result substr(text, 1, RSTART - 1)
        text = substr(text, RSTART + RLENGTH)
        code = substr(code, RSTART + RLENGTH)
        if (before ~ /(\.|->|[0-9])$/ || \
            in_struct[file, i] && (file, name) in own)
            result = result name
        else
            result = result new_name(file, name)
    }
    return result text
}

# Macros end with their file; but not what only stands in for the system's.
function write_undefs(file,    i, name) {
    for (i = 1; i <= n_lines[file] && file ~ /\.c$/; i++) {
        name = first_word(substr(masked[file, i], 9))
        if (masked[file, i] ~ /^#define / && (file, name) in home)
            print "#undef " new_name(file, name)
    }
}
