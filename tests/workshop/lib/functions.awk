# functions.awk - the names of the functions that a header declares: the word
# before the first parenthesis of what begins in the first column.

{
    while (match($0, /\/\*([^*]|\*+[^*\/])*\*+\//))
        $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
}

in_comment {
    if (!/\*\//)
        next
    sub(/^.*\*\//, "")
    in_comment = 0
}

/\/\*/ {
    sub(/\/\*.*$/, "")
    in_comment = 1
}

/^[A-Za-z]/ && !/^(typedef|extern|static) / && match($0, /[a-z_0-9]+\(/) {
    print substr($0, RSTART, RLENGTH - 1)
}
