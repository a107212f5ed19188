/* Datagrams: whole or cut, from whom they come, and that none has to wait. */
#include "../../code/10_streams/address.h"
#include "../../code/10_streams/sock.h"
#include "streams.h"

/* ---- Helpers ---- */
static Loop *loop(void)
{
    return async_get_running_loop();
}

typedef struct Peer {
    int fd;
    struct sockaddr_in at;
} Peer;

static Peer open_peer(void)
{
    Peer peer = { .fd = socket(AF_INET, SOCK_DGRAM, 0) };
    struct sockaddr *address = (struct sockaddr *)&peer.at;
    socklen_t length = sizeof peer.at;
    peer.at.sin_family = AF_INET;
    peer.at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_INT(bind(peer.fd, address, length), 0);
    CHECK_INT(getsockname(peer.fd, address, &length), 0);
    unblock(peer.fd);
    return peer;
}

static int send_from(Peer *from, const char *text, const Peer *to)
{
    return loop_sock_sendto(loop(), from->fd, text, strlen(text),
                            (const struct sockaddr *)&to->at, sizeof to->at);
}

static void receive_at(Peer *to, const char *wanted, const Peer *from)
{
    struct sockaddr_in at = { 0 };
    socklen_t length = sizeof at;
    char text[64] = "";
    size_t got;
    CHECK_INT(loop_sock_recvfrom(loop(), to->fd, text, sizeof text - 1, &got,
                                 (struct sockaddr *)&at, &length), 0);
    CHECK_STR(text, wanted);
    CHECK_INT(got, strlen(wanted));
    CHECK_INT(length, sizeof at);
    CHECK_INT(at.sin_port, from->at.sin_port);
    CHECK_INT(at.sin_addr.s_addr, from->at.sin_addr.s_addr);
}

/* ---- To and fro ---- */
static int echo(void *arg, Value *result)
{
    Peer *self = arg;
    for (int i = 0; i < 3; i++) {
        struct sockaddr_in at;
        socklen_t length = sizeof at;
        char text[64];
        size_t got;
        int err = loop_sock_recvfrom(loop(), self->fd, text, sizeof text, &got,
                                     (struct sockaddr *)&at, &length);
        if (err == 0)
            err = loop_sock_sendto(loop(), self->fd, text, got,
                                   (struct sockaddr *)&at, length);
        CHECK_INT(err, 0);
    }
    return 0;
}

static int talk(void *arg, Value *result)
{
    Peer a = open_peer(), b = open_peer();
    const char *texts[] = { "one", "", "three" };    /* ST16: one is empty */
    Task *task = begin(echo, &b);
    pause_turns(2);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(send_from(&a, texts[i], &b), 0);
        receive_at(&a, texts[i], &b);
    }
    CHECK_INT(task_join(task, NULL), 0);
    close(a.fd);
    close(b.fd);
    return 0;
}

TEST(an_echo_of_datagrams)    /* L20 ST16 */
{
    play_twice(talk, NULL);
}

/* ---- Cut ---- */
static int cut(void *arg, Value *result)
{
    Peer a = open_peer(), b = open_peer();
    char text[5] = "";
    size_t got;
    CHECK_INT(send_from(&a, "abcdefgh", &b), 0);
    CHECK_INT(send_from(&a, "next", &b), 0);
    CHECK_INT(loop_sock_recvfrom(loop(), b.fd, text, 4, &got, NULL, NULL), 0);
    CHECK_INT(got, 4);
    CHECK_STR(text, "abcd");
    CHECK_INT(loop_sock_recv(loop(), b.fd, text, 4, &got), 0);
    CHECK_STR(text, "next");
    close(a.fd);
    close(b.fd);
    return 0;
}

TEST(what_does_not_fit_is_lost)
{
    play_twice(cut, NULL);
}

/* ---- Waiting ---- */
static int receive(void *arg, Value *result)
{
    Peer *self = arg;
    char text[64];
    size_t got;
    int err = loop_sock_recvfrom(loop(), self->fd, text, sizeof text, &got,
                                 NULL, NULL);
    result->i = (long long)got;
    return err;
}

static int cancel_receive(void *arg, Value *result)
{
    Peer a = open_peer(), b = open_peer();
    Value got;
    Task *task = begin(receive, &b);
    pause_turns(2);
    CHECK_INT(send_from(&a, "kept", &b), 0);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    task = begin(receive, &b);
    pause_turns(2);
    CHECK_INT(task_join(task, &got), 0);
    CHECK_INT(got.i, 4);
    task = begin(receive, &b);
    pause_turns(2);
    CHECK_INT(receive(&b, &got), E_RUNTIME);    /* another waits */
    CHECK_INT(send_from(&a, "", &b), 0);
    CHECK_INT(task_join(task, &got), 0);
    CHECK_INT(got.i, 0);
    close(a.fd);
    close(b.fd);
    return 0;
}

TEST(a_receive_that_is_cancelled_loses_no_datagram)    /* L20 */
{
    play_twice(cancel_receive, NULL);
}

/* ---- Refused ---- */
static int refuse(void *arg, Value *result)
{
    Peer a = open_peer(), b = open_peer();
    static char large[70000];
    size_t got;
    CHECK_INT(loop_sock_sendto(loop(), a.fd, large, sizeof large,
                               (struct sockaddr *)&b.at, sizeof b.at),
              EMSGSIZE);
    CHECK_INT(loop_sock_sendto(loop(), a.fd, "x", 1, NULL, 0), EDESTADDRREQ);
    CHECK_INT(fcntl(a.fd, F_SETFL, 0), 0);
    CHECK_INT(send_from(&a, "x", &b), E_VALUE);
    CHECK_INT(loop_sock_recvfrom(loop(), a.fd, large, 9, &got, NULL, NULL),
              E_VALUE);
    close(a.fd);
    CHECK_INT(send_from(&a, "x", &b), EBADF);
    close(b.fd);
    return 0;
}

TEST(errors_of_datagrams)    /* ST9 L20 */
{
    play_twice(refuse, NULL);
}

/* A connected socket is told that nobody listens: by the next call. */
static int nobody(void *arg, Value *result)
{
    Peer a = open_peer(), b = open_peer();
    char text[8];
    size_t got;
    CHECK_INT(connect(a.fd, (struct sockaddr *)&b.at, sizeof b.at), 0);
    close(b.fd);
    CHECK_INT(loop_sock_sendto(loop(), a.fd, "x", 1, NULL, 0), 0);
    CHECK_INT(loop_sock_recv(loop(), a.fd, text, 8, &got), ECONNREFUSED);
    close(a.fd);
    return 0;
}

TEST(nobody_is_there)    /* ST16 */
{
    play_twice(nobody, NULL);
}
