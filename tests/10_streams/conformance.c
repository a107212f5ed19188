/* Programs in Python about streams and sockets, and what CPython prints for
 * them: the same lines, in the same order, over real sockets.  Where a program
 * sleeps until the other side has surely got on, it waits for that here. */
#include "../../code/10_streams/server.h"
#include "../../code/10_streams/sock.h"
#include "../05_tasks/python.h"

#include <sys/socket.h>

/* ---- Helpers ---- */
static StreamReader *new_reader(size_t limit, const char *data)
{
    StreamReader *reader = reader_new(limit);
    CHECK(reader != NULL);
    CHECK_INT(reader_feed_data(reader, data, strlen(data)), 0);
    return reader;
}

static void feed_xy(void *reader)
{
    CHECK_INT(reader_feed_data(reader, "xy", 2), 0);
}

/* The text of (await r.read(n)).decode(). */
static const char *read_text(StreamReader *reader, size_t n)
{
    static char text[200];
    size_t got;
    CHECK_INT(reader_read(reader, text, n, &got), 0);
    text[got] = '\0';
    return text;
}

/* Without its line end: (await r.readline()).decode().strip(). */
static const char *read_line(StreamReader *reader)
{
    char *line;
    size_t length;
    CHECK_INT(reader_readline(reader, &line, &length), 0);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

/* print(label, (await r.read()).decode()). */
static size_t print_rest(const char *label, StreamReader *reader)
{
    char *data;
    size_t length;
    CHECK_INT(reader_read_all(reader, &data, &length), 0);
    print(label, data);
    free(data);
    return length;
}

typedef struct Connection {
    Server *server;
    StreamReader *reader;
    StreamWriter *writer;
} Connection;

static Connection connect_to(ClientConnected *handle)
{
    Connection c;
    CHECK_INT(async_start_server(handle, NULL, "127.0.0.1", 0, &c.server), 0);
    CHECK_INT(async_open_connection("127.0.0.1", server_port(c.server),
                                    &c.reader, &c.writer), 0);
    return c;
}

static void end_connection(Connection *c)
{
    writer_close(c->writer);
    server_close(c->server);
    CHECK_INT(server_wait_closed(c->server), 0);
    writer_free(c->writer);
    reader_free(c->reader);
    server_free(c->server);
}

/* ---- stream_02: feeding and reading ---- */
static int main_of_stream_02(void *arg, Value *result)
{
    StreamReader *r = new_reader(0, "abcdef");
    bool is_empty = read_text(r, 0)[0] == '\0';
    print("%s %s\n", truth(is_empty), read_text(r, 4));
    print("%s\n", read_text(r, 100));
    later(0.01, feed_xy, r);
    print("read(n) returns as soon as some data is there: %s\n",
          read_text(r, 100));
    CHECK_INT(reader_feed_data(r, "tail", 4), 0);
    reader_feed_eof(r);
    print("at_eof with data buffered: %s\n", truth(reader_at_eof(r)));
    print_rest("%s ", r);
    print("at_eof %s\n", truth(reader_at_eof(r)));
    size_t first = strlen(read_text(r, 10)), second = strlen(read_line(r));
    print("read at eof: %zu readline at eof: %zu\n", first, second);
    reader_free(r);
    return 0;
}

TEST(stream_02_feed_read_semantics)    /* ST2 */
{
    run(main_of_stream_02);
    CHECK_STR(printed,
              "True abcd\n"
              "ef\n"
              "read(n) returns as soon as some data is there: xy\n"
              "at_eof with data buffered: False\n"
              "tail at_eof True\n"
              "read at eof: 0 readline at eof: 0\n");
}

/* ---- stream_04: over the limit ---- */
static void until_over_limit(void)
{
    char *data, text[14] = "";
    size_t consumed, got;
    StreamReader *r = new_reader(8, "0123456789AB;rest");
    if (reader_readuntil(r, ";", 1, &data, &consumed) == E_LIMIT_OVERRUN)
        print("separator found beyond limit; consumed %zu\n", consumed);
    CHECK_INT(reader_readexactly(r, text, 13, &got), 0);
    print("data stays in the buffer: %s\n", text);
    reader_free(r);
    r = new_reader(8, "0123456789AB");
    if (reader_readuntil(r, "\r\n", 2, &data, &consumed) == E_LIMIT_OVERRUN)
        print("separator not found; consumed %zu\n", consumed);
    reader_free(r);
}

static void lines_over_limit(void)
{
    char *line;
    size_t length;
    StreamReader *r = new_reader(4, "toolong\nok\n");
    if (reader_readline(r, &line, &length) == E_VALUE)
        print("readline over limit: ValueError\n");
    print("the long line was dropped; next: %s\n", read_line(r));
    reader_free(r);
    r = new_reader(4, "12345678901");
    if (reader_readline(r, &line, &length) == E_VALUE)
        print("no newline yet: ValueError and the buffer is cleared: ");
    CHECK_INT(reader_feed_data(r, "z\n", 2), 0);
    print("%s\n", read_line(r));
    reader_free(r);
    r = new_reader(3, "abc\n");
    print("exactly limit is fine: %s\n", read_line(r));
    reader_free(r);
}

static int main_of_stream_04(void *arg, Value *result)
{
    until_over_limit();
    lines_over_limit();
    return 0;
}

TEST(stream_04_limit_overrun)    /* ST4 */
{
    run(main_of_stream_04);
    CHECK_STR(printed,
              "separator found beyond limit; consumed 12\n"
              "data stays in the buffer: 0123456789AB;\n"
              "separator not found; consumed 11\n"
              "readline over limit: ValueError\n"
              "the long line was dropped; next: ok\n"
              "no newline yet: ValueError and the buffer is cleared: z\n"
              "exactly limit is fine: abc\n");
}

/* ---- stream_06: half a connection ---- */
static int answer_at_end(StreamReader *r, StreamWriter *w, void *arg)
{
    print_rest("server read until eof: %s\n", r);
    CHECK_INT(writer_write(w, "reply after eof", 15), 0);
    int err = writer_drain(w);
    writer_close(w);
    return err;
}

static int main_of_stream_06(void *arg, Value *result)
{
    Connection c = connect_to(answer_at_end);
    print("can_write_eof %s\n", truth(writer_can_write_eof(c.writer)));
    CHECK_INT(writer_write(c.writer, "request", 7), 0);
    CHECK_INT(writer_write_eof(c.writer), 0);
    if (writer_write(c.writer, "more", 4) == E_RUNTIME)
        print("write after write_eof: RuntimeError\n");
    print_rest("client read: %s\n", c.reader);
    writer_close(c.writer);
    CHECK_INT(writer_wait_closed(c.writer), 0);
    print("is_closing %s\n", truth(writer_is_closing(c.writer)));
    end_connection(&c);
    return 0;
}

TEST(stream_06_half_close)    /* ST6 */
{
    run(main_of_stream_06);
    CHECK_STR(printed,
              "can_write_eof True\n"
              "write after write_eof: RuntimeError\n"
              "server read until eof: request\n"
              "client read: reply after eof\n"
              "is_closing True\n");
}

/* ---- stream_08: a close sends all ---- */
enum { MUCH = 3000000 };

static Future *done;

static int count_bytes(StreamReader *r, StreamWriter *w, void *arg)
{
    int err = async_sleep(0.02);
    char *data;
    size_t length;
    if (err == 0)
        err = reader_read_all(r, &data, &length);
    if (err != 0)
        return err;
    free(data);
    return future_set_result(done, (Value){ .i = (long long)length });
}

static int main_of_stream_08(void *arg, Value *result)
{
    Value length;
    Connection c = connect_to(count_bytes);
    char *bytes = malloc(MUCH);
    CHECK(bytes != NULL);
    memset(bytes, 'y', MUCH);
    done = new_future();
    CHECK_INT(writer_write(c.writer, bytes, MUCH), 0);
    free(bytes);
    writer_close(c.writer);
    print("closing %s\n", truth(writer_is_closing(c.writer)));
    CHECK_INT(writer_wait_closed(c.writer), 0);
    CHECK_INT(await(done, &length), 0);
    print("server received everything written before close: [%lld]\n",
          length.i);
    future_release(done);
    end_connection(&c);
    return 0;
}

TEST(stream_08_close_flushes_buffer)    /* ST8 */
{
    run(main_of_stream_08);
    CHECK_STR(printed,
              "closing True\n"
              "server received everything written before close: [3000000]\n");
}

/* ---- stream_16: the peer is gone ---- */
static int vanish(StreamReader *r, StreamWriter *w, void *arg)
{
    writer_abort(w);
    return 0;
}

static int main_of_stream_16(void *arg, Value *result)
{
    static char bytes[1000];
    int err = 0;
    Connection c = connect_to(vanish);
    while (err == 0) {
        (void)writer_write(c.writer, bytes, sizeof bytes);
        err = writer_drain(c.writer);
        if (err == 0)
            err = async_sleep(0.002);
    }
    CHECK(err == ECONNRESET || err == EPIPE);
    print("write to a vanished peer fails with a ConnectionError in drain()\n");
    end_connection(&c);
    return 0;
}

TEST(stream_16_peer_gone_write_errors)    /* ST15 */
{
    run(main_of_stream_16);
    CHECK_STR(printed, "write to a vanished peer fails with a ConnectionError "
                       "in drain()\n");
}

/* ---- loop_14: sockets ---- */
static int ends[2];

static const char *recv_text(size_t n)
{
    static char text[101];
    size_t got;
    CHECK_INT(loop_sock_recv(async_get_running_loop(), ends[0], text, n, &got),
              0);
    text[got] = '\0';
    return text;
}

static int send_text(const char *text)
{
    return loop_sock_sendall(async_get_running_loop(), ends[1], text,
                             strlen(text));
}

static int send_late(void *arg, Value *result)
{
    int err = async_sleep(0.02);
    return err != 0 ? err : send_text("pong");
}

static int recv_10(void *arg, Value *result)
{
    char text[10];
    size_t got;
    return loop_sock_recv(async_get_running_loop(), ends[0], text, 10, &got);
}

static int main_of_loop_14(void *arg, Value *result)
{
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    for (int i = 0; i < 2; i++)
        CHECK_INT(fcntl(ends[i], F_SETFL, O_NONBLOCK), 0);
    Task *t = create(send_late, NULL);
    print("recv blocks until data: %s\n", recv_text(10));
    CHECK_INT(task_join(t, NULL), 0);
    Task *r = create(recv_10, NULL);
    CHECK_INT(async_sleep(0.01), 0);
    task_cancel(r);
    if (task_join(r, NULL) == E_CANCELLED)
        print("recv cancelled\n");
    CHECK_INT(send_text("still here"), 0);
    print("data not lost: %s\n", recv_text(100));
    close(ends[1]);
    print("eof gives length %zu\n", strlen(recv_text(10)));
    close(ends[0]);
    return 0;
}

TEST(loop_14_sock_api)    /* L20 */
{
    run(main_of_loop_14);
    CHECK_STR(printed,
              "recv blocks until data: pong\n"
              "recv cancelled\n"
              "data not lost: still here\n"
              "eof gives length 0\n");
}
