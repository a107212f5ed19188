# layer.awk - rule `layer`: layers only add.  Proves that a file includes only
# files of its own layer and of lower ones, and headers of C11 and POSIX; that
# an exercise is included by nobody else, and a demo only by demos; that no
# file of a layer has a namesake in another; that each header is guarded by its
# own name.
#
# Limits: an #include is judged whatever #if is around it.

BEGIN {
    list = "assert complex ctype errno fenv float inttypes iso646 limits " \
        "locale math setjmp signal stdalign stdarg stdatomic stdbool stddef " \
        "stdint stdio stdlib stdnoreturn string tgmath threads time uchar " \
        "wchar wctype " \
        "aio arpa/inet cpio dirent dlfcn fcntl fmtmsg fnmatch ftw glob grp " \
        "iconv langinfo libgen monetary mqueue ndbm net/if netdb " \
        "netinet/in netinet/tcp nl_types poll pthread pwd regex sched " \
        "search semaphore spawn strings sys/ipc sys/mman sys/msg " \
        "sys/resource sys/select sys/sem sys/shm sys/socket sys/stat " \
        "sys/statvfs sys/time sys/times sys/types sys/uio sys/un " \
        "sys/utsname sys/wait syslog tar termios ulimit unistd utime utmpx " \
        "wordexp"
    for (n = split(list, header); n > 0; n--)
        standard["<" header[n] ".h>"] = 1
}

# ---- Paths, as code/05_tasks/demo/hello.c

function layer_of(path)
{
    return match(path, /^code\/[0-9][0-9]_[^\/]*\//) ? \
        substr(path, 1, RLENGTH) : ""
}

function number_of(path) { return substr(path, 6, 2) + 0 }
function folder_of(path) { sub(/[^\/]*$/, "", path); return path }
function base_of(path) { sub(/.*\//, "", path); return path }

function kind_of(path)
{
    if (path ~ /^code\/[^\/]*\/demo\//) return "demo"
    if (path ~ /^code\/[^\/]*\/exercises\//) return "exercise"
    if (path ~ /^code\/13_[^\/]*\/[^\/]*\//) return "program"
    return "layer"
}

# a/b/../c.h is a/c.h; what leaves the root keeps its ../
function resolve(path)
{
    while (sub(/\/\.\//, "/", path)) ;
    while (match(path, /[^\/]+\/\.\.\//) && substr(path, RSTART, 2) != "..")
        path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
    return path
}

# ---- What is included

function check_include(text,    path, wrong)
{
    if (match(text, /<[^<>]*>/)) {
        text = substr(text, RSTART, RLENGTH)
        if (!(text in standard) && !is_excused(file, text))
            wrong = text " is neither C11 nor POSIX.1-2008"
    } else if (text !~ /^include[ \t]*""/) {
        wrong = "this #include names no file"
    } else if (quoted == "weft.h" && kind_of(file) == "program") {
        include_all_layers()
    } else {
        path = resolve(folder_of(file) quoted)
        includes[file] = includes[file] path "\n"
        wrong = what_is_wrong(path)
    }
    if (wrong != "") finding(file, FNR, "layer", wrong)
}

# What a program has from weft.h, which is made of these.
function include_all_layers(    path)
{
    for (path in newlines)
        if (kind_of(path) == "layer" && path ~ /\.h$/ \
                && path !~ /_inside\.h$/)
            includes[file] = includes[file] path "\n"
}

function what_is_wrong(path)
{
    if (quoted ~ /^\//)
        return quoted " is an absolute path"
    if (layer_of(path) == "")
        return quoted " lies outside the layers"
    if (!(path in newlines))
        return quoted " does not exist"
    if (number_of(path) > number_of(file))
        return quoted " belongs to a higher layer"
    if (number_of(path) == number_of(file) && layer_of(path) != layer_of(file))
        return quoted " belongs to another layer"
    if (kind_of(path) != "layer" && index(file, folder_of(path)) != 1 \
            && (kind_of(path) != "demo" || kind_of(file) != "demo"))
        return quoted " is private to its " kind_of(path)
    return ""
}

function check_copy(    base)
{
    base = base_of(file)
    if (!(base in home)) home[base] = file
    else if (layer_of(home[base]) != layer_of(file))
        finding(file, 1, "layer", "has the name of " home[base])
}

# ---- Guards: the first two directives of a header, and its last

function note_directive(text)
{
    gsub(/[ \t]+/, " ", text)
    sub(/ $/, "", text)
    if (directives <= 2) guard = guard text "\n"
    last_directive = text
}

function check_guard(    right)
{
    right = toupper(base_of(file))
    gsub(/[^A-Z0-9]/, "_", right)
    if (guard != "ifndef " right "\ndefine " right "\n" \
            || last_directive != "endif")
        finding(file, 1, "layer", "is not guarded by " right)
}
