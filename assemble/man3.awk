# man3.awk - makes the body of weft(3), in Markdown, from weft.h: a section for
# each chapter, with what each header says at its top, and its declarations.

/^\/\* ======== / {
    sub(/^[^:]*: /, "")
    sub(/ ====.*$/, "")
    print "# " toupper($0) "\n"
    next
}

# What it is, and then prose.
/^\/\* [a-z_]+\.h - / && !/^\/\* weft\.h/ {
    sub(/^\/\* [^-]*- /, "")
    in_head = 1
    $0 = toupper(substr($0, 1, 1)) substr($0, 2)
}

in_head {
    ends = sub(/ *\*\/$/, "")
    sub(/^ \* ?/, "")
    print ($0 ~ /^    / ? $0 : tidy($0))
    if (ends) {
        print ""
        in_head = 0
        in_part = 1
    }
    next
}

/^#ifdef __cplusplus/ {
    in_part = 0
}

in_part && /^\/\* ---- .* ---- \*\/$/ {
    gsub(/\/\* ---- | ---- \*\//, "")
    print "\n**" $0 "**\n"
    next
}

# Macros for what is above.
in_part && /^#ifdef WEFT_/ {
    in_part = 0
}

in_part {
    print ($0 == "" ? "" : "    " $0)
}
