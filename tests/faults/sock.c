/* sock.c - a connection by the calls that are below all streams. */
#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#include "../../code/10_streams/fd_inside.h"
#include "../../code/10_streams/sock.h"
#include "scenario.h"
#include "shim.h"

/* ---- Listening ---- */
static int listen_at(int fd, struct sockaddr_in *at)
{
    socklen_t length = sizeof *at;
    *at = (struct sockaddr_in){ .sin_family = AF_INET };
    at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)at, sizeof *at) < 0 ||
        getsockname(fd, (struct sockaddr *)at, &length) < 0 ||
        listen(fd, 10) < 0)
        return errno;
    return 0;
}

/* ---- Both ends ---- */
/* One task has both: the system answers connect() before anybody accepts. */
static SUSPENDS int pass(int from, int to)
{
    Loop *loop = async_get_running_loop();
    char text[8];
    size_t got = 0, all = 0;
    int err = loop_sock_sendall(loop, from, "8 bytes.", 8);
    while (err == 0 && all < 8) {
        err = loop_sock_recv(loop, to, text + all, 8 - all, &got);
        if (err == 0 && got == 0)
            err = E_INCOMPLETE_READ;
        all += got;
    }
    return err != 0 || memcmp(text, "8 bytes.", 8) == 0 ? err : WRONG;
}

/* A connection that was given up meanwhile is not seen: then none comes. */
static SUSPENDS int take(int listener, int *peer)
{
    Timeout timeout;
    timeout_enter(&timeout, 2.0);
    int err = timeout_exit(&timeout, loop_sock_accept(async_get_running_loop(),
                                                      listener, peer));
    return err == E_TIMEOUT && shim_has_failed_in("accept") ? ECONNABORTED
                                                            : err;
}

static SUSPENDS int meet(int listener, int fd, const struct sockaddr_in *at)
{
    Loop *loop = async_get_running_loop();
    int peer = -1;
    int err = loop_sock_connect(loop, fd, (const struct sockaddr *)at,
                                sizeof *at);
    if (err == 0)
        err = take(listener, &peer);
    if (err == 0)
        err = pass(fd, peer);
    if (err == 0)
        err = pass(peer, fd);
    if (peer >= 0)
        close(peer);
    return err;
}

/* ---- The scenario ---- */
static int sockets(void *arg, Value *result)
{
    struct sockaddr_in at;
    int listener = fd_open_socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0)
        return errno;
    int err = listen_at(listener, &at);
    int fd = err == 0 ? fd_open_socket(AF_INET, SOCK_STREAM, 0) : -1;
    if (err == 0)
        err = fd >= 0 ? meet(listener, fd, &at) : errno;
    if (fd >= 0)
        close(fd);
    close(listener);
    return err;
}

const Scenario scenario = { sockets, "accept" };
