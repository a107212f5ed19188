/* The rules behind CPython's own tests of sockets: each test here names the one
 * it was read from, in test_sock_lowlevel.py; test_recvfrom is in udp.c.
 *
 * What C cannot express, or has otherwise: test_huge_content_recvinto and
 * test_recvfrom_into (every receive is into memory of the caller's);
 * test_sendto_blocking (its sendto() is a mock);
 * test_sock_client_connect_racing (what a socket does whose connect was given
 * up differs from system to system: there it may be skipped, too);
 * test_create_connection_sock (connections are made from names; a socket of
 * one's own goes to async_open_fd()). */
#include "../../code/10_streams/sock.h"
#include "streams.h"

#include <sys/un.h>

/* ---- Helpers ---- */
static Loop *loop(void)
{
    return async_get_running_loop();
}

static int new_socket(int family, int type)
{
    int fd = socket(family, type, 0);
    CHECK(fd >= 0);
    return fd;
}

static int connect_to(int fd, const struct sockaddr_in *at)
{
    return loop_sock_connect(loop(), fd, (const struct sockaddr *)at,
                             sizeof *at);
}

/* Sends back all that comes, until the end; then ends, too. */
static int echo(void *arg, Value *result)
{
    static char bytes[1 << 16];
    int listener = *(int *)arg, fd, err;
    size_t got = 1;
    err = loop_sock_accept(loop(), listener, &fd);
    while (err == 0 && got > 0) {
        err = loop_sock_recv(loop(), fd, bytes, sizeof bytes, &got);
        if (err == 0)
            err = loop_sock_sendall(loop(), fd, bytes, got);
    }
    close(fd);
    return err;
}

static size_t recv_text(int fd, char *to, size_t size)
{
    size_t got;
    CHECK_INT(loop_sock_recv(loop(), fd, to, size, &got), 0);
    return got;
}

/* ---- A client ---- */
static void client_ops(int fd, const struct sockaddr *at, socklen_t length)
{
    char text[16] = "";
    size_t got;
    int connection;
    CHECK_INT(loop_sock_connect(loop(), fd, at, length), E_VALUE);
    CHECK_INT(loop_sock_sendall(loop(), fd, "GET", 3), E_VALUE);
    CHECK_INT(loop_sock_recv(loop(), fd, text, 8, &got), E_VALUE);
    CHECK_INT(loop_sock_accept(loop(), fd, &connection), E_VALUE);
    unblock(fd);
    CHECK_INT(loop_sock_connect(loop(), fd, at, length), 0);
    CHECK_INT(loop_sock_sendall(loop(), fd, "GET / HTTP", 10), 0);
    CHECK_INT(recv_text(fd, text, 15), 10);
    CHECK_STR(text, "GET / HTTP");
    CHECK_INT(shutdown(fd, SHUT_WR), 0);
    CHECK_INT(recv_text(fd, text, 15), 0);
    close(fd);
}

static int sock_client_ops(void *arg, Value *result)
{
    struct sockaddr_in at;
    int listener = listen_tcp(&at);
    unblock(listener);
    Task *task = begin(echo, &listener);
    client_ops(new_socket(AF_INET, SOCK_STREAM), (struct sockaddr *)&at,
               sizeof at);
    CHECK_INT(task_join(task, NULL), 0);
    close(listener);
    return 0;
}

TEST(a_client)    /* test_sock_client_ops */
{
    play_twice(sock_client_ops, NULL);
}

static int unix_client_ops(void *path, Value *result)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int listener = new_socket(AF_UNIX, SOCK_STREAM);
    snprintf(at.sun_path, sizeof at.sun_path, "%s/socket", (char *)path);
    CHECK_INT(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    CHECK_INT(listen(listener, 1), 0);
    unblock(listener);
    Task *task = begin(echo, &listener);
    client_ops(new_socket(AF_UNIX, SOCK_STREAM), (struct sockaddr *)&at,
               sizeof at);
    CHECK_INT(task_join(task, NULL), 0);
    close(listener);
    return unlink(at.sun_path);
}

TEST(a_unix_client)    /* test_unix_sock_client_ops */
{
    char path[] = "/tmp/weft-XXXXXX";
    CHECK(mkdtemp(path) != NULL);
    play_twice(unix_client_ops, path);
    CHECK_INT(rmdir(path), 0);
}

/* ---- Races ---- */
static int recv_one(void *fd, Value *result)
{
    char byte[1024];
    size_t got;
    return loop_sock_recv(loop(), *(int *)fd, byte, sizeof byte, &got);
}

