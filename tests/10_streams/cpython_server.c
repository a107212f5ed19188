/* CPython's test_server.py, as far as it can be carried over: the names are
 * theirs.  Left out: unix_server_sock_cleanup, unix_server_cleanup_gone with a
 * socket of one's own, and unix_server_cleanup_prevented, for servers here make
 * their socket and always remove its path. */
#include "servers.h"

#include <pthread.h>

/* ---- A client in a thread ---- */
static Server *server;
static Task *main_task;
static char message[5 * 1024 + 1];

static void talk_by_hand(int fd)
{
    char byte = 0;
    memset(message, '1', sizeof message);
    message[sizeof message - 1] = '\n';
    CHECK_INT(send(fd, message, sizeof message, 0), sizeof message);
    CHECK_INT(recv(fd, &byte, 1, MSG_WAITALL), 1);
    CHECK_INT(byte, '1');
    close(fd);
}

static void *tcp_client(void *port)
{
    talk_by_hand(connect_by_hand(*(int *)port));
    return NULL;
}

static void *unix_client(void *arg)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    strcpy(address.sun_path, path);
    CHECK_INT(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    talk_by_hand(fd);
    return NULL;
}

/* ---- BaseStartServer ---- */
static int serve_one(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char *line;
    size_t length;
    CHECK_INT(reader_readline(reader, &line, &length), 0);
    CHECK_INT(length, sizeof message);
    task_cancel(main_task);
    CHECK_INT(writer_write(writer, "1", 1), 0);
    writer_close(writer);
    return writer_wait_closed(writer);
}

static int serve_forever(void *arg, Value *result)
{
    return server_serve_forever(server);
}

static void check_forever(void *(*client)(void *))
{
    pthread_t thread;
    char text[8];
    int port = server_port(server);
    main_task = begin(serve_forever, NULL);
    pause_turns(2);
    CHECK(server_is_serving(server));
    CHECK_INT(pthread_create(&thread, NULL, client, &port), 0);
    CHECK_INT(await(main_task, NULL), E_CANCELLED);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_INT(server_sockname(server, 0, text, sizeof text), E_LOOKUP);
    CHECK(!server_is_serving(server));
    CHECK_INT(server_serve_forever(server), E_RUNTIME);
    task_release(main_task);
    server_free(server);
}

static int start_server_1(void *arg, Value *result)
{
    static const ServerOptions deferred = { .defer_accepting = true };
    CHECK_INT(async_start_server_with(serve_one, NULL, "127.0.0.1", 0,
                                      &deferred, &server), 0);
    CHECK(!server_is_serving(server));
    check_forever(tcp_client);
    return 0;
}

TEST(start_server_1)
{
    play_real(start_server_1, NULL);
}

static int start_unix_server_1(void *arg, Value *result)
{
    CHECK_INT(async_start_unix_server(serve_one, NULL, path, &server), 0);
    check_forever(unix_client);
    CHECK(!is_there(path));
    return 0;
}

TEST(start_unix_server_1)
{
    make_folder();
    play_real(start_unix_server_1, NULL);
    remove_folder();
}

/* ---- TestServer2 ---- */
static int serve(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char *data;
    size_t length;
    int err = reader_read_all(reader, &data, &length);
    if (err == 0)
        free(data);
    writer_close(writer);
    int closed = writer_wait_closed(writer);
    return err != 0 ? err : closed;
}

static int wait_closed(void *arg, Value *result)
{
    return server_wait_closed(server);
}

