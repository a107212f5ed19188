/* Mistakes that readers of the streams have found, and that are no more.
 * accept.c is compiled in here, over a fd_accept() of our own. */
#include <errno.h>

#include "../../code/03_futures/report.h"
#include "../../code/10_streams/server_inside.h"

static int accept_error;    /* of the next connection; 0: none */

static int test_accept(int listener, struct sockaddr *peer, socklen_t *length);

#define fd_accept test_accept
#include "../../code/10_streams/accept.c"
#undef fd_accept

#include "servers.h"
#include "streams.h"

/* It is gone, as the system says of one that failed. */
static int test_accept(int listener, struct sockaddr *peer, socklen_t *length)
{
    int fd = fd_accept(listener, peer, length);
    if (fd < 0 || accept_error == 0)
        return fd;
    close(fd);
    errno = accept_error;
    accept_error = 0;
    return -1;
}

/* ---- Before a write failed ---- */
static void read_what_came(Stream stream)
{
    char byte;
    size_t got = 9;
    int err = 0;
    CHECK_INT(writer_write(stream.writer, "request", 7), 0);
    pause_turns(2);
    put(stream.peer, "413 too large");
    close_peer(&stream);    /* and the request was not read */
    while (err == 0) {
        err = writer_write(stream.writer, "more", 4);
        pause_turns(1);
    }
    until_closed(stream.fd);
    expect_read(stream.reader, 100, "413 too large");
    CHECK_INT(reader_read(stream.reader, &byte, 1, &got), err);
    end_stream(&stream);
}

static int over_unix(void *arg, Value *result)
{
    read_what_came(open_stream());
    return 0;
}

static int over_tcp(void *arg, Value *result)
{
    read_what_came(open_tcp_stream());
    return 0;
}

TEST(what_came_before_a_failed_write_can_be_read)
{
    play_twice(over_unix, NULL);
}

TEST(and_so_it_can_over_tcp)
{
    play_twice(over_tcp, NULL);
}

/* ---- A line in hand ---- */
/* So much comes then that it does not fit beside the line. */
static void lose_beside_a_line(size_t n)
{
    char *line, *rest, *sent = new_bytes(n);
    size_t length;
    Stream stream = open_stream();
    put(stream.peer, "hello\nre");
    CHECK_INT(reader_readline(stream.reader, &line, &length), 0);
    put_bytes(stream.peer, sent, n);
    close_peer(&stream);
    CHECK_INT(writer_write(stream.writer, "x", 1), EPIPE);
    until_closed(stream.fd);
    CHECK_STR(line, "hello\n");
    expect_read(stream.reader, 2, "re");
    CHECK((rest = malloc(n)) != NULL);
    CHECK_INT(reader_readexactly(stream.reader, rest, n, &length), 0);
    check_bytes(rest, 0, n);
    CHECK_INT(reader_read(stream.reader, rest, 1, &length), EPIPE);
    free(rest);
    free(sent);
    end_stream(&stream);
}

static int lose_both(void *arg, Value *result)
{
    lose_beside_a_line(13);
    lose_beside_a_line(90000);
    return 0;
}

TEST(a_line_in_hand_stays_when_the_connection_is_lost)
{
    play_twice(lose_both, NULL);
}

static int feed_beside_a_line(void *arg, Value *result)
{
    enum { MUCH = 100000 };
    char *line, *more = new_bytes(MUCH), *rest;
    size_t length;
    StreamReader *reader = new_reader(0);
    feed(reader, "hello\nx");
    CHECK_INT(reader_readline(reader, &line, &length), 0);
    CHECK_INT(reader_feed_data(reader, more, MUCH), 0);
    CHECK_STR(line, "hello\n");
    reader_feed_eof(reader);
    CHECK_INT(reader_read_all(reader, &rest, &length), 0);
    CHECK_INT(length, 1 + MUCH);
    CHECK_INT(rest[0], 'x');
    check_bytes(rest + 1, 0, MUCH);
    free(rest);
    free(more);
    reader_free(reader);
    return 0;
}

TEST(a_line_in_hand_stays_when_more_is_fed)
{
    play(feed_beside_a_line, NULL);
}

/* ---- More than there can be ---- */
TEST(a_buffer_has_no_room_for_more_than_memory_holds)
{
    Buffer buffer = { .memory = NULL };
    char *bytes = new_bytes(4096);
    CHECK(buffer_append(&buffer, bytes, 4096));
    buffer_consume(&buffer, 100);
    CHECK(!buffer_make_room(&buffer, SIZE_MAX - 3998));
    CHECK(!buffer_make_room(&buffer, SIZE_MAX));
    check_bytes(buffer.memory + buffer.start, 100, 3996);
    buffer_free(&buffer);
    free(bytes);
}

/* ---- A connection that fails as it is accepted ---- */
static int serve_the_next(void *arg, Value *result)
{
    Server *server = new_server(echo, NULL);
    accept_error = EPROTO;
    Client lost = dial(server);
    expect_gone(&lost);
    CHECK_INT(accept_error, 0);
    CHECK(server->places[0].is_watching);
    Client served = dial(server);
    ask(&served, "hello");
    hang_up(&lost);
    hang_up(&served);
    end_server(server);
    return 0;
}

TEST(an_error_of_one_connection_does_not_stop_the_server)
{
    play_seen(serve_the_next, 1, "A connection could not be accepted");
}