static int recv_racing(void *arg, Value *result)
{
    int ends[2];
    char text[16] = "";
    make_tcp_pair(ends);
    Task *task = begin(recv_one, &ends[0]);
    pause_turns(1);
    CHECK(task_cancel(task));
    put(ends[1], "answer");
    CHECK_INT(recv_text(ends[0], text, 15), 6);    /* it is not there yet */
    CHECK_STR(text, "answer");
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    close(ends[0]);
    close(ends[1]);
    return 0;
}

/* As there: the one that was cancelled may not have run yet. */
TEST(a_receive_after_one_that_was_cancelled)    /* test_sock_client_racing */
{
    play_twice(recv_racing, NULL);
}

static int send_hello(void *fd, Value *result)
{
    return loop_sock_sendall(loop(), *(int *)fd, "hello", 5);
}

static int recv_all(void *fd, Value *result)
{
    static char bytes[1 << 16];
    size_t got, sum = 0;
    char tail[6] = "";
    while ((got = recv_text(*(int *)fd, bytes, sizeof bytes)) > 0)
        for (size_t i = 0; i < got; i++)
            if (bytes[i] != '\0' && sum < 5)
                tail[sum++] = bytes[i];
    CHECK_STR(tail, "world");
    return 0;
}

static int send_racing(void *arg, Value *result)
{
    int ends[2];
    make_pair(ends);
    make_narrow(ends[0]);
    fill(ends[0]);
    Task *task = begin(send_hello, &ends[0]);
    pause_turns(1);
    CHECK(task_cancel(task));
    Task *reader = begin(recv_all, &ends[1]);
    CHECK_INT(loop_sock_sendall(loop(), ends[0], "world", 5), 0);
    CHECK_INT(shutdown(ends[0], SHUT_WR), 0);
    CHECK_INT(task_join(reader, NULL), 0);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    close(ends[0]);
    close(ends[1]);
    return 0;
}

TEST(a_send_after_one_that_was_cancelled)    /* test_sock_client_racing */
{
    play_twice(send_racing, NULL);
}

/* ---- Much ---- */
enum { MUCH = 1000 * 1000 };

static int send_much(void *fd, Value *result)
{
    char *bytes = new_bytes(MUCH);
    int err = loop_sock_sendall(loop(), *(int *)fd, bytes, MUCH);
    free(bytes);
    return err;
}

static int huge_content(void *arg, Value *result)
{
    static char bytes[1 << 16];
    struct sockaddr_in at;
    size_t got, sum = 0;
    int listener = listen_tcp(&at), fd = new_socket(AF_INET, SOCK_STREAM);
    unblock(listener);
    unblock(fd);
    Task *server = begin(echo, &listener);
    CHECK_INT(connect_to(fd, &at), 0);
    Task *sender = begin(send_much, &fd);
    for (; sum < MUCH; sum += got) {
        got = recv_text(fd, bytes, sizeof bytes);
        CHECK(got > 0);
        check_bytes(bytes, sum, got);
    }
    CHECK_INT(sum, MUCH);
    CHECK_INT(task_join(sender, NULL), 0);
    CHECK_INT(shutdown(fd, SHUT_WR), 0);
    CHECK_INT(task_join(server, NULL), 0);
    close(fd);
    close(listener);
    return 0;
}

TEST_LIMIT(30, huge_content_to_and_fro)    /* test_huge_content */
{
    play_twice(huge_content, NULL);
}

/* ---- Accepting ---- */
static int sock_accept(void *arg, Value *result)
{
    struct sockaddr_in at;
    int listener = listen_tcp(&at), connection;
    int client = new_socket(AF_INET, SOCK_STREAM);
    unblock(listener);
    CHECK_INT(connect(client, (struct sockaddr *)&at, sizeof at), 0);
    CHECK_INT(loop_sock_accept(loop(), listener, &connection), 0);
    CHECK(fcntl(connection, F_GETFL) & O_NONBLOCK);
    put(client, "through");
    take_text(connection, "through");
    close(client);
    close(connection);
    close(listener);
    return 0;
}

TEST(an_accept)    /* test_sock_accept */
{
    play_twice(sock_accept, NULL);
}

static int cancel_accept(void *arg, Value *result)
{
    struct sockaddr_in at;
    Timeout timeout;
    int listener = listen_tcp(&at), connection;
    int client = new_socket(AF_INET, SOCK_STREAM);
    unblock(listener);
    unblock(client);
    CHECK_INT(timeout_enter(&timeout, 0.01), 0);
    int err = loop_sock_accept(loop(), listener, &connection);
    CHECK_INT(timeout_exit(&timeout, err), E_TIMEOUT);
    CHECK_INT(connection, -1);
    close(listener);
    CHECK_INT(connect_to(client, &at), ECONNREFUSED);    /* sock_client_fail */
    close(client);
    return 0;
}

TEST(an_accept_in_vain)    /* test_cancel_sock_accept, test_sock_client_fail */
{
    play_twice(cancel_accept, NULL);
}
