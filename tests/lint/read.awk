# read.awk - reads every file once and tells the rules what is in it: lines,
# directives, declarations, bodies, calls.  The rules see C without comments
# and with empty strings, so no text can pass for code.
#
# Limits: it is no compiler.  Braces are counted, after #else from where they
# stood at #if.  A function is the first name before a parenthesis at the top
# level that is no type and no MACRO; a call is a name before a parenthesis in
# a body, unless a member's (p->f()).

FNR == NR { lines = $1; sub(/^ *[0-9]+ /, ""); newlines[$0] = lines; next }
FNR == 1  { end_file(); begin_file(FILENAME) }
          { last_line = FNR; read_line($0) }
END {
    end_file()
    prove_suspends()
    prove_excuses()
    prove_median()
    if (findings) exit 1
    print summary()
}

function finding(where, line, rule, sentence)
{
    print where ":" line ": " rule ": " sentence
    findings++
}

function begin_file(path)
{
    file = path
    is_code = path ~ /^code\//
    is_header = path ~ /\.h$/
    kind = kind_of(path)
    in_comment = depth = conditions = directives = by_itself = 0
    fn = head = directive = dangling = guard = ""
    if (is_code) check_first_line($0)
    if (is_code && kind == "layer") check_copy()
}

function end_file()
{
    if (file == "") return
    if (last_line > newlines[file])
        finding(file, last_line, "style", "the last line does not end")
    if (!is_code) return
    if (depth)
        finding(file, last_line, "style", "the braces do not balance")
    if (is_header) check_guard()
    check_file_size()
}

