/* Connections are made: each address of a host in turn, until one answers, the
 * task is cancelled, or none is left. */
#include "servers.h"

#include <netdb.h>

/* ---- Refused ---- */
static Client none;

static int try_refused(void *arg, Value *result)
{
    int port, fd = bind_by_hand(&port, -1);
    Client *c = &none;
    CHECK_INT(async_open_connection("127.0.0.1", port, &c->reader, &c->writer),
              ECONNREFUSED);
    close(fd);
    CHECK_INT(async_open_connection("127.0.0.1", -1, &c->reader, &c->writer),
              E_VALUE);
    CHECK_INT(async_open_connection("127.0.0.1", 65536, &c->reader,
                                    &c->writer), E_VALUE);
    return 0;
}

TEST(a_refused_connection_says_so)
{
    play_real(try_refused, NULL);
}

static int try_nowhere(void *arg, Value *result)
{
    Client *c = &none;
    ConnectFailure failures[2];
    size_t n = 9;
    ConnectOptions options = { .failures = failures, .max_failures = 2,
                               .n_failures = &n };
    CHECK_INT(async_open_connection_with("no.such.host.invalid", 1, &options,
                                         &c->reader, &c->writer), E_LOOKUP);
    CHECK_INT(n, 0);
    return 0;
}

TEST_LIMIT(60, a_host_that_does_not_exist_says_so)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_real(try_nowhere, NULL);
}

/* ---- Several addresses ---- */
/* The addresses that the name has here, one after the other. */
static size_t addresses_of(const char *name, int port, struct addrinfo **list)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    char service[8];
    size_t n = 0;
    snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(name, service, &hints, list) != 0)
        SKIP("no localhost");
    for (struct addrinfo *info = *list; info != NULL; info = info->ai_next)
        n++;
    return n;
}

static int fail_everywhere(void *arg, Value *result)
{
    Client *c = &none;
    ConnectFailure failures[9];
    struct addrinfo *list, *info;
    size_t n = 0, count;
    char text[64];
    ConnectOptions options = { .failures = failures, .max_failures = 9,
                               .n_failures = &n };
    int port, fd = bind_by_hand(&port, -1);
    count = addresses_of("localhost", port, &list);
    CHECK(count <= 9);
    int err = async_open_connection_with("localhost", port, &options,
                                         &c->reader, &c->writer);
    CHECK_INT(n, count);
    CHECK_INT(err, failures[n - 1].error);
    info = list;
    for (size_t i = 0; i < n; i++, info = info->ai_next) {
        CHECK_INT(address_text(info->ai_addr, info->ai_addrlen, text,
                               sizeof text), 0);
        CHECK_STR(failures[i].address, text);
        CHECK(failures[i].error != 0);
        if (info->ai_family == AF_INET)
            CHECK_INT(failures[i].error, ECONNREFUSED);
    }
    freeaddrinfo(list);
    close(fd);
    return 0;
}

TEST(each_address_that_failed_is_recorded)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_real(fail_everywhere, NULL);
}

static int count_only(void *arg, Value *result)
{
    Client *c = &none;
    ConnectFailure failures[2] = { { .error = 77 }, { .error = 77 } };
    size_t n = 9;
    int port, fd = bind_by_hand(&port, -1);
    ConnectOptions options = { .n_failures = &n };
    CHECK_INT(async_open_connection_with("127.0.0.1", port, &options,
                                         &c->reader, &c->writer),
              ECONNREFUSED);
    CHECK_INT(n, 1);
    options = (ConnectOptions){ .failures = failures, .max_failures = 1 };
    CHECK_INT(async_open_connection_with("127.0.0.1", port, &options,
                                         &c->reader, &c->writer),
              ECONNREFUSED);
    CHECK_INT(failures[0].error, ECONNREFUSED);
    CHECK_INT(failures[1].error, 77);
    close(fd);
    return 0;
}

TEST(what_is_not_wanted_of_failures_is_left_out)
{
    play_real(count_only, NULL);
}

/* It listens at 127.0.0.1 only: ::1 fails first, where there is one. */
static int second_answers(void *arg, Value *result)
{
    Client c;
    ConnectFailure failures[9];
    struct addrinfo *list;
    size_t n = 9, before = 0;
    Server *server = new_server(echo, NULL);
    ConnectOptions options = { .failures = failures, .max_failures = 9,
                               .n_failures = &n };
    addresses_of("localhost", server_port(server), &list);
    for (struct addrinfo *i = list; i->ai_family != AF_INET; i = i->ai_next)
        before++;
    freeaddrinfo(list);
    CHECK_INT(async_open_connection_with("localhost", server_port(server),
                                         &options, &c.reader, &c.writer), 0);
    CHECK_INT(n, before);
    ask(&c, "here");
    hang_up(&c);
    end_server(server);
    return 0;
}

TEST(the_next_address_is_tried_when_one_fails)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_real(second_answers, NULL);
}