/* ---- A place that cannot be listened to ---- */
static int listen_at_two(void *arg, Value *result)
{
    static const ServerOptions deferred = { .defer_accepting = true };
    int count = 0;
    Server *server;
    CHECK_INT(async_start_server_with(swallow, &count, "127.0.0.1", 0,
                                      &deferred, &server), 0);
    int fd = fd_open_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(fd >= 0);
    CHECK_INT(server_add(server, fd), 0);
    CHECK_INT(server_start_serving(server), EOPNOTSUPP);
    CHECK(!server_is_serving(server));
    CHECK(!server->places[0].is_watching && !server->places[1].is_watching);
    int client = connect_by_hand(server_port(server));
    pause_turns(5);
    CHECK_INT(count, 0);
    close(client);
    end_server(server);
    return 0;
}

TEST(a_server_that_cannot_listen_everywhere_accepts_nowhere)
{
    play_real(listen_at_two, NULL);
}

/* ---- A connection that nobody wants ---- */
static int open_for_nobody(void *arg, Value *result)
{
    Server *server;
    CHECK_INT(async_start_unix_server(do_nothing, NULL, path, &server), 0);
    int next = dup(0);
    CHECK_INT(async_open_unix_connection(path, NULL, NULL), E_RUNTIME);
    CHECK_INT(async_open_connection("127.0.0.1", 1, NULL, NULL), E_RUNTIME);
    close(next);
    int again = dup(0);
    CHECK_INT(again, next);    /* no descriptor was lost */
    close(again);
    end_server(server);
    return 0;
}

TEST(a_connection_without_handles_is_refused)
{
    make_folder();
    play_real(open_for_nobody, NULL);
    remove_folder();
}

static int fail_to_open(void *arg, Value *result)
{
    int port, fd = bind_by_hand(&port, -1);
    StreamReader *reader = arg;
    StreamWriter *writer = arg;
    CHECK_INT(async_open_connection("127.0.0.1", port, &reader, &writer),
              ECONNREFUSED);
    CHECK_PTR(reader, NULL);
    CHECK_PTR(writer, NULL);
    reader = arg;
    writer = arg;
    CHECK_INT(async_open_unix_connection("/tmp/weft/is/not/there", &reader,
                                         &writer), ENOENT);
    CHECK_PTR(reader, NULL);
    CHECK_PTR(writer, NULL);
    close(fd);
    return 0;
}

TEST(a_connection_that_failed_has_no_handles)
{
    play_real(fail_to_open, story);
}

/* ---- An end that could not be sent ---- */
static int send_the_end(void *arg, Value *result)
{
    StreamWriter *writer;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    CHECK_INT(async_open_fd(fd, NULL, &writer), 0);
    for (int tries = 0; tries < 2; tries++)
        CHECK_INT(writer_write_eof(writer), ENOTCONN);
    CHECK(writer_write(writer, "x", 1) != E_RUNTIME);    /* no end was sent */
    writer_free(writer);
    return 0;
}

TEST(an_end_that_could_not_be_sent_may_be_tried_again)
{
    play_real(send_the_end, NULL);
}

/* ---- An address of full length ---- */
TEST(a_path_that_fills_its_address_is_printed_whole)
{
    struct { struct sockaddr_un address; char after[8]; } at;
    char text[sizeof at], wanted[sizeof at.address.sun_path + 1];
    memset(&at, 'z', sizeof at);
    at.address.sun_family = AF_UNIX;
    memset(at.address.sun_path, 'y', sizeof at.address.sun_path);
    memset(wanted, 'y', sizeof wanted - 1);
    wanted[sizeof wanted - 1] = '\0';
    for (socklen_t more = 0; more < 2; more++) {    /* Linux counts a NUL */
        CHECK_INT(address_text((struct sockaddr *)&at.address,
                               (socklen_t)sizeof at.address + more, text,
                               sizeof text), 0);
        CHECK_STR(text, wanted);
    }
}

/* ---- A forked child closes the loop of its parent ---- */
typedef struct Kept {
    Server *server;
    StreamReader *reader;
    int ends[2];
} Kept;

static int open_all(void *arg, Value *result)
{
    Kept *kept = arg;
    CHECK_INT(async_start_unix_server(do_nothing, NULL, path, &kept->server),
              0);
    CHECK_INT(pipe(kept->ends), 0);
    CHECK_INT(async_open_fd(kept->ends[0], &kept->reader, NULL), 0);
    return 0;
}

static int use_all(void *arg, Value *result)
{
    Kept *kept = arg;
    Client client;
    put(kept->ends[1], "hello");
    expect_read(kept->reader, 5, "hello");
    CHECK_INT(async_open_unix_connection(path, &client.reader, &client.writer),
              0);
    expect_end(&client);
    hang_up(&client);
    end_server(kept->server);
    reader_free(kept->reader);
    close(kept->ends[1]);
    return 0;
}

static void close_in_a_child(Loop *loop)
{
    int status = -1;
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        loop_free(loop);
        _exit(0);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
}

TEST(a_forked_child_that_closes_the_loop_leaves_the_parent_its_streams)
{
    Kept kept;
    make_folder();
    Loop *loop = real_loop();
    CHECK_INT(run(loop, open_all, &kept), 0);
    close_in_a_child(loop);
    CHECK(is_there(path));
    CHECK(fcntl(kept.ends[0], F_GETFL) & O_NONBLOCK);
    CHECK_INT(run(loop, use_all, &kept), 0);
    loop_free(loop);
    remove_folder();
}
