/* bare.c - an echo server that is a select() loop and nothing else: the sockets
 * that are ready are read, and what was read is written. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/select.h>
#include <sys/socket.h>

#include "../bench.h"

/* ---- Listening ---- */
static int listen_here(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    require(fd >= 0 && bind(fd, (struct sockaddr *)&address, length) == 0 &&
            listen(fd, 100) == 0 &&
            getsockname(fd, (struct sockaddr *)&address, &length) == 0,
            "cannot listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

/* ---- The loop ---- */
static fd_set watched;
static int highest;

static void welcome(int listener)
{
    int fd = accept(listener, NULL, NULL);
    require(fd >= 0 && fd < FD_SETSIZE, "cannot accept");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    FD_SET(fd, &watched);
    highest = fd > highest ? fd : highest;
}

/* Returns true when the connection has ended. */
static bool echo(int fd)
{
    static char buffer[16384];
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n > 0) {
        require(send(fd, buffer, (size_t)n, MSG_NOSIGNAL) == n, "cannot send");
        return false;
    }
    FD_CLR(fd, &watched);
    close(fd);
    return true;
}

int main(int argc, char **argv)
{
    int expected = argc > 1 ? atoi(argv[1]) : 1, begun = 0, ended = 0;
    int listener = highest = listen_here();
    FD_SET(listener, &watched);
    while (ended < expected) {
        fd_set ready = watched;
        require(select(highest + 1, &ready, NULL, NULL, NULL) > 0, "select");
        for (int fd = 0; fd <= highest; fd++) {
            if (!FD_ISSET(fd, &ready))
                continue;
            if (fd != listener)
                ended += echo(fd);
            else if (welcome(fd), ++begun == expected)
                begin_phase();
        }
    }
    end_phase();
    printf("%.0f\n", phase_seconds * 1e9);
    return 0;
}
