/* Programs in Python about servers, and what CPython prints for them: the same
 * lines, in the same order, over real sockets.  Where a program sleeps until
 * the other side has surely got on, it waits for that here. */
#include "../../code/10_streams/server.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
static Server *server;
static StreamReader *reader;
static StreamWriter *writer;
static int port;

static int open_client(void)
{
    return async_open_connection("127.0.0.1", port, &reader, &writer);
}

static void start(ClientConnected *handle)
{
    CHECK_INT(async_start_server(handle, NULL, "127.0.0.1", 0, &server), 0);
    port = server_port(server);
    CHECK_INT(open_client(), 0);
}

static void close_client(void)
{
    writer_close(writer);
    CHECK_INT(writer_wait_closed(writer), 0);
    writer_free(writer);
    reader_free(reader);
}

/* (await r.readline()).decode().strip(). */
static const char *read_line(void)
{
    char *line;
    size_t length;
    CHECK_INT(reader_readline(reader, &line, &length), 0);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

/* len(await r.read()). */
static size_t length_of_rest(StreamReader *from)
{
    char *data;
    size_t length;
    CHECK_INT(reader_read_all(from, &data, &length), 0);
    free(data);
    return length;
}

static int end_server(void)
{
    server_close(server);
    int err = server_wait_closed(server);
    server_free(server);
    return err;
}

/* ---- stream_10: connections live on ---- */
static int echo(StreamReader *r, StreamWriter *w, void *arg)
{
    char *line;
    size_t length;
    int err = reader_readline(r, &line, &length);
    while (err == 0 && length > 0) {
        err = writer_printf(w, "echo %s", line);
        if (err == 0)
            err = writer_drain(w);
        if (err == 0)
            err = reader_readline(r, &line, &length);
    }
    return err;
}

/* server.sockets: how many. */
static int count_sockets(void)
{
    char name[64];
    int count = 0;
    while (server_sockname(server, (size_t)count, name, sizeof name) == 0)
        count++;
    return count;
}

static int main_of_stream_10(void *arg, Value *result)
{
    StreamReader *r;
    StreamWriter *w;
    start(echo);
    CHECK_INT(writer_printf(writer, "one\n"), 0);
    print("%s\n", read_line());
    server_close(server);
    CHECK_INT(writer_printf(writer, "two\n"), 0);
    print("existing connection survives: %s\n", read_line());
    if (async_open_connection("127.0.0.1", port, &r, &w) == ECONNREFUSED)
        print("new connection refused\n");
    print("sockets %d serving %s\n", count_sockets(),
          truth(server_is_serving(server)));
    close_client();
    return end_server();
}

TEST(stream_10_server_close_keeps_connections)    /* ST10 */
{
    run(main_of_stream_10);
    CHECK_STR(printed,
              "echo one\n"
              "existing connection survives: echo two\n"
              "new connection refused\n"
              "sockets 0 serving False\n");
}

/* ---- stream_12: the clients are closed ---- */
static Future *has_begun;

static int read_to_end(StreamReader *r, StreamWriter *w, void *arg)
{
    CHECK_INT(future_set_result(has_begun, (Value){ .i = 0 }), 0);
    print("handler saw eof, %zu bytes\n", length_of_rest(r));
    return 0;
}

static int main_of_stream_12(void *arg, Value *result)
{
    has_begun = new_future();
    start(read_to_end);
    CHECK_INT(await(has_begun, NULL), 0);
    CHECK_INT(async_sleep(0.01), 0);
    server_close(server);
    server_close_clients(server);
    CHECK_INT(server_wait_closed(server), 0);
    print("client sees eof: %zu\n", length_of_rest(reader));
    close_client();
    future_release(has_begun);
    return end_server();
}

TEST(stream_12_close_clients)    /* ST11 */
{
    run(main_of_stream_12);
    CHECK_STR(printed,
              "handler saw eof, 0 bytes\n"
              "client sees eof: 0\n");
}

/* ---- stream_14: a handler fails ---- */
static int failures;

static void on_error(Loop *loop, const ErrorContext *context, void *arg)
{
    failures++;
    print("handler: %s - %s\n", context->message, error_name(context->error));
}

static int fail(StreamReader *r, StreamWriter *w, void *arg)
{
    return E_VALUE;
}

static int main_of_stream_14(void *arg, Value *result)
{
    loop_set_exception_handler(async_get_running_loop(), on_error, NULL);
    start(fail);
    print("client sees eof: %zu\n", length_of_rest(reader));
    close_client();
    CHECK_INT(open_client(), 0);
    print("server still accepts\n");
    close_client();
    while (failures < 2)
        CHECK_INT(async_sleep(0), 0);
    return end_server();
}

TEST(stream_14_handler_exception_reported)    /* ST13 */
{
    run(main_of_stream_14);
    CHECK_STR(printed,
              "handler: Unhandled exception in client_connected_cb - "
              "ValueError\n"
              "client sees eof: 0\n"
              "server still accepts\n"
              "handler: Unhandled exception in client_connected_cb - "
              "ValueError\n");
}
