/* The rules behind CPython's own tests of writers and connections: each test
 * here names the one it was read from, in test_streams.py.
 *
 * What C cannot express: test_*_no_loop_ssl and test_start_tls (no TLS);
 * test_unclosed_*_warnings, test_loop_is_closed_resource_warnings (there is no
 * collector); test_open_connection_error (its protocol is told of a loss by
 * hand: here a reset does it). */
#include "../../code/10_streams/server.h"
#include "streams.h"

/* ---- Helpers ---- */
static Server *httpd;
static int reports;

static void count_report(Loop *loop, const ErrorContext *context, void *arg)
{
    reports++;
}

/* test_utils.run_test_server(), in the same loop. */
static int serve(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char *line;
    size_t length;
    int err = reader_readline(reader, &line, &length);
    while (err == 0 && length > 2)
        err = reader_readline(reader, &line, &length);
    if (err != 0 || length == 0)
        return 0;    /* it did not ask */
    err = writer_printf(writer, "HTTP/1.0 200 OK\r\n"
                                "Content-type: text/plain\r\n"
                                "Content-length: 12\r\n\r\nTest message");
    return err != 0 ? err : writer_drain(writer);
}

static Stream open_to_server(const char *path)
{
    Stream stream = { .peer = -1 };
    loop_set_exception_handler(async_get_running_loop(), count_report, NULL);
    if (path != NULL) {
        CHECK_INT(async_start_unix_server(serve, NULL, path, &httpd), 0);
        CHECK_INT(async_open_unix_connection(path, &stream.reader,
                                             &stream.writer), 0);
    } else {
        CHECK_INT(async_start_server(serve, NULL, "127.0.0.1", 0, &httpd), 0);
        CHECK_INT(async_open_connection("127.0.0.1", server_port(httpd),
                                        &stream.reader, &stream.writer), 0);
    }
    stream.fd = writer_fileno(stream.writer);
    return stream;
}

static void close_all(Stream *stream)
{
    writer_close(stream->writer);
    server_close(httpd);
    CHECK_INT(server_wait_closed(httpd), 0);
    server_free(httpd);
    end_stream(stream);
    CHECK_INT(reports, 0);
}

static void get(Stream *stream)
{
    CHECK_INT(writer_printf(stream->writer, "GET / HTTP/1.0\r\n\r\n"), 0);
    expect_line(stream->reader, "HTTP/1.0 200 OK\r\n");
}

static void get_message(Stream *stream)
{
    Reading reading = { .reader = stream->reader, .how = ALL };
    get(stream);
    CHECK_INT(read_text(&reading), 0);
    CHECK(strstr(reading.text, "\r\n\r\nTest message") != NULL);
}

/* ---- Connections ---- */
static int open_connection(void *path, Value *result)
{
    Stream stream = open_to_server(path);
    get_message(&stream);
    close_all(&stream);
    return 0;
}

TEST(open_a_connection)    /* test_open_connection */
{
    play_twice(open_connection, NULL);
}

TEST(open_a_unix_connection)    /* test_open_unix_connection */
{
    char path[] = "/tmp/weft-XXXXXX", socket_path[40];
    CHECK(mkdtemp(path) != NULL);
    snprintf(socket_path, sizeof socket_path, "%s/socket", path);
    play_twice(open_connection, socket_path);
    CHECK_INT(rmdir(path), 0);
}

static int lose_connection(void *arg, Value *result)
{
    Stream stream = open_tcp_stream();
    Reading reading = { .reader = stream.reader, .how = ALL };
    reset_tcp(stream.peer);
    stream.peer = -1;
    CHECK_INT(read_text(&reading), ECONNRESET);
    end_stream(&stream);
    return 0;
}

TEST(a_lost_connection_is_an_error_of_the_read)    /* ..._connection_error */
{
    play_twice(lose_connection, NULL);
}

/* ---- Draining ---- */
static int drained;

static int drain_one(void *stream, Value *result)
{
    CHECK_INT(writer_drain(((Stream *)stream)->writer), 0);
    drained++;
    return 0;
}

static int multiple_drain(void *arg, Value *result)
{
    static char bytes[100 * 1000];
    Task *tasks[10];
    Stream stream = open_stream();
    drained = 0;
    make_narrow(stream.fd);
    CHECK_INT(writer_write(stream.writer, bytes, sizeof bytes), 0);
    for (int i = 0; i < 10; i++)
        tasks[i] = begin(drain_one, &stream);
    pause_turns(2);
    CHECK_INT(drained, 0);
    while (drained < 10) {
        CHECK(read(stream.peer, bytes, sizeof bytes) != 0);
        pause_turns(1);
    }
    for (int i = 0; i < 10; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    end_stream(&stream);
    return 0;
}

TEST(several_may_drain)    /* test_multiple_drain */
{
    play_twice(multiple_drain, NULL);
}

/* The loop gets its turns, though the buffer is never full. */
static int drain_raises(void *arg, Value *result)
{
    Stream stream = open_tcp_stream();
    int err = 0;
    close_peer(&stream);
    while (err == 0) {
        (void)writer_write(stream.writer, "foo\n", 4);
        err = writer_drain(stream.writer);
    }
    CHECK(err == ECONNRESET || err == EPIPE || err == ECONNABORTED);
    end_stream(&stream);
    return 0;
}

TEST(a_drain_raises_in_the_end)    /* test_drain_raises */
{
    play_twice(drain_raises, NULL);
}

/* ---- Closing ---- */
static int close_and_wait(void *arg, Value *result)
{
    Stream stream = open_to_server(NULL);
    get_message(&stream);
    CHECK(!writer_is_closing(stream.writer));
    writer_close(stream.writer);
    CHECK(writer_is_closing(stream.writer));
    CHECK_INT(writer_wait_closed(stream.writer), 0);
    close_all(&stream);
    return 0;
}

TEST(wait_until_it_is_closed)    /* test_wait_closed_on_close, _writer_api */
{
    play_twice(close_and_wait, NULL);
}

static int close_unread(void *arg, Value *result)
{
    Stream stream = open_to_server(NULL);
    get(&stream);
    writer_close(stream.writer);
    CHECK_INT(writer_wait_closed(stream.writer), 0);
    close_all(&stream);
    return 0;
}

TEST(close_with_unread_data)    /* test_wait_closed_on_close_with_unread_data */
{
    play_twice(close_unread, NULL);
}

/* There the drain raises it, here the write already. */
static int write_after_close(void *arg, Value *result)
{
    Stream stream = open_to_server(NULL);
    get(&stream);
    writer_close(stream.writer);
    CHECK_INT(writer_write(stream.writer, "data", 4), ECONNRESET);
    CHECK_INT(writer_drain(stream.writer), ECONNRESET);
    close_all(&stream);
    return 0;
}

TEST(exception_after_close)    /* test_async_writer_api_exception_after_close */
{
    play_twice(write_after_close, NULL);
}

static int eof_when_closing(void *arg, Value *result)
{
    Stream stream = open_to_server(NULL);
    writer_close(stream.writer);
    CHECK_INT(writer_wait_closed(stream.writer), 0);
    CHECK(reader_at_eof(stream.reader));
    expect_rest(stream.reader, "");
    close_all(&stream);
    return 0;
}

TEST(a_closing_writer_feeds_the_end)    /* test_eof_feed_when_closing_writer */
{
    play_twice(eof_when_closing, NULL);
}