function read_line(line)
{
    check_line(line)
    if (!is_code) return
    line = strip(line)
    if (directive != "" || line ~ /^[ \t]*#/) read_directive(line)
    else read_code(line)
}

# ---- Comments and strings

# The line without comments, its strings empty, the last one in `quoted`.
function strip(line,    code, opener)
{
    while (line != "") {
        if (in_comment) {
            if (!index(line, "*/")) return code
            line = substr(line, index(line, "*/") + 2)
            in_comment = 0
        }
        if (!match(line, /\/\*|\/\/|["']/)) return code line
        opener = substr(line, RSTART, RLENGTH)
        code = code substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (opener == "//") return code
        if (opener == "/*") {
            in_comment = 1
            code = code " "
            if (line ~ /^ *lint:/) read_excuse(line)
        } else {
            code = code opener opener
            line = after_string(line, opener)
        }
    }
    return code
}

function after_string(line, opener)
{
    if (opener == "'") match(line, /^([^'\\]|\\.)*'/)
    else match(line, /^([^"\\]|\\.)*"/)
    if (RSTART == 0) return ""
    quoted = substr(line, 1, RLENGTH - 1)
    return substr(line, RLENGTH + 1)
}

# A comment that excuses what follows it from a rule, in this file.
function read_excuse(text)
{
    sub(/\*\/.*/, "", text)
    if (text ~ /^ lint: platform header <[^<>]+>: *[^ ]/) {
        gsub(/^[^<]*|[^>]*$/, "", text)
        add_excuse(text, FNR)
    } else if (text ~ /^ lint: may call [A-Za-z_0-9]+: *[^ ]/) {
        gsub(/^ lint: may call |:.*/, "", text)
        add_excuse(text, FNR)
    } else if (text ~ /^ lint: suspends by itself *$/)
        by_itself = FNR
    else
        finding(file, FNR, "style", "tests/lint.sh knows no such comment")
}

function add_excuse(what, line)
{
    excuse_file[++excuses] = file
    excuse_line[excuses] = line
    excuse_what[excuses] = what
    excused[file, what] = excuses
}

function is_excused(where, what)
{
    used[where, what] = 1
    return (where, what) in excused
}

function prove_excuses(    i)
{
    for (i = 1; i <= excuses; i++)
        if (!((excuse_file[i], excuse_what[i]) in used))
            finding(excuse_file[i], excuse_line[i], "style",
                "this comment excuses nothing: " excuse_what[i])
}

# ---- Directives

function read_directive(line)
{
    if (directive == "") directives++
    directive = directive line
    if (sub(/\\$/, " ", directive)) return
    sub(/^[ \t]*#[ \t]*/, "", directive)
    note_directive(directive)
    obey_directive(directive)
    directive = ""
}

function obey_directive(text)
{
    if (text ~ /^include/) {
        check_include(text)
    } else if (text ~ /^if/) {
        if_depth[++conditions] = depth
        if_fn[conditions] = fn
        if_head[conditions] = head
    } else if (text ~ /^el/) {
        depth = if_depth[conditions]
        fn = if_fn[conditions]
        head = if_head[conditions]
    } else if (text ~ /^endif/) {
        conditions--
    } else if (sub(/^define[ \t]+/, "", text))
        read_macro(text)
}

# A macro is a function that need not be marked.
function read_macro(text,    outer)
{
    outer = fn
    match(text, /^[A-Za-z_0-9]+/)
    fn = substr(text, 1, RLENGTH)
    define(fn, FNR, 1)
    read_calls(substr(text, RLENGTH + 1))
    dangling = ""
    fn = outer
}

# ---- Declarations and bodies

# Outside of braces `head` collects a declaration, up to its ; or body.
function read_code(line,    at, sign)
{
    while (at = match(line, /[{};]/)) {
        sign = substr(line, at, 1)
        read_piece(substr(line, 1, at - 1))
        line = substr(line, at + 1)
        dangling = ""
        if (sign == "{") open_brace()
        else if (sign == "}") close_brace()
        else if (!depth) end_declaration()
    }
    read_piece(line)
}

function read_piece(piece)
{
    if (fn != "") read_calls(piece)
    if (depth || piece !~ /[^ \t]/) return
    if (head == "") {
        head_line = FNR
        head_indented = piece ~ /^[ \t]/
    }
    head = head " " piece
}

function open_brace()
{
    if (depth++ || head ~ /=/ || !parse_head(head)) return
    fn = name
    body_line = FNR
    check_name(name, head_line)
    if (head_indented)
        finding(file, head_line, "style", name " does not begin its line")
    define(name, head_line, is_coroutine_body())
    if (has_word(head, "SUSPENDS")) mark(name)
}

function close_brace()
{
    depth--
    if (depth || fn == "") return
    check_function_size(fn, FNR - body_line + 1, head_line)
    if (by_itself) add_excuse(fn " suspends by itself", by_itself)
    by_itself = 0
    fn = head = ""
}

function end_declaration()
{
    if (has_word(head, "typedef")) check_typedef(head, head_line)
    else if (parse_head(head)) {
        if (is_header) check_name(name, head_line)
        declare(name, head_line)
        if (has_word(head, "SUSPENDS")) mark(name)
    }
    head = ""
}

function has_word(text, word)
{
    return (" " text " ") ~ ("[^A-Za-z_0-9]" word "[^A-Za-z_0-9]")
}

BEGIN {
    not_a_name = "^(void|int|char|bool|long|short|unsigned|signed|float|" \
        "double|size_t|_Static_assert|static_assert|_Alignas|_Atomic)$"
}

# Splits a head into result, name and parameters; false: it is no function's.
function parse_head(text)
{
    gsub(/__attribute__[ \t]*\(\([^()]*(\([^()]*\))?[^()]*\)\)/, "", text)
    result = ""
    while (match(text, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/)) {
        result = result substr(text, 1, RSTART - 1)
        name = substr(text, RSTART, RLENGTH - 1)
        parameters = text = substr(text, RSTART + RLENGTH)
        sub(/[ \t]+$/, "", name)
        if (name !~ not_a_name && name ~ /[a-z]/) return 1
        result = result name "("
    }
    return 0
}

# A name whose parenthesis is on the next line waits in `dangling`.
function read_calls(piece,    before, callee)
{
    piece = dangling piece
    while (match(piece, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/)) {
        before = substr(piece, 1, RSTART - 1)
        callee = substr(piece, RSTART, RLENGTH - 1)
        piece = substr(piece, RSTART + RLENGTH)
        sub(/[ \t]+$/, "", callee)
        if (before ~ /(\.|->)[ \t]*$/) continue
        note_call(callee)
        if (kind == "layer") check_call(callee)
    }
    match(piece, /((\.|->)[ \t]*)?([A-Za-z_][A-Za-z_0-9]*)?[ \t]*$/)
    dangling = substr(piece, RSTART)
}
