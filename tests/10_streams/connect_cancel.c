/* Connections that are cancelled on their way, or run out of time. */
#include "servers.h"

/* ---- A queue that is full ---- */
/* Nobody accepts, and no more connections may wait: on Linux the next one goes
 * unanswered.  Elsewhere it may be refused, and there is nothing to test. */
enum { FILL = 8 };

static int full_port, full_fd, fill_fds[FILL];

static void begin_full(void)
{
    struct sockaddr_in address;
    full_fd = bind_by_hand(&full_port, 0);
    address = loopback(full_port);
    for (int i = 0; i < FILL; i++) {
        fill_fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(fill_fds[i] >= 0);
        CHECK_INT(fcntl(fill_fds[i], F_SETFL, O_NONBLOCK), 0);
        if (connect(fill_fds[i], (struct sockaddr *)&address,
                    sizeof address) < 0 && errno != EINPROGRESS)
            SKIP("a full queue refuses here");
    }
}

static void end_full(void)
{
    for (int i = 0; i < FILL; i++)
        close(fill_fds[i]);
    close(full_fd);
}

static int connect_full(void *arg, Value *result)
{
    Client client;
    return async_open_connection("127.0.0.1", full_port, &client.reader,
                                 &client.writer);
}

/* ---- Cancelled ---- */
static int cancel_connect(void *arg, Value *result)
{
    begin_full();
    for (int turns = 0; turns < 6; turns++) {
        Task *task = begin(connect_full, NULL);
        pause_turns(turns);
        CHECK(!task_done(task));
        CHECK(task_cancel(task));
        CHECK_INT(await(task, NULL), E_CANCELLED);
        CHECK(task_cancelled(task));
        task_release(task);
    }
    end_full();
    return 0;
}

TEST(a_connect_can_be_cancelled_at_any_time)
{
    play_real(cancel_connect, NULL);
}

static int time_out(void *arg, Value *result)
{
    begin_full();
    CHECK_INT(async_wait_for_call(connect_full, NULL, 0.05, NULL), E_TIMEOUT);
    end_full();
    return 0;
}

TEST(and_can_run_out_of_time)
{
    play_real(time_out, NULL);
}

/* ---- Cancelled when it was made ---- */
static Server *server;
static Client made;
static int connect_error, is_made;

static int connect_well(void *arg, Value *result)
{
    connect_error = async_open_connection("127.0.0.1", server_port(server),
                                          &made.reader, &made.writer);
    is_made = connect_error == 0;
    return connect_error;
}

/* Whatever it comes to, nothing may be left of it. */
static int cancel_late(void *arg, Value *result)
{
    server = new_server(do_nothing, NULL);
    for (int turns = 0; turns < 8; turns++) {
        is_made = 0;
        Task *task = begin(connect_well, NULL);
        pause_turns(turns);
        bool was_done = task_done(task);
        CHECK_INT(task_cancel(task), !was_done);
        int err = await(task, NULL);
        CHECK(err == E_CANCELLED || (was_done && err == 0));
        CHECK_INT(err, connect_error * !!task_done(task) +
                  (connect_error == 0 ? err : 0));
        if (is_made)
            hang_up(&made);
        task_release(task);
    }
    end_server(server);
    return 0;
}

TEST(cancelled_in_the_turn_it_was_made_nothing_is_left)
{
    play_real(cancel_late, NULL);
}

/* ---- Lookups ---- */
static int look_up(void *arg, Value *result)
{
    Client client;
    return async_open_connection("no.such.host.invalid", 1, &client.reader,
                                 &client.writer);
}

static int cancel_lookup(void *arg, Value *result)
{
    for (int turns = 0; turns < 4; turns++) {
        Task *task = begin(look_up, NULL);
        pause_turns(turns);
        if (task_cancel(task))
            CHECK_INT(await(task, NULL), E_CANCELLED);
        task_release(task);
    }
    return 0;
}

TEST_LIMIT(60, a_lookup_can_be_cancelled)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables, and may still ask");
    LEAVES(CHECK_DESCRIPTORS, "the resolver may still ask");
    play_real(cancel_lookup, NULL);
}

static int ticks;

static int tick(void *arg, Value *result)
{
    for (;;) {
        ticks++;
        int err = async_sleep(0);
        if (err != 0)
            return err;
    }
}

static int tick_meanwhile(void *arg, Value *result)
{
    Task *task = begin(tick, NULL);
    CHECK_INT(look_up(NULL, NULL), E_LOOKUP);
    CHECK(ticks > 0);
    task_cancel(task);
    CHECK_INT(await(task, NULL), E_CANCELLED);
    task_release(task);
    return 0;
}

TEST_LIMIT(60, the_loop_goes_on_while_a_name_is_looked_up)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_real(tick_meanwhile, NULL);
}
