/* servers.h - what the tests of servers and connections share: loops on the
 * real clock, a server that echoes, and clients of it. */
#ifndef SERVERS_H
#define SERVERS_H

#include "../../code/06_gather/timeout.h"
#include "../../code/10_streams/address.h"
#include "../../code/10_streams/server.h"
#include "../../code/10_streams/sock.h"
#include "../05_tasks/tasks.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* ---- Loops ---- */
static inline Loop *real_loop(void)
{
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    return loop;
}

static inline Loop *seen_loop(Seen *seen)
{
    Loop *loop = real_loop();
    *seen = (Seen){ 0 };
    loop_set_exception_handler(loop, see, seen);
    return loop;
}

/* In a loop of its own that must report nothing. */
static inline void play_real(CoroFn *function, void *arg)
{
    Seen seen;
    Loop *loop = seen_loop(&seen);
    CHECK_INT(run(loop, function, arg), 0);
    CHECK_INT(seen.count, 0);
    loop_free(loop);
    CHECK_INT(seen.count, 0);
}

/* The same where so many reports come. */
static inline void play_seen(CoroFn *function, int count, const char *message)
{
    Seen seen;
    Loop *loop = seen_loop(&seen);
    CHECK_INT(run(loop, function, &seen), 0);
    CHECK_INT(seen.count, count);
    if (count > 0)
        CHECK_STR(seen.last.message, message);
    loop_free(loop);
    CHECK_INT(seen.count, count);
}

/* ---- Handlers ---- */
/* Sends back what comes, until the end. */
static inline int echo(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char buffer[4096];
    size_t got;
    int err = reader_read(reader, buffer, sizeof buffer, &got);
    while (err == 0 && got > 0) {
        err = writer_write(writer, buffer, got);
        if (err == 0)
            err = writer_drain(writer);
        if (err == 0)
            err = reader_read(reader, buffer, sizeof buffer, &got);
    }
    return err;
}

/* Reads to the end, whatever it is; counts those that run. */
static inline int swallow(StreamReader *reader, StreamWriter *writer,
                          void *count)
{
    char buffer[4096];
    size_t got = 1;
    if (count != NULL)
        ++*(int *)count;
    while (got > 0 && reader_read(reader, buffer, sizeof buffer, &got) == 0)
        continue;
    if (count != NULL)
        --*(int *)count;
    return 0;
}

static inline int do_nothing(StreamReader *reader, StreamWriter *writer,
                             void *arg)
{
    return 0;
}

/* ---- Servers ---- */
static inline Server *new_server(ClientConnected *handler, void *arg)
{
    Server *server;
    CHECK_INT(async_start_server(handler, arg, "127.0.0.1", 0, &server), 0);
    CHECK(server_port(server) > 0);
    return server;
}

static inline void end_server(Server *server)
{
    server_close(server);
    CHECK_INT(server_wait_closed(server), 0);
    server_free(server);
}

/* ---- Clients ---- */
typedef struct Client {
    StreamReader *reader;
    StreamWriter *writer;
} Client;

static inline Client dial_port(int port)
{
    Client client;
    CHECK_INT(async_open_connection("127.0.0.1", port, &client.reader,
                                    &client.writer), 0);
    return client;
}

static inline Client dial(Server *server)
{
    return dial_port(server_port(server));
}

static inline void hang_up(Client *client)
{
    writer_free(client->writer);
    reader_free(client->reader);
}

static inline void send_text(Client *client, const char *text)
{
    CHECK_INT(writer_write(client->writer, text, strlen(text)), 0);
}

static inline void expect_text(Client *client, const char *text)
{
    char buffer[256] = "";
    size_t got;
    CHECK(strlen(text) < sizeof buffer);
    CHECK_INT(reader_readexactly(client->reader, buffer, strlen(text), &got),
              0);
    CHECK_STR(buffer, text);
}

static inline void ask(Client *client, const char *text)
{
    send_text(client, text);
    expect_text(client, text);
}

static inline void expect_end(Client *client)
{
    char byte;
    size_t got = 9;
    CHECK_INT(reader_read(client->reader, &byte, 1, &got), 0);
    CHECK_INT(got, 0);
    CHECK(reader_at_eof(client->reader));
}

/* The connection is gone in either way: an end, or a reset. */
static inline void expect_gone(Client *client)
{
    char byte;
    size_t got = 9;
    int err = reader_read(client->reader, &byte, 1, &got);
    CHECK(err == ECONNRESET || (err == 0 && got == 0));
}

/* ---- Waiting for facts ---- */
/* Turns that cost no time: what is awaited comes, or the test is late. */
static inline void until_count(const int *counter, int wanted)
{
    while (*counter != wanted)
        CHECK_INT(async_sleep(0.001), 0);
}

/* ---- By hand ---- */
/* A blocking socket that is no stream of ours. */
static inline struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline int connect_by_hand(int port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    CHECK_INT(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Bound to a free port, and not listening unless there is a backlog. */
static inline int bind_by_hand(int *port, int backlog)
{
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&address, length), 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    if (backlog >= 0)
        CHECK_INT(listen(fd, backlog), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* Without a word: the other end finds ECONNRESET. */
static inline void vanish(int fd)
{
    struct linger linger = { .l_onoff = 1, .l_linger = 0 };
    CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger),
              0);
    CHECK_INT(close(fd), 0);
}

static inline bool has_ipv6(void)
{
    struct sockaddr_in6 address = { .sin6_family = AF_INET6,
                                    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool has = fd >= 0 && bind(fd, (struct sockaddr *)&address,
                               sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return has;
}

/* ---- Paths ---- */
static char folder[] = "/tmp/weft_XXXXXX", path[64];

static inline void make_folder(void)
{
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/socket", folder);
}

static inline void remove_folder(void)
{
    unlink(path);
    CHECK_INT(rmdir(folder), 0);
}

static inline bool is_there(const char *name)
{
    struct stat status;
    return lstat(name, &status) == 0;
}

#endif
