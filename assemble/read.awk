# read.awk - reads all files of the layers, and finds out which headers are
# public, and in which order they come.  header.awk and source.awk, one of
# which follows it, write the result.
#
# A header is public but for three kinds:
#     those whose names end in _inside.h
#     those that include one that is not public
#     those that only such headers include; each X.h that X_inside.h includes
#     is the public side of that, and does not count

# ---- Lines ----
FNR == 1 {
    files[++n_files] = FILENAME
}

{
    line[FILENAME, FNR] = $0
    n_lines[FILENAME] = FNR
}

/^#include "/ {
    split($0, part, "\"")
    n_includes[FILENAME]++
    includes[FILENAME, n_includes[FILENAME]] = \
        resolve(folder(FILENAME) "/" part[2])
}

# ---- Names ----
function folder(path) {
    sub(/\/[^\/]*$/, "", path)
    return path
}

function stem(path) {
    sub(/^.*\//, "", path)
    sub(/\.[ch]$/, "", path)
    sub(/_inside$/, "", path)
    return path
}

function resolve(path) {
    while (match(path, /[^\/.]+\/\.\.\//))
        path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
    return path
}

# ---- What is public ----
function find_inside(    i, file, changed) {
    for (i = 1; i <= n_files; i++)
        if (files[i] !~ /\.h$/ || files[i] ~ /_inside\.h$/)
            inside[files[i]] = 1
    do {
        changed = 0
        for (i = 1; i <= n_files; i++) {
            file = files[i]
            if (!(file in inside) && (includes_inside(file) || is_helper(file)))
                inside[file] = changed = 1
        }
    } while (changed)
}

function includes_inside(file,    i) {
    for (i = 1; i <= n_includes[file]; i++)
        if (includes[file, i] in inside)
            return 1
    return 0
}

# Included by an inside header of its layer, and by no public one.
function is_helper(file,    i, k, by, found) {
    for (i = 1; i <= n_files; i++) {
        by = files[i]
        if (by !~ /\.h$/ || by == file)
            continue
        for (k = 1; k <= n_includes[by]; k++) {
            if (includes[by, k] != file)
                continue
            if (!(by in inside))
                return 0
            if (folder(by) == folder(file) && stem(by) != stem(file))
                found = 1
        }
    }
    return found
}

# What a program may define to get more of a public header: WEFT_NAME, or "".
function switch_of(file,    i) {
    for (i = 1; i <= n_lines[file]; i++)
        if (line[file, i] ~ /^#ifdef WEFT_/)
            return substr(line[file, i], 8)
    return ""
}

# ---- The order ----
# Each file after those that it includes.
function put_in_order(    i) {
    for (i = 1; i <= n_files; i++)
        visit(files[i])
}

function visit(file,    i) {
    if (file in visited)
        return
    visited[file] = 1
    for (i = 1; i <= n_includes[file]; i++)
        visit(includes[file, i])
    ordered[++n_ordered] = file
}

# ---- Guards ----
# Lines 1 to n_lines without the three of the guard.
function drop_guard(file,    i, name, last) {
    for (i = 1; i <= n_lines[file]; i++) {
        if (name == "" && line[file, i] ~ /^#ifndef [A-Z0-9_]+_H$/) {
            name = substr(line[file, i], 9)
            line[file, i] = ""
        } else if (name != "" && line[file, i] == "#define " name) {
            line[file, i] = ""
        }
        if (line[file, i] ~ /^#endif/)
            last = i
    }
    if (name != "")
        line[file, last] = ""
}
