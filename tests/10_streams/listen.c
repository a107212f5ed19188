/* Where servers listen: at several addresses, over IPv6, beside each other; and
 * where they cannot. */
#include "servers.h"

/* ---- Servers at several addresses ---- */
static int at_every_address(void *arg, Value *result)
{
    Server *server;
    Client client;
    char text[64];
    size_t n = 0;
    CHECK_INT(async_start_server(echo, NULL, arg, 0, &server), 0);
    for (; server_sockname(server, n, text, sizeof text) == 0; n++) {
        const char *colon = strrchr(text, ':');
        CHECK(colon != NULL);
        CHECK_INT(atoi(colon + 1), server_port(server));
        const char *host = text[0] == '[' ? "::1" : "127.0.0.1";
        CHECK_INT(async_open_connection(host, server_port(server),
                                        &client.reader, &client.writer), 0);
        ask(&client, text);
        hang_up(&client);
    }
    CHECK(n >= 1);
    if (arg == NULL && has_ipv6())
        CHECK_INT(n, 2);
    end_server(server);
    return 0;
}

TEST(a_server_has_the_same_port_at_every_interface)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_real(at_every_address, NULL);
}

TEST(and_at_every_address_of_a_name)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_real(at_every_address, "localhost");
}

static int over_ipv6(void *arg, Value *result)
{
    Server *server;
    Client client;
    char text[64], wanted[64];
    CHECK_INT(async_start_server(echo, NULL, "::1", 0, &server), 0);
    CHECK_INT(async_open_connection("::1", server_port(server), &client.reader,
                                    &client.writer), 0);
    snprintf(wanted, sizeof wanted, "[::1]:%d", server_port(server));
    CHECK_INT(writer_peername(client.writer, text, sizeof text), 0);
    CHECK_STR(text, wanted);
    CHECK_INT(server_sockname(server, 0, text, sizeof text), 0);
    CHECK_STR(text, wanted);
    ask(&client, "six");
    hang_up(&client);
    end_server(server);
    return 0;
}

TEST(ipv6_is_like_ipv4)
{
    if (!has_ipv6())
        SKIP("no IPv6 here");
    play_real(over_ipv6, NULL);
}

static int reuse_port(void *arg, Value *result)
{
    static const ServerOptions reuse = { .reuse_port = true, .backlog = 5 };
    Server *one, *two;
    int err = async_start_server_with(echo, NULL, "127.0.0.1", 0, &reuse, &one);
    if (err == ENOTSUP)
        SKIP("no SO_REUSEPORT here");
    CHECK_INT(err, 0);
    CHECK_INT(async_start_server_with(echo, NULL, "127.0.0.1",
                                      server_port(one), &reuse, &two), 0);
    CHECK_INT(server_port(two), server_port(one));
    for (int i = 0; i < 20; i++) {
        Client client = dial(one);
        ask(&client, "to one of them");
        hang_up(&client);
    }
    end_server(one);
    Client client = dial(two);
    ask(&client, "to the other");
    hang_up(&client);
    end_server(two);
    return 0;
}

TEST(two_may_share_a_port_if_both_say_so)
{
    play_real(reuse_port, NULL);
}

/* ---- Who may not ---- */
static int refuse(void *arg, Value *result)
{
    Server *server = (Server *)&server;
    CHECK_INT(async_start_server(NULL, NULL, "127.0.0.1", 0, &server),
              E_VALUE);
    CHECK_PTR(server, NULL);
    CHECK_INT(async_start_server(echo, NULL, "127.0.0.1", -1, &server),
              E_VALUE);
    CHECK_INT(async_start_server(echo, NULL, "127.0.0.1", 65536, &server),
              E_VALUE);
    CHECK_INT(async_start_server(echo, NULL, "192.0.2.1", 0, &server),
              EADDRNOTAVAIL);
    CHECK_PTR(server, NULL);
    return 0;
}

TEST(bad_addresses_and_ports_are_refused)
{
    Server *server;
    StreamReader *reader;
    StreamWriter *writer;
    play_real(refuse, NULL);
    CHECK_INT(async_start_server(echo, NULL, "127.0.0.1", 0, &server),
              E_RUNTIME);
    CHECK_INT(async_open_connection("127.0.0.1", 1, &reader, &writer),
              E_RUNTIME);
}

static int look_up_in_vain(void *arg, Value *result)
{
    Server *server = (Server *)&server;
    CHECK_INT(async_start_server(echo, NULL, "no.such.host.invalid", 0,
                                 &server), E_LOOKUP);
    CHECK_PTR(server, NULL);
    return 0;
}

TEST_LIMIT(60, a_host_that_does_not_exist_is_refused)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_real(look_up_in_vain, NULL);
}

static int take_twice(void *arg, Value *result)
{
    Server *first = new_server(echo, NULL), *second;
    CHECK_INT(async_start_server(echo, NULL, "127.0.0.1", server_port(first),
                                 &second), EADDRINUSE);
    CHECK_PTR(second, NULL);
    Client client = dial(first);
    ask(&client, "mine");
    hang_up(&client);
    end_server(first);
    return 0;
}

TEST(a_port_in_use_is_refused)
{
    play_real(take_twice, NULL);
}
