/* udp.c - datagrams there and back. */
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include "../../code/10_streams/sock.h"
#include "scenario.h"

/* ---- Two sockets ---- */
static int open_one(int *fd, struct sockaddr_in *at)
{
    socklen_t length = sizeof *at;
    *at = (struct sockaddr_in){ .sin_family = AF_INET };
    at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (*fd < 0 || fcntl(*fd, F_SETFL, O_NONBLOCK) < 0 ||
        bind(*fd, (struct sockaddr *)at, sizeof *at) < 0 ||
        getsockname(*fd, (struct sockaddr *)at, &length) < 0)
        return errno;
    return 0;
}

/* ---- There and back ---- */
static SUSPENDS int pass(int from, int to, const struct sockaddr_in *at,
                         struct sockaddr_in *sender)
{
    Loop *loop = async_get_running_loop();
    socklen_t length = sizeof *sender;
    char text[16];
    size_t got;
    int err = loop_sock_sendto(loop, from, "datagram", 8,
                               (const struct sockaddr *)at, sizeof *at);
    if (err == 0)
        err = loop_sock_recvfrom(loop, to, text, sizeof text, &got,
                                 (struct sockaddr *)sender, &length);
    if (err != 0)
        return err;
    return got == 8 && memcmp(text, "datagram", 8) == 0 ? 0 : WRONG;
}

static int udp(void *arg, Value *result)
{
    struct sockaddr_in places[2], sender;
    int fds[2] = { -1, -1 };
    int err = open_one(&fds[0], &places[0]);
    if (err == 0)
        err = open_one(&fds[1], &places[1]);
    if (err == 0)
        err = pass(fds[0], fds[1], &places[1], &sender);
    if (err == 0)
        err = pass(fds[1], fds[0], &sender, &places[1]);
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return err;
}

const Scenario scenario = { udp, "" };
