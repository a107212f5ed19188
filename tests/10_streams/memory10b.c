/* Memory: servers and connections that cannot be made say so, and leave nothing
 * behind.  For that they are compiled in here, over an allocator of our own. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int allowed = -1;    /* allocations until one fails; -1: none does */

static bool refuse(void)
{
    return allowed >= 0 && allowed-- == 0;
}

static void *test_malloc(size_t size)
{
    return refuse() ? NULL : malloc(size);
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

static void *test_realloc(void *memory, size_t size)
{
    return refuse() ? NULL : realloc(memory, size);
}

static char *test_strdup(const char *text)
{
    return refuse() ? NULL : strdup(text);
}

#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(memory, size) test_realloc(memory, size)
#undef strdup
#define strdup(text) test_strdup(text)
#define join join_transports
#define leave leave_transports
#include "../../code/10_streams/transport.c"
#undef join
#undef leave
#define join join_servers
#define leave leave_servers
#define wake wake_server
#include "../../code/10_streams/server.c"
#undef join
#undef leave
#undef wake
#include "../../code/10_streams/listen.c"
#define report report_accept
#define start start_accept
#define end end_accept
#include "../../code/10_streams/accept.c"
#undef report
#undef start
#undef end
#define begin begin_connect
#define end end_connect
#include "../../code/10_streams/connect.c"
#undef begin
#undef end
#undef malloc
#undef calloc
#undef realloc
#undef strdup

#include "servers.h"

/* ---- Servers ---- */
static int start_without(void *arg, Value *result)
{
    Server *server;
    int err = ENOMEM, n = 0;
    for (; err != 0; n++) {
        allowed = n;
        err = async_start_server(do_nothing, NULL, "127.0.0.1", 0, &server);
        allowed = -1;
        CHECK(err == 0 || err == ENOMEM);
        CHECK((server == NULL) == (err != 0));
    }
    CHECK(n > 2);
    CHECK(server_is_serving(server));
    server_free(server);
    return 0;
}

TEST(a_server_that_cannot_be_made_is_null)
{
    play_real(start_without, NULL);
}

static int start_path_without(void *arg, Value *result)
{
    Server *server;
    int err = ENOMEM, n = 0;
    for (; err != 0; n++) {
        allowed = n;
        err = async_start_unix_server(do_nothing, NULL, path, &server);
        allowed = -1;
        CHECK(err == 0 || err == ENOMEM);
        CHECK(is_there(path) == (err == 0));
        CHECK((server == NULL) == (err != 0));
    }
    CHECK(n > 2);
    server_free(server);
    return 0;
}

TEST(and_leaves_no_path)
{
    make_folder();
    play_real(start_path_without, NULL);
    remove_folder();
}

/* ---- Connections ---- */
static int connect_without(void *arg, Value *result)
{
    int port, fd = bind_by_hand(&port, 9), err = ENOMEM, n = 0;
    Server *server = new_server(do_nothing, NULL);    /* the first of a loop */
    Client client;
    for (; err != 0; n++) {
        allowed = n;
        err = async_open_connection("127.0.0.1", port, &client.reader,
                                    &client.writer);
        allowed = -1;
        CHECK(err == 0 || err == ENOMEM);
    }
    CHECK(n > 2);
    hang_up(&client);
    close(fd);
    end_server(server);
    return 0;
}

TEST(a_connection_that_cannot_be_made_says_so)
{
    play_real(connect_without, NULL);
}

static int accept_without(void *arg, Value *result)
{
    Seen *seen = arg;
    Server *server = new_server(echo, NULL);
    int served = 0, n = 0;
    char byte;
    for (; !served; n++) {
        int before = seen->count, fd = connect_by_hand(server_port(server));
        CHECK_INT(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
        CHECK_INT(write(fd, "x", 1), 1);
        allowed = n;
        ssize_t got = -1;
        while ((got = recv(fd, &byte, 1, 0)) < 0 && errno == EAGAIN)
            pause_turns(1);
        allowed = -1;
        served = got == 1;
        CHECK_INT(seen->count, before + !served);
        CHECK(served || seen->last.error == ENOMEM);
        close(fd);
    }
    CHECK(n > 2);
    end_server(server);
    return 0;
}

TEST(one_that_cannot_be_served_is_reported_and_closed)
{
    Seen seen;
    Loop *loop = seen_loop(&seen);
    CHECK_INT(run(loop, accept_without, &seen), 0);
    CHECK_STR(seen.last.message, "A connection could not be served");
    loop_free(loop);
}