static int wait_closed_basic(void *arg, Value *result)
{
    Task *tasks[3];
    server = new_server(serve, NULL);
    tasks[0] = begin(wait_closed, NULL);
    pause_turns(1);
    CHECK(!task_done(tasks[0]));
    Client client = dial(server);
    tasks[1] = begin(wait_closed, NULL);
    pause_turns(1);
    CHECK(!task_done(tasks[0]) && !task_done(tasks[1]));
    while (async_all_tasks(NULL, NULL, 0) < 4)
        CHECK_INT(async_sleep(0), 0);    /* it was let in */
    server_close(server);
    pause_turns(1);
    tasks[2] = begin(wait_closed, NULL);
    pause_turns(1);
    for (int i = 0; i < 3; i++)
        CHECK(!task_done(tasks[i]));
    writer_close(client.writer);
    CHECK_INT(writer_wait_closed(client.writer), 0);
    for (int i = 0; i < 3; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    CHECK_INT(server_wait_closed(server), 0);
    hang_up(&client);
    server_free(server);
    return 0;
}

TEST(wait_closed_basic)
{
    play_real(wait_closed_basic, NULL);
}

static void close_server(void *arg)
{
    server_close(arg);
}

static void close_writer(void *arg)
{
    writer_close(arg);
}

static int wait_closed_race(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    server = new_server(serve, NULL);
    Task *task = begin(wait_closed, NULL);
    pause_turns(1);
    CHECK(!task_done(task));
    Client client = dial(server);
    CHECK(loop_call_soon(loop, close_server, server) != 0);
    CHECK(loop_call_soon(loop, close_writer, client.writer) != 0);
    CHECK_INT(server_wait_closed(server), 0);
    CHECK_INT(task_join(task, NULL), 0);
    hang_up(&client);
    server_free(server);
    return 0;
}

TEST(wait_closed_race)
{
    play_real(wait_closed_race, NULL);
}

static int close_clients(void *arg, Value *result)
{
    server = new_server(serve, NULL);
    Client client = dial(server);
    Task *task = begin(wait_closed, NULL);
    while (async_all_tasks(NULL, NULL, 0) < 3)
        CHECK_INT(async_sleep(0), 0);
    pause_turns(2);
    CHECK(!task_done(task));
    server_close(server);
    server_close_clients(server);
    CHECK_INT(task_join(task, NULL), 0);
    hang_up(&client);
    server_free(server);
    return 0;
}

TEST(close_clients)
{
    play_real(close_clients, NULL);
}

static int overfill(StreamReader *reader, StreamWriter *writer, void *is_full)
{
    static char zeros[1 << 16];
    while (writer_get_write_buffer_size(writer) == 0)
        CHECK_INT(writer_write(writer, zeros, sizeof zeros), 0);
    *(int *)is_full = 1;
    return writer_wait_closed(writer);
}

static int abort_clients(void *arg, Value *result)
{
    int is_full = 0;
    server = new_server(overfill, &is_full);
    Client client = dial(server);
    until_count(&is_full, 1);
    Task *task = begin(wait_closed, NULL);
    pause_turns(1);
    CHECK(!task_done(task));
    server_close(server);
    server_abort_clients(server);
    CHECK_INT(task_join(task, NULL), 0);
    hang_up(&client);
    server_free(server);
    return 0;
}

TEST(abort_clients)
{
    play_real(abort_clients, NULL);
}

/* ---- UnixServerCleanupTests ---- */
static int unix_server_addr_cleanup(void *arg, Value *result)
{
    CHECK_INT(async_start_unix_server(do_nothing, NULL, path, &server), 0);
    server_close(server);
    CHECK(!is_there(path));
    server_free(server);
    return 0;
}

TEST(unix_server_addr_cleanup)
{
    make_folder();
    play_real(unix_server_addr_cleanup, NULL);
    remove_folder();
}

static int unix_server_cleanup_gone(void *arg, Value *result)
{
    CHECK_INT(async_start_unix_server(do_nothing, NULL, path, &server), 0);
    CHECK_INT(unlink(path), 0);
    server_close(server);
    server_free(server);
    return 0;
}

TEST(unix_server_cleanup_gone)
{
    make_folder();
    play_real(unix_server_cleanup_gone, NULL);
    remove_folder();
}

static int unix_server_cleanup_replaced(void *arg, Value *result)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, path);
    CHECK_INT(async_start_unix_server(do_nothing, NULL, path, &server), 0);
    CHECK_INT(unlink(path), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    server_close(server);
    CHECK(is_there(path));
    close(fd);
    server_free(server);
    return 0;
}

TEST(unix_server_cleanup_replaced)
{
    make_folder();
    play_real(unix_server_cleanup_replaced, NULL);
    remove_folder();
}
