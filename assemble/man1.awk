# man1.awk - makes the page of a program, in Markdown, from what it prints for
# --help: a line `usage: NAME ...`, what it does, and indented lines of options.
# NAME is the name under which it is installed.

/^usage: / {
    sub(/^usage: [^ ]+/, "    " NAME)
    usage = usage $0 "\n"
    next
}

# Indented.
/^ / {
    options = options "    " $0 "\n"
    next
}

{
    if (what != "" && $0 == "")
        is_told = 1
    else if (!is_told)
        what = what (what == "" ? "" : " ") $0
    text = text tidy($0) "\n"
}

END {
    if (usage == "" || what == "")
        exit 1
    what = tolower(substr(what, 1, 1)) substr(what, 2)
    sub(/\.$/, "", what)
    print "# NAME\n\n" NAME " - " tidy(what)
    print "\n# SYNOPSIS\n\n" usage
    print "# DESCRIPTION\n\n" text
    if (options != "")
        print "# OPTIONS\n\n" options
    print "# SEE ALSO\n\n**weft**(3)"
}
