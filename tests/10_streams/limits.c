/* No descriptors left, connections that end before anybody looked, and more of
 * them at once than usual. */
#include "servers.h"

#include <sys/resource.h>

/* ---- No descriptors ---- */
/* While nothing is watched, virtual time jumps: a server that spun would keep
 * the loop from it, and report without end. */
static Server *server;
static struct rlimit usual;
static int sockets[4];

static int greeted;

static int greet_and_end(StreamReader *reader, StreamWriter *writer, void *arg)
{
    greeted++;
    return writer_write(writer, "hello", 5);
}

static void play_limited(CoroFn *function, int reports)
{
    Seen seen;
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &usual), 0);
    Loop *loop = watched_loop(&seen);
    CHECK_INT(run(loop, function, &seen), 0);
    CHECK_INT(seen.count, reports);
    CHECK_STR(seen.last.message,
              "A server could not accept, and waits a second");
    CHECK_INT(seen.last.error, EMFILE);
    loop_free(loop);
    CHECK_INT(seen.count, reports);
}

/* From here on, no descriptor is given out. */
static void take_descriptors(void)
{
    struct rlimit tight = usual;
    int fd = dup(0);
    CHECK(fd >= 0);
    close(fd);
    tight.rlim_cur = (rlim_t)fd;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &tight), 0);
    CHECK(dup(0) < 0 && errno == EMFILE);
}

static void give_descriptors(void)
{
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &usual), 0);
}

/* Their sockets were there before. */
static void make_sockets(void)
{
    for (int i = 0; i < 4; i++)
        CHECK((sockets[i] = socket(AF_INET, SOCK_STREAM, 0)) >= 0);
}

static void connect_sockets(int port)
{
    struct sockaddr_in address = loopback(port);
    for (int i = 0; i < 4; i++)
        CHECK_INT(connect(sockets[i], (struct sockaddr *)&address,
                          sizeof address), 0);
}

static void close_sockets(void)
{
    for (int i = 0; i < 4; i++)
        close(sockets[i]);
}

static void begin_tight(void)
{
    server = new_server(greet_and_end, NULL);
    make_sockets();
    take_descriptors();
    connect_sockets(server_port(server));
}

static int count_reports(void *arg, Value *result)
{
    Seen *seen = arg;
    begin_tight();
    while (seen->count == 0)
        pause_turns(1);
    double start = now();
    rest(10.5);
    CHECK_INT(seen->count, 11);
    CHECK_DOUBLE(now(), start + 10.5, 0.1);
    CHECK(server_is_serving(server));
    give_descriptors();
    close_sockets();
    server_free(server);
    return 0;
}

TEST(without_descriptors_it_reports_once_a_second)    /* ST13 */
{
    play_limited(count_reports, 11);
}

static void expect_greetings(void)
{
    char text[8] = "";
    for (int i = 0; i < 4; i++) {
        CHECK_INT(recv(sockets[i], text, 5, MSG_WAITALL), 5);
        CHECK_STR(text, "hello");
        CHECK_INT(recv(sockets[i], text, 5, 0), 0);
    }
}

static int go_on_again(void *arg, Value *result)
{
    Seen *seen = arg;
    begin_tight();
    while (seen->count == 0)
        pause_turns(1);
    rest(2.5);
    CHECK_INT(seen->count, 3);
    give_descriptors();
    while (greeted < 4)
        CHECK_INT(async_sleep(0.5), 0);
    end_server(server);
    expect_greetings();
    CHECK_INT(seen->count, 3);
    close_sockets();
    return 0;
}

TEST(it_goes_on_when_there_are_some_again)
{
    play_limited(go_on_again, 3);
}

static int close_in_pause(void *arg, Value *result)
{
    Seen *seen = arg;
    begin_tight();
    while (seen->count == 0)
        pause_turns(1);
    rest(0.5);
    server_close(server);
    CHECK_INT(server_wait_closed(server), 0);
    rest(3);
    server_free(server);
    rest(3);
    give_descriptors();
    close_sockets();
    return 0;
}

TEST(it_can_be_closed_in_the_pause)
{
    play_limited(close_in_pause, 1);
}

static int leave_in_pause(void *arg, Value *result)
{
    Seen *seen = arg;
    begin_tight();
    while (seen->count == 0)
        pause_turns(1);
    give_descriptors();
    close_sockets();
    return 0;
}

TEST(and_so_can_its_loop)
{
    play_limited(leave_in_pause, 1);
    server_free(server);
}

/* ---- Closed by whom it told ---- */
static void close_at_once(Loop *loop, const ErrorContext *context, void *arg)
{
    ++*(int *)arg;
    server_free(server);
    server = NULL;
}

static int free_in_report(void *arg, Value *result)
{
    int reports = 0;
    loop_set_exception_handler(async_get_running_loop(), close_at_once,
                               &reports);
    begin_tight();
    while (reports == 0)
        pause_turns(1);
    rest(5);
    CHECK_INT(reports, 1);
    give_descriptors();
    close_sockets();
    return 0;
}

TEST(who_is_told_may_free_the_server)
{
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &usual), 0);
    play(free_in_report, NULL);
}

/* ---- Gone before anybody looked ---- */
static int answer(StreamReader *reader, StreamWriter *writer, void *arg)
{
    (void)echo(reader, writer, NULL);    /* or it is reset */
    greeted++;
    return 0;
}

static int greet_the_last(void *arg, Value *result)
{
    server = new_server(answer, NULL);
    for (int i = 0; i < 60; i++) {
        int fd = connect_by_hand(server_port(server));
        if (i % 3 == 0)
            CHECK_INT(write(fd, "x", 1), 1);
        if (i % 2 == 0)
            vanish(fd);
        else
            close(fd);
    }
    Client client = dial(server);
    ask(&client, "hello");
    hang_up(&client);
    end_server(server);
    CHECK(greeted > 30);    /* a system may drop those that vanished */
    return 0;
}

TEST(connections_that_ended_before_the_accept_do_no_harm)
{
    play_real(greet_the_last, NULL);
}

/* ---- A thousand at once ---- */
enum { THOUSAND = 1000 };

static int talk_to_all(void *arg, Value *result)
{
    static Client clients[THOUSAND];
    char text[32];
    int probe = fcntl(0, F_DUPFD, 2 * THOUSAND + 30);
    CHECK(probe >= 0);
    int err = loop_add_reader(async_get_running_loop(), probe,
                              loop_stop_callback, NULL);
    if (err == 0)
        loop_remove_reader(async_get_running_loop(), probe);
    close(probe);
    if (err == ERANGE)
        SKIP("this selector has no room for so many");
    CHECK(err == 0 || err == EPERM);    /* a file cannot be watched there */
    server = new_server(echo, NULL);
    for (int i = 0; i < THOUSAND; i++)
        clients[i] = dial(server);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < THOUSAND; i++)
            CHECK_INT(writer_printf(clients[i].writer, "%d.%d.", i, round), 0);
        for (int i = THOUSAND - 1; i >= 0; i--) {
            snprintf(text, sizeof text, "%d.%d.", i, round);
            expect_text(&clients[i], text);
        }
    }
    for (int i = 0; i < THOUSAND; i++)
        hang_up(&clients[i]);
    end_server(server);
    return 0;
}

TEST_LIMIT(120, a_thousand_connections_echo_at_once)
{
    struct rlimit limit;
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < 2100)
        SKIP("too few descriptors");
    play_real(talk_to_all, NULL);
}
