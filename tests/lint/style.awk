# style.awk - rule `style`: one hand wrote it.  Proves that C sources have no
# tabs, open with a comment, divide by banners that the book can find, and
# name functions and types as agreed; that no source has trailing blanks; that
# nothing says it is unfinished, but exercises, which are.
#
# Limits: a name is checked where it is defined, or declared in a header.

function check_line(line)
{
    check_words(line)
    if (file !~ /\.([ch]|sh|awk)$/) return
    check_width(line)
    if (line ~ /[ \t\r]$/) finding(file, FNR, "style", "ends in a blank")
    if (!is_code) return
    if (line ~ /\t/) finding(file, FNR, "style", "has a tab")
    if (!in_comment) check_banner(line)
}

# An exercise may say what is to do, and the lint has to name what it forbids.
function check_words(line)
{
    if (line !~ /TODO|FIXME|XXX/) return
    if (file ~ /^(code|tests)\/[^\/]*\/exercises\//) return
    if (file ~ /^tests\/(workshop\/)?lint/) return
    if (line ~ /(^|[^A-Za-z_0-9])(TODO|FIXME|XXX)([^A-Za-z_0-9]|$)/)
        finding(file, FNR, "style", "says that it is unfinished")
}

function check_first_line(line)
{
    if (is_code && line !~ /^\/\*/)
        finding(file, 1, "style", "does not open with a comment")
}

# The book quotes by banners: what looks like one is one, of its own title.
function check_banner(line,    title)
{
    if (line !~ /^[ \t]*\/[*\/][ \t]*--|^[ \t]*\/\*.*[ -]-- *\*\/$/) return
    if (line !~ /^ *\/\* ---- [^ -]([^*]*[^ *-])? ---- \*\/$/) {
        finding(file, FNR, "style", "is no banner /* ---- Title ---- */")
        return
    }
    title = line
    gsub(/^ *\/\* ---- | ---- \*\/$/, "", title)
    title = tolower(title)
    if (title == "top" || (file, title) in titled)
        finding(file, FNR, "style", "this banner's title is taken")
    titled[file, title] = 1
}

function check_name(what, line)
{
    if (what !~ /^(__)?[a-z][a-z0-9_]*$/)    # the compiler's own begin with __
        finding(file, line, "style", what " is not in snake_case")
    else if (what ~ /^(aio|sem)_/)
        finding(file, line, "style", what " begins like a name of POSIX")
}

# The name that a typedef gives: (*name), name(, or the last word.
function check_typedef(text, line)
{
    sub(/\[.*/, "", text)
    if (match(text, /\([ \t]*\*[ \t]*[A-Za-z_0-9]+/) \
            || match(text, /[A-Za-z_0-9]+[ \t]*\(/))
        text = substr(text, RSTART, RLENGTH)
    gsub(/[ \t()*]+$/, "", text)
    sub(/.*[^A-Za-z_0-9]/, "", text)
    if (text ~ /_t$/)
        finding(file, line, "style", text " ends like a type of POSIX")
}
