/* Loops that close over servers, connections, lookups and connects: nothing is
 * left of them, and what the program still holds can be freed after. */
#include "servers.h"

/* ---- Loops ---- */
static void say_nothing(Loop *loop, const ErrorContext *context, void *arg)
{
}

static Loop *silent_loop(void)
{
    Loop *loop = real_loop();
    loop_set_exception_handler(loop, say_nothing, NULL);
    return loop;
}

/* ---- What is under way ---- */
static Server *server;
static Client clients[4], peers[4];
static int n_peers;
static bool has_freed;

static int keep_peer(StreamReader *reader, StreamWriter *writer, void *arg)
{
    peers[n_peers++] = (Client){ reader, writer };
    return swallow(reader, writer, NULL);
}

static int begin_four(void *arg, Value *result)
{
    n_peers = 0;
    server = new_server(keep_peer, NULL);
    for (int i = 0; i < 4; i++)
        clients[i] = dial(server);
    until_count(&n_peers, 4);
    return 0;
}

static void free_four(void)
{
    for (int i = 0; i < 4; i++)
        hang_up(&clients[i]);
    server_free(server);
}

/* ---- Servers and connections ---- */
TEST(a_loop_closes_over_servers_with_connections)
{
    for (int order = 0; order < 3; order++) {
        Loop *loop = silent_loop();
        CHECK_INT(run(loop, begin_four, NULL), 0);
        if (order == 0)
            free_four();
        CHECK_INT(loop_close(loop), 0);
        if (order == 1)
            free_four();
        loop_free(loop);
        if (order == 2)
            free_four();
    }
}

TEST(what_is_left_after_it_says_so)
{
    char text[64];
    Loop *loop = silent_loop();
    CHECK_INT(run(loop, begin_four, NULL), 0);
    CHECK_INT(loop_close(loop), 0);
    CHECK(!server_is_serving(server));
    CHECK_INT(server_start_serving(server), E_RUNTIME);
    CHECK_INT(server_sockname(server, 0, text, sizeof text), E_LOOKUP);
    server_close(server);
    server_close_clients(server);
    server_abort_clients(server);
    for (int i = 0; i < 4; i++) {
        CHECK(writer_is_closing(clients[i].writer));
        CHECK_INT(writer_fileno(clients[i].writer), -1);
        CHECK(writer_write(clients[i].writer, "x", 1) != 0);
        writer_close(clients[i].writer);
        writer_abort(clients[i].writer);
    }
    free_four();
    loop_free(loop);
}

static int fill_and_free(void *arg, Value *result)
{
    static char zeros[1 << 20];
    CHECK_INT(begin_four(NULL, NULL), 0);
    for (int i = 0; i < 4; i++)
        CHECK_INT(writer_write(peers[i].writer, zeros, sizeof zeros), 0);
    server_abort_clients(server);
    for (int i = 0; i < 2; i++) {
        CHECK(writer_write(clients[i].writer, zeros, sizeof zeros) == 0);
        hang_up(&clients[i]);    /* what is unsent goes in the background */
    }
    return 0;
}

TEST(what_is_unsent_in_the_background_is_dropped)
{
    Loop *loop = silent_loop();
    CHECK_INT(run(loop, fill_and_free, NULL), 0);
    CHECK_INT(loop_close(loop), 0);
    hang_up(&clients[2]);
    hang_up(&clients[3]);
    server_free(server);
    loop_free(loop);
}

static int begin_and_close(void *arg, Value *result)
{
    CHECK_INT(begin_four(NULL, NULL), 0);
    server_close(server);
    server_close_clients(server);
    server_free(server);
    return 0;
}

TEST(connections_that_are_closing_are_dropped_too)
{
    Loop *loop = silent_loop();
    CHECK_INT(run(loop, begin_and_close, NULL), 0);
    CHECK_INT(loop_close(loop), 0);
    for (int i = 0; i < 4; i++)
        hang_up(&clients[i]);
    loop_free(loop);
}

/* ---- Handlers that never began ---- */
static int in_queue(void *arg, Value *result)
{
    server = new_server(do_nothing, NULL);
    for (int i = 0; i < 4; i++)
        CHECK_INT(close(connect_by_hand(server_port(server))), 0);
    return 0;
}

TEST(connections_whose_handlers_never_began_are_dropped)
{
    for (int turns = 0; turns < 4; turns++) {
        Loop *loop = silent_loop();
        CHECK_INT(run(loop, in_queue, NULL), 0);
        run_turns(loop, turns);
        CHECK_INT(loop_close(loop), 0);
        server_free(server);
        loop_free(loop);
    }
}

/* ---- Tasks that wait ---- */
static int serve(void *arg, Value *result)
{
    return server_serve_forever(server);
}

static int wait_closed(void *arg, Value *result)
{
    return server_wait_closed(server);
}

