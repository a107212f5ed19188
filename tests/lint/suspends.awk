# suspends.awk - rule `suspends`: what may switch tasks says so.  Proves, for
# every function defined in code/:
#     - one that calls a function marked SUSPENDS is marked itself, in its
#       header or at its definition, or is the body of a coroutine;
#     - one that is marked calls what suspends, or says that it suspends by
#       itself (not asked of exercises: their bodies are yet to be written; nor
#       of a macro that calls the function of its own name);
#     - one that is marked at its definition is marked in its header.
# To pass a suspension on hides nothing: a coroutine's body, or a macro, that
# calls what suspends counts as marked for those who call it.
#
# A name means what the files say that its file includes, directly or not.
#
# Limits: a coroutine's body is known by its signature alone.  A call through
# a pointer is not seen: who suspends by nothing else does so by itself.  Nor
# are a macro without parentheses, (f)(x), and a circle of marked functions
# that call only each other.

BEGIN {
    pointer = " ?[*] ?[A-Za-z_0-9]*"
    value = "( [A-Za-z_0-9]*)?"
    coroutine = "^ ?(" \
        "void" pointer ", ?Value" pointer "|" \
        "StreamReader" pointer ", ?StreamWriter" pointer ", ?void" pointer \
        "|Value" value ", ?void" pointer "|" \
        "void" pointer ", ?int" value ") ?[)]"
}

# By what parse_head left: does the runtime call it inside a task?
function is_coroutine_body()
{
    gsub(/[A-Z_0-9]*[A-Z][A-Z_0-9]*|static|inline|extern|[ \t]/, "", result)
    gsub(/[ \t]+/, " ", parameters)
    return result == "int" && parameters ~ coroutine
}

# ---- What read.awk finds

function declare(what, line) { declared[file, what] = line }

function mark(what)
{
    marked[file, what] = suspends[file, what] = known[what] = 1
}

function define(what, line, is_exempt)
{
    if ((file, what) in defined) return     # the other branch of an #if
    defined[file, what] = line
    if (!((file, what) in declared)) declare(what, line)
    def_file[++definitions] = file
    def_name[definitions] = what
    exempt[definitions] = is_exempt
}

function note_call(callee)
{
    if ((file, fn, callee) in call_line) return
    call_line[file, fn, callee] = FNR
    calls[file, fn] = calls[file, fn] " " callee
}

# ---- Who sees what

# sees[reader] lists the files whose declarations it sees, itself first.
function see(reader, path,    list, n, i)
{
    if ((reader, path) in seen) return
    seen[reader, path] = 1
    sees[reader] = sees[reader] path "\n"
    n = split(includes[path], list, "\n")
    for (i = 1; i < n; i++) see(reader, list[i])
}

# Does the set hold (file, what) for a file that the reader sees?
function in_sight(set, reader, what,    list, n, i)
{
    if (!(what in known)) return 0
    n = split(sees[reader], list, "\n")
    for (i = 1; i < n; i++)
        if ((list[i], what) in set) return 1
    return 0
}

# The first call of definition i that suspends, but for that of itself.
function suspending_call(i,    list, n, j)
{
    n = split(calls[def_file[i], def_name[i]], list, " ")
    for (j = 1; j <= n; j++)
        if (list[j] != def_name[i] && in_sight(suspends, def_file[i], list[j]))
            return list[j]
    return ""
}

# ---- The proof

function prove_suspends(    i)
{
    for (i = 1; i <= definitions; i++) {
        see(def_file[i], def_file[i])
        if ((def_file[i], def_name[i]) in marked) tell_headers(i)
    }
    while (pass_on()) ;
    for (i = 1; i <= definitions; i++) judge(i)
}

# One round over those that need not be marked; false: nothing is new.
function pass_on(    i, news)
{
    for (i = 1; i <= definitions; i++) {
        if (!exempt[i] || (def_file[i], def_name[i]) in suspends) continue
        if (suspending_call(i) == "") continue
        suspends[def_file[i], def_name[i]] = known[def_name[i]] = news = 1
        tell_headers(i)
    }
    return news
}

# What a definition does, the headers that declare it promise.
function tell_headers(i,    from, what, list, n, j)
{
    from = def_file[i]
    what = def_name[i]
    n = split(sees[from], list, "\n")
    for (j = 2; j < n; j++) {
        if (!((list[j], what) in declared)) continue
        suspends[list[j], what] = 1
        if ((from, what) in marked && !((list[j], what) in marked))
            finding(list[j], declared[list[j], what], "suspends",
                what " is marked SUSPENDS in " from ", and not here")
    }
}

function judge(i,    from, what, callee, is_marked)
{
    from = def_file[i]
    what = def_name[i]
    callee = suspending_call(i)
    is_marked = in_sight(marked, from, what)
    if (callee != "" && !is_marked && !exempt[i])
        finding(from, call_line[from, what, callee], "suspends",
            what " calls " callee ", which suspends, and is not marked")
    if (callee == "" && is_marked && kind_of(from) != "exercise" \
            && !(exempt[i] && index(calls[from, what] " ", " " what " ")) \
            && !is_excused(from, what " suspends by itself"))
        finding(from, defined[from, what], "suspends",
            what " is marked SUSPENDS and calls nothing that suspends")
}
