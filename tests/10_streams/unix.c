/* Servers at a path, and who finds them there. */
#include "servers.h"

#include <dirent.h>

/* ---- Helpers ---- */
static Server *new_unix_server(ClientConnected *handler, void *arg)
{
    Server *server;
    CHECK_INT(async_start_unix_server(handler, arg, path, &server), 0);
    return server;
}

static Client dial_path(void)
{
    Client client;
    CHECK_INT(async_open_unix_connection(path, &client.reader, &client.writer),
              0);
    return client;
}

static int refused_path(const char *name)
{
    Client client;
    return async_open_unix_connection(name, &client.reader, &client.writer);
}

static void play_in_folder(CoroFn *function)
{
    make_folder();
    play_real(function, NULL);
    remove_folder();
}

/* A socket there that nobody listens to; -1: its descriptor is closed. */
static int bind_there(int type)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, type, 0);
    CHECK(fd >= 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    CHECK_INT(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void write_file(void)
{
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    fputs("mine", file);
    fclose(file);
}

/* ---- A connection ---- */
static int talk(void *arg, Value *result)
{
    char text[64] = "?";
    Server *server = new_unix_server(echo, NULL);
    CHECK(server_is_serving(server));
    CHECK_INT(server_port(server), 0);
    CHECK_INT(server_sockname(server, 0, text, sizeof text), 0);
    CHECK_STR(text, path);
    CHECK_INT(server_sockname(server, 0, text, 5), E_VALUE);
    Client client = dial_path();
    CHECK_INT(writer_peername(client.writer, text, sizeof text), 0);
    CHECK_STR(text, path);
    CHECK_INT(writer_sockname(client.writer, text, sizeof text), 0);
    CHECK_STR(text, "");
    ask(&client, "hello");
    CHECK_INT(writer_write_eof(client.writer), 0);
    expect_end(&client);
    hang_up(&client);
    end_server(server);
    CHECK(!is_there(path));
    return 0;
}

TEST(a_path_is_like_a_port)
{
    play_in_folder(talk);
}

/* ---- Bad paths ---- */
static int try_bad(const char *name)
{
    Server *server = (Server *)&server;
    int err = async_start_unix_server(echo, NULL, name, &server);
    CHECK_PTR(server, NULL);
    CHECK_INT(refused_path(name), err);
    return err;
}

static int try_all_bad(void *arg, Value *result)
{
    struct sockaddr_un address;
    char text[sizeof address.sun_path + 2];
    memset(text, 'x', sizeof text);
    memcpy(text, "/tmp/", 5);
    text[sizeof text - 1] = '\0';
    CHECK_INT(try_bad(text), ENAMETOOLONG);
    text[sizeof text - 2] = '\0';    /* no room for the NUL */
    CHECK_INT(try_bad(text), ENAMETOOLONG);
    CHECK_INT(try_bad(""), ENOENT);
    CHECK_INT(try_bad(NULL), ENOENT);
    snprintf(text, sizeof text, "%s/missing/socket", folder);
    CHECK_INT(try_bad(text), ENOENT);
    Server *server;
    CHECK_INT(async_start_unix_server(NULL, NULL, path, &server), E_VALUE);
    return 0;
}

TEST(bad_paths_are_refused_at_both_ends)
{
    play_in_folder(try_all_bad);
}

static int longest(void *arg, Value *result)
{
    struct sockaddr_un address;
    char name[sizeof address.sun_path], text[sizeof address.sun_path];
    Server *server;
    Client client;
    size_t n = strlen(folder);
    memcpy(name, folder, n);
    memset(name + n, 'x', sizeof name - n);
    name[n] = '/';
    name[sizeof name - 1] = '\0';
    CHECK_INT(async_start_unix_server(echo, NULL, name, &server), 0);
    CHECK_INT(server_sockname(server, 0, text, sizeof text), 0);
    CHECK_STR(text, name);
    CHECK_INT(async_open_unix_connection(name, &client.reader, &client.writer),
              0);
    ask(&client, "long");
    hang_up(&client);
    end_server(server);
    CHECK(!is_there(name));
    return 0;
}

TEST(the_longest_path_that_fits_works)
{
    play_in_folder(longest);
}

/* ---- Nobody there ---- */
static int find_nobody(void *arg, Value *result)
{
    CHECK_INT(refused_path(path), ENOENT);
    close(bind_there(SOCK_STREAM));
    CHECK_INT(refused_path(path), ECONNREFUSED);
    return 0;
}

TEST(nobody_answers_at_a_path_without_a_server)
{
    play_in_folder(find_nobody);
}

/* ---- What is there already ---- */
static int replace_stale(void *arg, Value *result)
{
    close(bind_there(SOCK_STREAM));
    Server *server = new_unix_server(echo, NULL);
    Client client = dial_path();
    ask(&client, "new");
    hang_up(&client);
    end_server(server);
    CHECK(!is_there(path));
    return 0;
}

TEST(a_stale_socket_is_replaced)
{
    play_in_folder(replace_stale);
}

static int keep_living(void *arg, Value *result)
{
    Server *server = new_unix_server(echo, NULL), *second;
    for (int i = 0; i < 3; i++) {
        CHECK_INT(async_start_unix_server(echo, NULL, path, &second),
                  EADDRINUSE);
        CHECK_PTR(second, NULL);
    }
    Client client = dial_path();
    ask(&client, "old");
    hang_up(&client);
    end_server(server);
    return 0;
}

TEST(a_living_one_is_kept)
{
    play_in_folder(keep_living);
}

/* Its queue is full: nobody else can be refused there. */
static int keep_busy(void *arg, Value *result)
{
    Server *server;
    int fds[4], fd = bind_there(SOCK_STREAM);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, path);
    CHECK_INT(listen(fd, 0), 0);
    for (int i = 0; i < 4; i++) {
        fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK_INT(fcntl(fds[i], F_SETFL, O_NONBLOCK), 0);
        if (connect(fds[i], (struct sockaddr *)&address, sizeof address) < 0)
            CHECK(errno == EAGAIN || errno == ECONNREFUSED);
    }
    CHECK_INT(async_start_unix_server(echo, NULL, path, &server), EADDRINUSE);
    CHECK(is_there(path));
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    close(fd);
    return 0;
}

TEST(so_is_one_whose_queue_is_full)
{
#ifndef __linux__
    SKIP("a full queue refuses here, as a dead server does");
#endif
    play_in_folder(keep_busy);
}

static int keep_others(void *arg, Value *result)
{
    Server *server;
    struct stat status;
    write_file();
    CHECK_INT(async_start_unix_server(echo, NULL, path, &server), EADDRINUSE);
    CHECK_INT(stat(path, &status), 0);
    CHECK(S_ISREG(status.st_mode) && status.st_size == 4);
    CHECK(refused_path(path) != 0);
    CHECK_INT(unlink(path), 0);
    CHECK_INT(mkdir(path, 0700), 0);
    CHECK_INT(async_start_unix_server(echo, NULL, path, &server), EADDRINUSE);
    CHECK_INT(rmdir(path), 0);
    CHECK_INT(symlink("nowhere", path), 0);
    CHECK_INT(async_start_unix_server(echo, NULL, path, &server), EADDRINUSE);
    CHECK(is_there(path));
    CHECK_INT(unlink(path), 0);
    int fd = bind_there(SOCK_DGRAM);
    CHECK_INT(async_start_unix_server(echo, NULL, path, &server), EADDRINUSE);
    CHECK(is_there(path));
    close(fd);
    return 0;
}

TEST(and_any_other_file)
{
    play_in_folder(keep_others);
}

/* ---- Removed when it closes ---- */
static int leave_replaced(void *arg, Value *result)
{
    Server *server = new_unix_server(echo, NULL);
    CHECK_INT(unlink(path), 0);
    int fd = bind_there(SOCK_STREAM);
    server_close(server);
    CHECK(is_there(path));
    close(fd);
    CHECK_INT(unlink(path), 0);
    server_free(server);
    server = new_unix_server(echo, NULL);
    CHECK_INT(unlink(path), 0);
    write_file();
    server_free(server);
    CHECK(is_there(path));
    CHECK_INT(unlink(path), 0);
    server = new_unix_server(echo, NULL);
    CHECK_INT(unlink(path), 0);
    server_free(server);    /* it has gone */
    return 0;
}

TEST(only_our_own_socket_is_removed)
{
    play_in_folder(leave_replaced);
}

static int only_once(void *arg, Value *result)
{
    Server *first = new_unix_server(echo, NULL);
    server_close(first);
    CHECK(!is_there(path));
    Server *second = new_unix_server(echo, NULL);
    server_close(first);
    server_free(first);
    CHECK(is_there(path));
    Client client = dial_path();
    ask(&client, "second");
    hang_up(&client);
    end_server(second);
    CHECK(!is_there(path));
    return 0;
}

TEST(a_path_is_free_again_after_the_close)
{
    play_in_folder(only_once);
}

static int count_entries(void)
{
    int n = 0;
    DIR *directory = opendir(folder);
    CHECK(directory != NULL);
    while (readdir(directory) != NULL)
        n++;
    closedir(directory);
    return n;
}

static Server *left[2];

static int leave_open(void *arg, Value *result)
{
    left[0] = new_unix_server(echo, NULL);
    left[1] = new_server(echo, NULL);
    return 0;
}

TEST(a_loop_that_closes_removes_it_and_closes_all_servers)
{
    make_folder();
    int before = count_entries();
    Loop *loop = real_loop();
    CHECK_INT(run(loop, leave_open, NULL), 0);
    CHECK_INT(count_entries(), before + 1);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(count_entries(), before);
    for (int i = 0; i < 2; i++)
        CHECK(!server_is_serving(left[i]));
    server_free(left[0]);
    loop_free(loop);
    server_free(left[1]);
    remove_folder();
}
