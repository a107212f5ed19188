/* libevent.c - an echo server in libevent: a bufferevent for each. */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "../bench.h"

static struct event_base *base;
static int expected, begun, ended;

static void echo(struct bufferevent *connection, void *arg)
{
    bufferevent_write_buffer(connection, bufferevent_get_input(connection));
}

static void end(struct bufferevent *connection, short what, void *arg)
{
    bufferevent_free(connection);
    if (++ended == expected)
        event_base_loopbreak(base);
}

static void welcome(struct evconnlistener *listener, evutil_socket_t fd,
                    struct sockaddr *address, int length, void *arg)
{
    struct bufferevent *connection =
        bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
    require(connection != NULL, "no connection");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    bufferevent_setcb(connection, echo, NULL, end, NULL);
    bufferevent_enable(connection, EV_READ | EV_WRITE);
    if (++begun == expected)
        begin_phase();
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof address;
    expected = argc > 1 ? atoi(argv[1]) : 1;
    base = event_base_new();
    require(base != NULL, "no loop");
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct evconnlistener *listener = evconnlistener_new_bind(
        base, welcome, NULL, LEV_OPT_CLOSE_ON_FREE, 100,
        (struct sockaddr *)&address, sizeof address);
    require(listener != NULL, "cannot listen");
    getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&address,
                &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    event_base_dispatch(base);
    end_phase();
    printf("%.0f\n", phase_seconds * 1e9);
    return 0;
}
