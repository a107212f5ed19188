/* Servers: where they listen, what becomes of their handlers, and how they
 * end. */
#include "servers.h"

/* ---- A connection ---- */
static int talk(void *arg, Value *result)
{
    Server *server = new_server(echo, NULL);
    CHECK(server_is_serving(server));
    Client one = dial(server), two = dial(server);
    ask(&one, "hello");
    ask(&two, "and you");
    ask(&one, "well");
    CHECK_INT(writer_write_eof(one.writer), 0);
    expect_end(&one);
    hang_up(&one);
    hang_up(&two);
    end_server(server);
    return 0;
}

TEST(each_connection_has_its_own_reader_and_writer)    /* ST1 */
{
    play_real(talk, NULL);
}

static int greet(StreamReader *reader, StreamWriter *writer, void *name)
{
    return writer_printf(writer, "I am %s", (char *)name);
}

static int read_greeting(void *arg, Value *result)
{
    Server *server = new_server(greet, "the host");
    Client client = dial(server);
    expect_text(&client, "I am the host");
    expect_end(&client);
    hang_up(&client);
    end_server(server);
    return 0;
}

TEST(a_handler_that_returns_closes_when_all_is_sent)
{
    play_real(read_greeting, NULL);
}

enum { MUCH = 4 << 20 };

static int n_poured;

static int pour(StreamReader *reader, StreamWriter *writer, void *data)
{
    n_poured++;
    return writer_write(writer, data, MUCH);
}

static int read_much(void *arg, Value *result)
{
    char *data = malloc(MUCH), *got;
    size_t length;
    CHECK(data != NULL);
    for (int i = 0; i < MUCH; i++)
        data[i] = (char)(i * 7 + i / 251);
    Server *server = new_server(pour, data);
    Client client = dial(server);
    until_count(&n_poured, 1);
    server_close(server);
    CHECK_INT(server_wait_closed(server), 0);
    CHECK_INT(reader_read_all(client.reader, &got, &length), 0);
    CHECK_INT(length, MUCH);
    CHECK(memcmp(data, got, MUCH) == 0);
    free(got);
    hang_up(&client);
    server_free(server);
    free(data);
    return 0;
}

TEST(what_is_unsent_when_the_handler_returns_is_sent_yet)
{
    play_real(read_much, NULL);
}

static int tell_names(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char here[64], there[64];
    CHECK_INT(writer_sockname(writer, here, sizeof here), 0);
    CHECK_INT(writer_peername(writer, there, sizeof there), 0);
    return writer_printf(writer, "%s %s\n", here, there);
}

static int compare_names(void *arg, Value *result)
{
    char here[64], there[64], first[64], both[130], *line;
    size_t length;
    Server *server = new_server(tell_names, NULL);
    Client client = dial(server);
    CHECK_INT(writer_sockname(client.writer, here, sizeof here), 0);
    CHECK_INT(writer_peername(client.writer, there, sizeof there), 0);
    CHECK_INT(server_sockname(server, 0, first, sizeof first), 0);
    CHECK_STR(first, there);
    CHECK_INT(server_sockname(server, 0, first, 4), E_VALUE);
    CHECK_INT(server_sockname(server, 1, first, sizeof first), E_LOOKUP);
    snprintf(both, sizeof both, "%s %s\n", there, here);
    CHECK_INT(reader_readline(client.reader, &line, &length), 0);
    CHECK_STR(line, both);
    hang_up(&client);
    end_server(server);
    return 0;
}

TEST(both_ends_know_both_names)
{
    play_real(compare_names, NULL);
}

/* ---- Handlers that fail ---- */
static int fail(StreamReader *reader, StreamWriter *writer, void *error)
{
    return *(int *)error;
}

static int meet_failure(void *arg, Value *result)
{
    Seen *seen = arg;
    int error = EPIPE;
    Server *server = new_server(fail, &error);
    Client client = dial(server);
    expect_end(&client);
    CHECK_INT(seen->last.error, EPIPE);
    hang_up(&client);
    end_server(server);
    return 0;
}

TEST(a_handler_that_fails_is_reported_and_its_connection_closed)    /* ST13 */
{
    play_seen(meet_failure, 1, "Unhandled exception in client_connected_cb");
}

static int meet_cancelled(void *arg, Value *result)
{
    int error = E_CANCELLED;
    Server *server = new_server(fail, &error);
    Client client = dial(server);
    expect_end(&client);
    hang_up(&client);
    end_server(server);
    return 0;
}

