/* Addresses as text, and names that are looked up while the loop goes on. */
#include "../../code/10_streams/address.h"
#include "../../code/10_streams/sock.h"
#include "streams.h"

#include <netdb.h>
#include <sys/un.h>

/* ---- As text ---- */
static void check_text(const void *address, size_t length, const char *wanted)
{
    char text[128];
    size_t size = strlen(wanted) + 1;
    memset(text, '#', sizeof text);
    CHECK_INT(address_text(address, (socklen_t)length, text, size), 0);
    CHECK_STR(text, wanted);
    CHECK_INT(address_text(address, (socklen_t)length, text, size - 1),
              E_VALUE);
}

TEST(addresses_of_the_internet)
{
    struct sockaddr_in four = { .sin_family = AF_INET,
                                .sin_port = htons(8888) };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6,
                                .sin6_port = htons(65535) };
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check_text(&four, sizeof four, "127.0.0.1:8888");
    four.sin_addr.s_addr = 0;
    four.sin_port = 0;
    check_text(&four, sizeof four, "0.0.0.0:0");
    check_text(&six, sizeof six, "[::]:65535");
    six.sin6_addr.s6_addr[15] = 1;
    check_text(&six, sizeof six, "[::1]:65535");
}

TEST(addresses_that_are_paths)
{
    struct sockaddr_un path = { .sun_family = AF_UNIX };
    size_t start = offsetof(struct sockaddr_un, sun_path);
    char text[200];
    check_text(&path, start, "");
    strcpy(path.sun_path, "/tmp/a socket");
    check_text(&path, sizeof path, "/tmp/a socket");
    check_text(&path, start + 5, "/tmp/");    /* it need not end with NUL */
    memset(path.sun_path, 'x', sizeof path.sun_path);
    CHECK_INT(address_text((struct sockaddr *)&path, sizeof path, text,
                           sizeof text), 0);
    CHECK_INT(strlen(text), sizeof path.sun_path);
}

TEST(an_address_of_no_family)
{
    struct sockaddr_storage none = { .ss_family = AF_UNSPEC };
    char text[200] = "";
    CHECK_INT(address_text((struct sockaddr *)&none, sizeof none, text,
                           sizeof text), E_VALUE);
}

/* ---- Who is there ---- */
static int ask_writer(void *arg, Value *result)
{
    char ours[64], theirs[64], wanted[64];
    struct sockaddr_in at;
    socklen_t length = sizeof at;
    Stream stream = open_tcp_stream();
    CHECK_INT(getpeername(stream.fd, (struct sockaddr *)&at, &length), 0);
    snprintf(wanted, sizeof wanted, "127.0.0.1:%d", ntohs(at.sin_port));
    CHECK_INT(writer_peername(stream.writer, theirs, sizeof theirs), 0);
    CHECK_STR(theirs, wanted);
    CHECK_INT(writer_sockname(stream.writer, ours, sizeof ours), 0);
    CHECK(strcmp(ours, theirs) != 0);
    CHECK_INT(writer_peername(stream.writer, theirs, strlen(wanted)), E_VALUE);
    CHECK_INT(writer_fileno(stream.writer), stream.fd);
    writer_abort(stream.writer);
    CHECK_INT(writer_wait_closed(stream.writer), 0);
    CHECK_INT(writer_fileno(stream.writer), -1);
    CHECK_INT(writer_sockname(stream.writer, ours, sizeof ours), ENOTCONN);
    end_stream(&stream);
    stream = open_stream();
    CHECK_INT(writer_peername(stream.writer, theirs, sizeof theirs), 0);
    CHECK_STR(theirs, "");    /* it has no name */
    end_stream(&stream);
    stream = open_stream();
    writer_abort(stream.writer);
    CHECK_INT(writer_wait_closed(stream.writer), 0);
    CHECK_INT(writer_peername(stream.writer, theirs, sizeof theirs), ENOTCONN);
    end_stream(&stream);
    return 0;
}

TEST(a_writer_knows_who_is_there)
{
    play_twice(ask_writer, NULL);
}

/* ---- Looking up ---- */
static int look_up(const char *host, const char *service, int flags,
                   struct addrinfo **list)
{
    struct addrinfo hints = { .ai_flags = flags, .ai_socktype = SOCK_STREAM };
    return loop_getaddrinfo(async_get_running_loop(), host, service, &hints,
                            list);
}

static int look_up_numbers(void *arg, Value *result)
{
    struct addrinfo *list = NULL;
    char text[64];
    tell_soon("turn");
    CHECK_INT(look_up("127.0.0.1", "80", 0, &list), 0);
    CHECK_STR(story, "");    /* at once */
    CHECK_INT(address_text(list->ai_addr, list->ai_addrlen, text, sizeof text),
              0);
    CHECK_STR(text, "127.0.0.1:80");
    freeaddrinfo(list);
    CHECK_INT(look_up("::1", "443", 0, &list), 0);
    CHECK_INT(address_text(list->ai_addr, list->ai_addrlen, text, sizeof text),
              0);
    CHECK_STR(text, "[::1]:443");
    freeaddrinfo(list);
    CHECK_INT(look_up(NULL, "0", AI_PASSIVE, &list), 0);
    CHECK_STR(story, "");
    freeaddrinfo(list);
    pause_turns(1);
    return 0;
}

TEST(numbers_are_looked_up_at_once)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_twice(look_up_numbers, NULL);
}

static int look_up_local(void *arg, Value *result)
{
    struct addrinfo *list;
    tell_soon("turn");
    CHECK_INT(look_up("localhost", "80", 0, &list), 0);
    CHECK_STR(story, "turn");    /* others ran */
    CHECK(list != NULL);
    freeaddrinfo(list);
    CHECK_INT(look_up("no host has blanks", "80", 0, &list), E_LOOKUP);
    CHECK_PTR(list, NULL);
    CHECK_INT(look_up("127.0.0.1", "no such service", 0, &list), E_LOOKUP);
    CHECK_INT(look_up("127.0.0.300", "80", AI_NUMERICHOST, &list), E_LOOKUP);
    return 0;
}

TEST_LIMIT(30, names_are_looked_up_in_a_thread)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_twice(look_up_local, NULL);
}

static int look_up_and_wait(void *arg, Value *result)
{
    struct addrinfo *list;
    int err = look_up("localhost", "80", 0, &list);
    if (err == 0)
        freeaddrinfo(list);
    return err;
}

static int cancel_lookup(void *arg, Value *result)
{
    Task *task = begin(look_up_and_wait, NULL);
    pause_turns(1);
    if (task_cancel(task))
        CHECK_INT(task_join(task, NULL), E_CANCELLED);
    else
        CHECK_INT(task_join(task, NULL), 0);
    return 0;
}

TEST_LIMIT(30, a_lookup_may_be_cancelled)
{
    LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
    play_twice(cancel_lookup, NULL);
}

TEST(only_tasks_look_up)
{
    struct addrinfo *list;
    Loop *loop = ordered_loop();
    CHECK_INT(loop_getaddrinfo(loop, "127.0.0.1", "80", NULL, &list),
              E_RUNTIME);
    CHECK_PTR(list, NULL);
    loop_free(loop);
}
