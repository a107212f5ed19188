/* server_wait_closed(), and what becomes of connections that are closed from
 * outside. */
#include "servers.h"

/* ---- One server ---- */
static Server *server;

static int wait_closed(void *arg, Value *result)
{
    return server_wait_closed(server);
}

/* ---- Waiting for the end ---- */
static int wait_in_vain(void *arg, Value *result)
{
    server = new_server(echo, NULL);
    Task *task = begin(wait_closed, NULL);
    pause_turns(5);
    CHECK(!task_done(task));
    CHECK(task_cancel(task));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK(server_is_serving(server));
    task_release(task);
    end_server(server);
    return 0;
}

TEST(wait_closed_waits_for_the_close_and_can_be_cancelled)    /* ST11 */
{
    play_real(wait_in_vain, NULL);
}

static int wait_for_both(void *arg, Value *result)
{
    int running = 0;
    server = new_server(swallow, &running);
    Task *task = begin(wait_closed, NULL), *other = begin(wait_closed, NULL);
    Client one = dial(server), two = dial(server);
    until_count(&running, 2);
    server_close(server);
    pause_turns(5);
    CHECK(!task_done(task) && !task_done(other));
    hang_up(&one);
    until_count(&running, 1);
    pause_turns(5);
    CHECK(!task_done(task) && !task_done(other));
    hang_up(&two);
    CHECK_INT(await(task, NULL), 0);
    CHECK_INT(await(other, NULL), 0);
    CHECK_INT(running, 0);
    task_release(task);
    task_release(other);
    server_free(server);
    return 0;
}

TEST(it_waits_for_the_last_handler)    /* ST11 */
{
    play_real(wait_for_both, NULL);
}

/* ---- Closing the connections ---- */
static int last_error, seen_closing;

static int watch_reader(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char byte;
    size_t got = 9;
    last_error = reader_read(reader, &byte, 1, &got);
    seen_closing += writer_is_closing(writer) && got == 0;
    return 0;
}

static int close_all(void *arg, Value *result)
{
    bool is_abort = arg != NULL;
    Client clients[3];
    server = new_server(watch_reader, NULL);
    for (int i = 0; i < 3; i++)
        clients[i] = dial(server);
    while (async_all_tasks(NULL, NULL, 0) < 4)
        CHECK_INT(async_sleep(0), 0);
    pause_turns(3);
    if (is_abort)
        server_abort_clients(server);
    else
        server_close_clients(server);
    for (int i = 0; i < 3; i++)
        expect_gone(&clients[i]);
    until_count(&seen_closing, 3);
    CHECK_INT(last_error, 0);
    CHECK(server_is_serving(server));    /* it lets others in */
    Client late = dial(server);
    hang_up(&late);
    for (int i = 0; i < 3; i++)
        hang_up(&clients[i]);
    end_server(server);
    return 0;
}

TEST(closed_clients_end_and_the_server_serves_on)    /* ST11 */
{
    play_real(close_all, NULL);
}

TEST(so_do_aborted_ones)
{
    play_real(close_all, &(int){ 1 });
}

static int is_full;

static int fill_up(StreamReader *reader, StreamWriter *writer, void *data)
{
    int err = 0;
    while (err == 0 && writer_get_write_buffer_size(writer) == 0)
        err = writer_write(writer, data, 1 << 16);
    is_full = 1;
    return writer_wait_closed(writer);
}

/* Who closes sends the rest first; who aborts does not. */
static int close_full(void *arg, Value *result)
{
    static char zeros[1 << 16];
    char *all;
    size_t length;
    bool is_abort = arg != NULL;
    server = new_server(fill_up, zeros);
    Client client = dial(server);
    until_count(&is_full, 1);
    server_close(server);
    Task *task = begin(wait_closed, NULL);
    (is_abort ? server_abort_clients : server_close_clients)(server);
    if (is_abort)
        CHECK_INT(await(task, NULL), 0);
    pause_turns(5);
    CHECK_INT(task_done(task), is_abort);
    CHECK_INT(reader_read_all(client.reader, &all, &length), 0);
    CHECK(is_abort || length % sizeof zeros == 0);
    free(all);
    CHECK_INT(await(task, NULL), 0);
    task_release(task);
    hang_up(&client);
    server_free(server);
    return 0;
}

TEST(close_sends_what_is_unsent)
{
    play_real(close_full, NULL);
}

TEST(abort_drops_it)
{
    play_real(close_full, &(int){ 1 });
}
