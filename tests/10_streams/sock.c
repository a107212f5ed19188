/* loop_sock_recv(), sendall, accept and connect: in a task, on a socket that
 * does not block, one task at a time in each direction, and nothing lost. */
#include "../../code/10_streams/sock.h"
#include "streams.h"

#include <sys/un.h>

/* ---- Helpers ---- */
static Loop *loop(void)
{
    return async_get_running_loop();
}

typedef struct Receiving {
    int fd, err;
    size_t got;
    char text[64];
    Task *task;
} Receiving;

static int run_recv(void *arg, Value *result)
{
    Receiving *one = arg;
    one->err = -1;
    one->err = loop_sock_recv(loop(), one->fd, one->text, sizeof one->text - 1,
                              &one->got);
    return 0;
}

static void begin_recv(Receiving *one, int fd)
{
    *one = (Receiving){ .fd = fd };
    one->task = begin(run_recv, one);
    pause_turns(2);
}

static void check_recv(Receiving *one, int err, const char *wanted)
{
    CHECK_INT(task_join(one->task, NULL), 0);
    CHECK_INT(one->err, err);
    CHECK_INT(one->got, strlen(wanted));
    CHECK_STR(one->text, wanted);
}

static void close_both(int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

/* ---- Receiving ---- */
static int receive(void *arg, Value *result)
{
    int ends[2];
    char text[8] = "";
    size_t got;
    Receiving one;
    make_pair(ends);
    begin_recv(&one, ends[0]);
    CHECK_INT(one.err, -1);
    put(ends[1], "pong");
    check_recv(&one, 0, "pong");
    put(ends[1], "at once");
    CHECK_INT(loop_sock_recv(loop(), ends[0], text, 3, &got), 0);
    CHECK_STR(text, "at ");
    CHECK_INT(loop_sock_recv(loop(), ends[0], text, 0, &got), 0);
    CHECK_INT(got, 0);
    shutdown(ends[1], SHUT_WR);
    CHECK_INT(loop_sock_recv(loop(), ends[0], text, 8, &got), 0);
    CHECK_INT(got, 4);
    CHECK_INT(loop_sock_recv(loop(), ends[0], text, 8, &got), 0);
    CHECK_INT(got, 0);    /* the end */
    close_both(ends);
    return 0;
}

TEST(a_receive_waits_for_data_or_the_end)    /* L20 */
{
    play_twice(receive, NULL);
}

static int cancel_receive(void *arg, Value *result)
{
    int ends[2];
    Receiving one, other;
    make_pair(ends);
    for (int i = 0; i < 3; i++) {
        begin_recv(&one, ends[0]);
        if (i == 2)
            put(ends[1], "kept");    /* in the same turn */
        CHECK(task_cancel(one.task));
        check_recv(&one, E_CANCELLED, "");
        CHECK(!loop_remove_reader(loop(), ends[0]));
    }
    begin_recv(&other, ends[0]);
    check_recv(&other, 0, "kept");
    close_both(ends);
    return 0;
}

TEST(a_receive_that_is_cancelled_loses_nothing)    /* L20 */
{
    play_twice(cancel_receive, NULL);
}

static int receive_twice(void *arg, Value *result)
{
    int ends[2];
    char text[8] = "";
    size_t got;
    Receiving one;
    make_pair(ends);
    begin_recv(&one, ends[0]);
    CHECK_INT(loop_sock_recv(loop(), ends[0], text, 8, &got), E_RUNTIME);
    CHECK_INT(loop_sock_sendall(loop(), ends[0], "other way", 9), 0);
    put(ends[1], "first");
    check_recv(&one, 0, "first");
    close_both(ends);
    return 0;
}

TEST(two_tasks_do_not_wait_for_one_socket)    /* L20 */
{
    play_twice(receive_twice, NULL);
}

static int reset_receive(void *arg, Value *result)
{
    int ends[2];
    Receiving one;
    make_tcp_pair(ends);
    begin_recv(&one, ends[0]);
    reset_tcp(ends[1]);
    check_recv(&one, ECONNRESET, "");
    close(ends[0]);
    return 0;
}

TEST(a_receive_meets_a_reset)    /* ST9 */
{
    play_twice(reset_receive, NULL);
}

/* ---- Refused ---- */
static int refuse(void *arg, Value *result)
{
    int ends[2], connection = 7;
    char text[8];
    size_t got = 7;
    struct sockaddr address = { .sa_family = AF_UNIX };
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    int fd = ends[0];
    CHECK_INT(loop_sock_recv(loop(), fd, text, 8, &got), E_VALUE);
    CHECK_INT(got, 0);
    CHECK_INT(loop_sock_sendall(loop(), fd, "x", 1), E_VALUE);
    CHECK_INT(loop_sock_accept(loop(), fd, &connection), E_VALUE);
    CHECK_INT(connection, -1);
    CHECK_INT(loop_sock_connect(loop(), fd, &address, 2), E_VALUE);
    close_both(ends);
    CHECK_INT(loop_sock_recv(loop(), fd, text, 8, &got), EBADF);
    CHECK_INT(loop_sock_sendall(loop(), fd, "x", 1), EBADF);
    CHECK_INT(loop_sock_recv(loop(), -1, text, 8, &got), EBADF);
    int file = open("/dev/null", O_RDWR | O_NONBLOCK);
    CHECK_INT(loop_sock_recv(loop(), file, text, 8, &got), ENOTSOCK);
    close(file);
    return 0;
}

TEST(a_socket_that_blocks_is_refused)    /* L20 */
{
    play_twice(refuse, NULL);
}

TEST(only_tasks_of_this_loop_use_sockets)
{
    int ends[2];
    char text[8];
    size_t got;
    make_pair(ends);
    Loop *outside = ordered_loop();
    CHECK_INT(loop_sock_recv(outside, ends[0], text, 8, &got), E_RUNTIME);
    CHECK_INT(loop_sock_sendall(outside, ends[0], "x", 1), E_RUNTIME);
    loop_free(outside);
    close_both(ends);
}

/* ---- Sending ---- */
enum { MUCH = 3 << 20 };

static int run_sendall(void *arg, Value *result)
{
    int fd = *(int *)arg;
    char *bytes = new_bytes(MUCH);
    int err = loop_sock_sendall(loop(), fd, bytes, MUCH);
    free(bytes);
    return err;
}

static int send_much(void *arg, Value *result)
{
    int ends[2];
    char *bytes = malloc(MUCH);
    CHECK(bytes != NULL);
    make_pair(ends);
    make_narrow(ends[0]);
    Task *task = begin(run_sendall, &ends[0]);
    pause_turns(2);
    CHECK(!task_done(task));
    CHECK_INT(loop_sock_sendall(loop(), ends[0], "", 0), 0);
    CHECK_INT(loop_sock_sendall(loop(), ends[0], "x", 1), E_RUNTIME);
    take_bytes(ends[1], bytes, MUCH);
    check_bytes(bytes, 0, MUCH);
    CHECK_INT(task_join(task, NULL), 0);
    free(bytes);
    close_both(ends);
    return 0;
}

TEST_LIMIT(30, a_send_returns_when_the_system_has_all)    /* L20 */
{
    play_twice(send_much, NULL);
}

static int send_to_nobody(void *arg, Value *result)
{
    int ends[2];
    make_pair(ends);
    make_narrow(ends[0]);
    Task *task = begin(run_sendall, &ends[0]);
    pause_turns(2);
    close(ends[1]);
    CHECK_INT(task_join(task, NULL), EPIPE);
    CHECK_INT(loop_sock_sendall(loop(), ends[0], "x", 1), EPIPE);
    close(ends[0]);
    return 0;
}

TEST(a_send_to_nobody_is_an_error_and_no_signal)    /* ST9 */
{
    play_twice(send_to_nobody, NULL);
}

/* ---- Accepting and connecting ---- */
static int run_accept(void *fd, Value *result)
{
    int connection;
    int err = loop_sock_accept(loop(), *(int *)fd, &connection);
    result->i = connection;
    return err;
}

static int meet(void *arg, Value *result)
{
    struct sockaddr_in at;
    Value accepted;
    int listener = listen_tcp(&at), fd = socket(AF_INET, SOCK_STREAM, 0);
    unblock(listener);
    unblock(fd);
    Task *task = begin(run_accept, &listener);
    pause_turns(2);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    task = begin(run_accept, &listener);
    CHECK_INT(loop_sock_connect(loop(), fd, (struct sockaddr *)&at, sizeof at),
              0);
    CHECK_INT(task_join(task, &accepted), 0);
    int other = (int)accepted.i;
    CHECK(fcntl(other, F_GETFL) & O_NONBLOCK);
    CHECK(fcntl(other, F_GETFD) & FD_CLOEXEC);
    CHECK_INT(loop_sock_sendall(loop(), other, "hello", 5), 0);
    take_text(fd, "hello");
    close(other);
    close(fd);
    close(listener);
    return 0;
}

TEST(an_accept_and_a_connect_meet)    /* L20 */
{
    play_twice(meet, NULL);
}

static int meet_nobody(void *arg, Value *result)
{
    struct sockaddr_in at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    close(listen_tcp(&at));
    unblock(fd);
    CHECK_INT(loop_sock_connect(loop(), fd, (struct sockaddr *)&at, sizeof at),
              ECONNREFUSED);
    close(fd);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    unblock(fd);
    struct sockaddr_un path = { .sun_family = AF_UNIX,
                                .sun_path = "/nowhere/at/all" };
    CHECK_INT(loop_sock_connect(loop(), fd, (struct sockaddr *)&path,
                                sizeof path), ENOENT);
    close(fd);
    return 0;
}

TEST(nobody_listens_is_an_error)    /* ST9 */
{
    play_twice(meet_nobody, NULL);
}