TEST(one_that_is_cancelled_is_closed_without_a_report)    /* ST13 */
{
    play_seen(meet_cancelled, 0, NULL);
}

static int survive_failure(void *arg, Value *result)
{
    int error = E_USER + 3;
    Server *server = new_server(fail, &error);
    for (int i = 0; i < 3; i++) {
        Client client = dial(server);
        expect_end(&client);
        hang_up(&client);
    }
    CHECK(server_is_serving(server));
    end_server(server);
    return 0;
}

TEST(the_server_goes_on_after_it)
{
    play_seen(survive_failure, 3, "Unhandled exception in client_connected_cb");
}

/* ---- Handlers that hang ---- */
static Task *handler_task;
static int began;

static int hang(StreamReader *reader, StreamWriter *writer, void *arg)
{
    handler_task = async_current_task();
    began++;
    return async_sleep(INFINITY);
}

static int cancel_handler(void *arg, Value *result)
{
    Server *server = new_server(hang, NULL);
    Client client = dial(server);
    until_count(&began, 1);
    CHECK(task_cancel(handler_task));
    expect_end(&client);
    hang_up(&client);
    end_server(server);
    return 0;
}

TEST(a_cancelled_handler_closes_its_connection)    /* ST13 */
{
    play_real(cancel_handler, NULL);
}

/* Finds the handler's task before its first step. */
static Task *other_task(void)
{
    Task *tasks[4], *self = async_current_task();
    size_t n;
    while ((n = async_all_tasks(NULL, tasks, 4)) < 2)
        CHECK_INT(async_sleep(0), 0);
    CHECK_INT(n, 2);
    return tasks[0] == self ? tasks[1] : tasks[0];
}

static int cancel_early(void *arg, Value *result)
{
    Client client;
    Server *server = new_server(hang, NULL);
    int fd = connect_by_hand(server_port(server));
    CHECK(task_cancel(other_task()));
    CHECK_INT(async_open_fd(fd, &client.reader, &client.writer), 0);
    expect_end(&client);
    CHECK_INT(began, 0);
    hang_up(&client);
    end_server(server);
    return 0;
}

TEST(one_cancelled_before_it_began_does_so_too)
{
    unsetenv("WEFT_SHUFFLE");
    play_real(cancel_early, NULL);
}

static int outlive(void *arg, Value *result)
{
    Server *server = new_server(echo, NULL);
    Client client = dial(server);
    ask(&client, "before");
    server_close(server);
    ask(&client, "closed");    /* ST10 */
    server_free(server);
    ask(&client, "freed");
    hang_up(&client);
    while (async_all_tasks(NULL, NULL, 0) > 1)
        CHECK_INT(async_sleep(0.001), 0);
    return 0;
}

TEST(handlers_outlive_their_server)    /* ST10 */
{
    play_real(outlive, NULL);
}

/* ---- Nobody is let in any more ---- */
static int knock_too_late(void *arg, Value *result)
{
    StreamReader *reader;
    StreamWriter *writer;
    char text[8];
    Server *server = new_server(echo, NULL);
    int port = server_port(server);
    server_close(server);
    server_close(server);
    CHECK(!server_is_serving(server));
    CHECK_INT(server_sockname(server, 0, text, sizeof text), E_LOOKUP);
    CHECK_INT(server_start_serving(server), E_RUNTIME);
    CHECK_INT(server_wait_closed(server), 0);
    CHECK_INT(async_open_connection("127.0.0.1", port, &reader, &writer),
              ECONNREFUSED);
    server_free(server);
    server_free(NULL);
    return 0;
}

TEST(a_closed_server_listens_no_more)
{
    play_real(knock_too_late, NULL);
}

static int serve_later(void *arg, Value *result)
{
    static const ServerOptions deferred = { .defer_accepting = true };
    StreamReader *reader;
    StreamWriter *writer;
    Server *server;
    CHECK_INT(async_start_server_with(echo, NULL, "127.0.0.1", 0, &deferred,
                                      &server), 0);
    CHECK(!server_is_serving(server));
    CHECK(server_port(server) > 0);
    CHECK_INT(async_open_connection("127.0.0.1", server_port(server), &reader,
                                    &writer), ECONNREFUSED);
    CHECK_INT(server_start_serving(server), 0);
    CHECK_INT(server_start_serving(server), 0);
    CHECK(server_is_serving(server));
    Client client = dial(server);
    ask(&client, "now");
    hang_up(&client);
    end_server(server);
    return 0;
}

TEST(a_deferred_server_accepts_when_it_is_told)
{
    play_real(serve_later, NULL);
}