static int drain_forever(void *arg, Value *result)
{
    static char zeros[1 << 20];
    int err = 0;
    while (err == 0) {
        err = writer_write(clients[0].writer, zeros, sizeof zeros);
        if (err == 0)
            err = writer_drain(clients[0].writer);
    }
    return err;
}

static int read_forever(void *arg, Value *result)
{
    return swallow(clients[1].reader, clients[1].writer, NULL);
}

static int wait_writer(void *arg, Value *result)
{
    return writer_wait_closed(clients[2].writer);
}

static int sit(StreamReader *reader, StreamWriter *writer, void *arg)
{
    n_peers++;
    return async_sleep(INFINITY);
}

static int begin_waiting(void *arg, Value *result)
{
    static CoroFn *const waits[] = { serve, wait_closed, drain_forever,
                                     read_forever, wait_writer };
    n_peers = 0;
    server = new_server(sit, NULL);
    for (int i = 0; i < 4; i++)
        clients[i] = dial(server);
    until_count(&n_peers, 4);
    for (int i = 0; i < 5; i++)
        spawn(waits[i], NULL);
    pause_turns(5);
    if (has_freed)
        free_four();
    return 0;
}

TEST(tasks_that_wait_for_them_fall_with_the_loop)
{
    for (int i = 0; i < 2; i++) {
        Loop *loop = silent_loop();
        has_freed = i == 1;
        CHECK_INT(run(loop, begin_waiting, NULL), 0);
        CHECK_INT(loop_close(loop), 0);
        if (!has_freed)
            free_four();
        loop_free(loop);
    }
}

static int cancel_and_free(void *turns, Value *result)
{
    n_peers = 0;
    server = new_server(sit, NULL);
    clients[0] = dial(server);
    until_count(&n_peers, 1);
    Task *task = begin(serve, NULL);
    pause_turns(2);
    CHECK(task_cancel(task));
    pause_turns(*(int *)turns);
    server_free(server);
    pause_turns(*(int *)turns);
    task_release(task);
    return 0;
}

TEST(a_freed_server_whose_handler_still_runs_falls_with_the_loop)
{
    for (int turns = 0; turns < 4; turns++) {
        Loop *loop = silent_loop();
        CHECK_INT(run(loop, cancel_and_free, &turns), 0);
        run_turns(loop, turns);
        CHECK_INT(loop_close(loop), 0);
        hang_up(&clients[0]);
        loop_free(loop);
    }
}

/* ---- Connects on their way ---- */
static int any_port;

static int connect_once(void *arg, Value *result)
{
    StreamReader *reader;
    StreamWriter *writer;
    int err = async_open_connection("127.0.0.1", any_port, &reader, &writer);
    if (err == 0) {
        writer_free(writer);
        reader_free(reader);
    }
    return err;
}

static int begin_connect(void *turns, Value *result)
{
    spawn(connect_once, NULL);
    pause_turns(*(int *)turns);
    return 0;
}

TEST(a_connect_on_its_way_is_dropped)
{
    int fd = bind_by_hand(&any_port, 20);
    for (int turns = 0; turns < 8; turns++) {
        Loop *loop = silent_loop();
        CHECK_INT(run(loop, begin_connect, &turns), 0);
        CHECK_INT(loop_close(loop), 0);
        loop_free(loop);
    }
    close(fd);
}

static int accept_once(void *fd, Value *result)
{
    int connection;
    return loop_sock_accept(async_get_running_loop(), *(int *)fd, &connection);
}

static int begin_accept(void *fd, Value *result)
{
    spawn(accept_once, fd);
    pause_turns(3);
    return 0;
}

TEST(so_is_an_accept_by_hand)
{
    int fd = bind_by_hand(&any_port, 20);
    CHECK_INT(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    Loop *loop = silent_loop();
    CHECK_INT(run(loop, begin_accept, &fd), 0);
    CHECK_INT(loop_close(loop), 0);
    loop_free(loop);
    close(fd);
}

/* ---- Lookups on their way ---- */
static int look_up(void *arg, Value *result)
{
    StreamReader *reader;
    StreamWriter *writer;
    return async_open_connection("no.such.host.invalid", 1, &reader, &writer);
}

static int look_up_server(void *arg, Value *result)
{
    return async_start_server(do_nothing, NULL, "no.such.host.invalid", 0,
                              &server);
}

static int begin_lookup(void *turns, Value *result)
{
    spawn(look_up, NULL);
    spawn(look_up_server, NULL);
    pause_turns(*(int *)turns);
    return 0;
}

TEST_LIMIT(60, lookups_on_their_way_do_no_harm)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables, and may still ask");
    LEAVES(CHECK_DESCRIPTORS, "the resolver may still ask");
    for (int turns = 0; turns < 5; turns++) {
        Loop *loop = silent_loop();
        CHECK_INT(run(loop, begin_lookup, &turns), 0);
        CHECK_INT(loop_close(loop), 0);
        loop_free(loop);
    }
}
