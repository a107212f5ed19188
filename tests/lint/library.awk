# library.awk - rule `library`: a layer is a guest in its program.  Proves that
# no file of a layer (demos and exercises are programs) ends the program,
# prints, or waits for descriptors by anything but select().
#
# Limits: it knows these names only; write(2, ...) is not seen.

BEGIN {
    forbid("exit _exit _Exit quick_exit abort", "ends the program")
    forbid("printf vprintf fprintf vfprintf dprintf vdprintf puts fputs " \
        "putchar putc fputc perror psignal psiginfo", "prints")
    forbid("poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait " \
        "epoll_pwait kqueue kevent", "waits by other means than select()")
}

function forbid(names, deed,    list, n)
{
    for (n = split(names, list); n > 0; n--) deed_of[list[n]] = deed
}

function check_call(callee)
{
    if (callee in deed_of && !is_excused(file, callee))
        finding(file, FNR, "library",
            "a layer calls " callee ", which " deed_of[callee])
}
