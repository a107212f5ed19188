/* server_serve_forever(): who ends it, and whom it waits for. */
#include "servers.h"

/* ---- Serving for ever ---- */
static Server *server;
static int forever_error, is_over;

static int serve_forever(void *arg, Value *result)
{
    forever_error = server_serve_forever(server);
    is_over = 1;
    return forever_error;
}

static int wait_closed(void *arg, Value *result)
{
    return server_wait_closed(server);
}

static int cancel_forever(void *arg, Value *result)
{
    server = new_server(echo, NULL);
    Task *task = begin(serve_forever, NULL);
    Client client = dial(server);
    ask(&client, "hello");
    CHECK(task_cancel(task));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK(task_cancelled(task));
    CHECK(!server_is_serving(server));
    expect_gone(&client);
    CHECK_INT(server_wait_closed(server), 0);
    CHECK_INT(server_serve_forever(server), E_RUNTIME);
    task_release(task);
    hang_up(&client);
    server_free(server);
    return 0;
}

TEST(cancelled_it_closes_the_server_and_its_connections)    /* ST12 */
{
    play_real(cancel_forever, NULL);
}

static int close_forever(void *arg, Value *result)
{
    server = new_server(echo, NULL);
    Task *task = begin(serve_forever, NULL);
    Client client = dial(server);
    ask(&client, "hello");
    server_close(server);
    CHECK_INT(await(task, NULL), E_CANCELLED);
    ask(&client, "still here");    /* ST10 */
    hang_up(&client);
    CHECK_INT(server_wait_closed(server), 0);
    task_release(task);
    server_free(server);
    return 0;
}

TEST(closed_by_another_it_returns_and_connections_live_on)
{
    play_real(close_forever, NULL);
}

static int twice_forever(void *arg, Value *result)
{
    server = new_server(echo, NULL);
    Task *task = begin(serve_forever, NULL);
    pause_turns(2);
    CHECK_INT(server_serve_forever(server), E_RUNTIME);
    CHECK(server_is_serving(server));
    CHECK(!is_over);
    CHECK(task_cancel(task));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    task_release(task);
    server_free(server);
    return 0;
}

TEST(a_second_one_is_refused)    /* ST12 */
{
    play_real(twice_forever, NULL);
}

static int begin_deferred(void *arg, Value *result)
{
    static const ServerOptions deferred = { .defer_accepting = true };
    CHECK_INT(async_start_server_with(echo, NULL, "127.0.0.1", 0, &deferred,
                                      &server), 0);
    Task *task = begin(serve_forever, NULL);
    pause_turns(2);
    CHECK(server_is_serving(server));
    Client client = dial(server);
    ask(&client, "hello");
    hang_up(&client);
    CHECK(task_cancel(task));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    task_release(task);
    server_free(server);
    return 0;
}

TEST(it_begins_to_serve)
{
    play_real(begin_deferred, NULL);
}

static int free_forever(void *arg, Value *result)
{
    server = new_server(echo, NULL);
    Task *task = begin(serve_forever, NULL), *waits = begin(wait_closed, NULL);
    pause_turns(2);
    server_free(server);
    CHECK_INT(await(waits, NULL), E_RUNTIME);
    CHECK_INT(await(task, NULL), E_RUNTIME);
    task_release(task);
    task_release(waits);
    return 0;
}

TEST(whoever_waits_for_a_freed_server_is_let_go)
{
    play_real(free_forever, NULL);
}

static int stubborn_runs;

/* Does not care for its connection. */
static int stubborn(StreamReader *reader, StreamWriter *writer, void *end)
{
    stubborn_runs = 1;
    return await(end, NULL);
}

static int wait_for_handlers(void *arg, Value *result)
{
    Future *end = new_future();
    server = new_server(stubborn, end);
    Task *task = begin(serve_forever, NULL);
    Client client = dial(server);
    until_count(&stubborn_runs, 1);
    CHECK(task_cancel(task));
    expect_gone(&client);
    pause_turns(5);
    CHECK(!is_over);
    CHECK(!server_is_serving(server));
    CHECK_INT(future_set_result(end, nothing), 0);
    CHECK_INT(await(task, NULL), E_CANCELLED);
    future_release(end);
    task_release(task);
    hang_up(&client);
    server_free(server);
    return 0;
}

TEST(it_waits_for_the_handlers)    /* ST12 */
{
    play_real(wait_for_handlers, NULL);
}

/* ---- Cancelled and freed in one turn ---- */
static int cancel_and_free(void *arg, Value *result)
{
    server = new_server(echo, NULL);
    Task *task = begin(serve_forever, NULL);
    Client client = dial(server);
    ask(&client, "hello");
    CHECK(task_cancel(task));
    server_free(server);
    int err = await(task, NULL);
    CHECK(err == E_CANCELLED || err == E_RUNTIME);
    task_release(task);
    hang_up(&client);
    while (async_all_tasks(NULL, NULL, 0) > 1)
        CHECK_INT(async_sleep(0.001), 0);
    return 0;
}

TEST(a_server_freed_before_its_cancelled_task_runs_does_no_harm)
{
    play_real(cancel_and_free, NULL);
}

static int close_cancel_free(void *arg, Value *result)
{
    server = new_server(echo, NULL);
    Task *task = begin(serve_forever, NULL);
    pause_turns(2);
    server_close(server);
    CHECK(task_cancel(task));
    server_free(server);
    int err = await(task, NULL);
    CHECK(err == E_CANCELLED || err == E_RUNTIME);
    task_release(task);
    return 0;
}

TEST(nor_one_closed_cancelled_and_freed)
{
    play_real(close_cancel_free, NULL);
}

static int abandon(void *arg, Value *result)
{
    Future *end = new_future();
    server = new_server(stubborn, end);
    Task *forever = begin(serve_forever, NULL);
    Task *waits = begin(wait_closed, NULL);
    Client client = dial(server);
    until_count(&stubborn_runs, 1);
    server_free(server);
    CHECK_INT(await(waits, NULL), E_RUNTIME);
    int err = await(forever, NULL);
    CHECK(err == E_CANCELLED || err == E_RUNTIME);
    CHECK_INT(future_set_result(end, nothing), 0);
    expect_end(&client);
    future_release(end);
    task_release(forever);
    task_release(waits);
    hang_up(&client);
    return 0;
}

TEST(who_waits_for_handlers_of_a_freed_server_is_told)
{
    play_real(abandon, NULL);
}
