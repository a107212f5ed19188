/* Both ends of both connections are in this process.  What worked before the
 * bugs were found still has to: that test gives nothing. */
#include "../../../check.h"
#include "../../../../code/10_streams/exercises/1_fix_relay/relay.h"

#include <math.h>
#include <sys/socket.h>

#include "../../../../code/06_gather/gather.h"
#include "../../../../code/06_gather/wait.h"

enum { MUCH = 8 << 20, RECEIPT = 300 * 1000 };

static Loop *loop;
static End client, server;      /* those of the test */
static End ours[2];             /* those of the relay */
static Task *relaying;

/* ---- Around each test ---- */
static void open_both(End *one, End *other)
{
    int fd[2];
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    CHECK_INT(async_open_fd(fd[0], &one->reader, &one->writer), 0);
    CHECK_INT(async_open_fd(fd[1], &other->reader, &other->writer), 0);
}

static void close_end(End *end)
{
    reader_free(end->reader);
    writer_free(end->writer);
    *end = (End){ NULL, NULL };
}

static int run_relay(void *arg, Value *result)
{
    return relay(ours[0], ours[1]);
}

static int run(void *arg, Value *result)
{
    const Call *calls = arg;
    open_both(&client, &ours[0]);
    open_both(&ours[1], &server);
    relaying = async_create_task(run_relay, NULL);
    CHECK(relaying != NULL);
    CHECK_INT(async_gather_calls(calls, 2, NULL, 0), 0);
    close_end(&client);
    close_end(&server);
    int err = task_join(relaying, NULL);
    close_end(&ours[0]);
    close_end(&ours[1]);
    async_sleep(0);
    async_sleep(0);
    return err;
}

/* What relay() returned. */
static int play(CoroFn *as_client, CoroFn *as_server)
{
    Call calls[2] = { { as_client, NULL }, { as_server, NULL } };
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    Task *task = loop_create_task(loop, run, calls);
    CHECK(task != NULL);
    int err = loop_run_until_complete(loop, task, NULL);
    task_release(task);
    loop_free(loop);
    return err;
}

/* ---- A dialogue ---- */
static SUSPENDS void say(End *end, const char *text)
{
    CHECK_INT(writer_write(end->writer, text, strlen(text)), 0);
    CHECK_INT(writer_drain(end->writer), 0);
}

static SUSPENDS void hear(End *end, const char *text)
{
    char *line;
    size_t length;
    CHECK_INT(reader_readline(end->reader, &line, &length), 0);
    CHECK_STR(line, text);
}

static SUSPENDS void hear_the_end(End *end)
{
    char byte;
    size_t got;
    CHECK_INT(reader_read(end->reader, &byte, 1, &got), 0);
    CHECK_INT(got, 0);
}

static int chat(void *arg, Value *result)
{
    say(&client, "Good morning\n");
    hear(&client, "Good evening\n");
    say(&client, "Where are you?\n");
    hear(&client, "Tokyo\n");
    close_end(&client);
    return 0;
}

static int answer(void *arg, Value *result)
{
    hear(&server, "Good morning\n");
    say(&server, "Good evening\n");
    hear(&server, "Where are you?\n");
    say(&server, "Tokyo\n");
    hear_the_end(&server);
    close_end(&server);
    return 0;
}

static int cancel(void *arg, Value *result)
{
    say(&client, "Hello\n");
    return 0;
}

static int hear_and_cancel(void *arg, Value *result)
{
    hear(&server, "Hello\n");
    CHECK(task_cancel(relaying));
    return 0;
}

/* ---- The tests ---- */
TEST(a_dialogue_is_carried)
{
    CHECK_INT(play(chat, answer), 0);
    CHECK_INT(play(cancel, hear_and_cancel), E_CANCELLED);
}

static int send_and_wait(void *arg, Value *result)
{
    char *data;
    size_t length;
    say(&client, "a short file");
    CHECK_INT(writer_write_eof(client.writer), 0);
    CHECK_INT(reader_read_all(client.reader, &data, &length), 0);
    CHECK_INT(length, RECEIPT);
    for (size_t i = 0; i < length; i++)
        CHECK(data[i] == (char)(i * 7 + i / 1000));
    free(data);
    CHECK(!writer_is_closing(ours[1].writer));
    return 0;
}

static int confirm(void *arg, Value *result)
{
    char *data, *receipt = malloc(RECEIPT);
    size_t length;
    CHECK(receipt != NULL);
    CHECK_INT(reader_read_all(server.reader, &data, &length), 0);
    CHECK_STR(data, "a short file");
    free(data);
    for (size_t i = 0; i < RECEIPT; i++)
        receipt[i] = (char)(i * 7 + i / 1000);
    CHECK_INT(writer_write(server.writer, receipt, RECEIPT), 0);
    free(receipt);
    CHECK_INT(writer_write_eof(server.writer), 0);
    return 0;
}

TEST_FOR(1, who_has_sent_all_still_gets_the_answer)
{
    HINT("the end of one direction is not the end of the connection");
    CHECK_INT(play(send_and_wait, confirm), 0);
}

static int send_much(void *arg, Value *result)
{
    static char piece[4096];
    for (size_t sent = 0; sent < MUCH; sent += sizeof piece) {
        CHECK_INT(writer_write(client.writer, piece, sizeof piece), 0);
        CHECK_INT(writer_drain(client.writer), 0);
    }
    CHECK_INT(writer_write_eof(client.writer), 0);
    return 0;
}

/* Looks away until all that can move has moved. */
static int look_away(void *arg, Value *result)
{
    for (int turn = 0; turn < 5000; turn++) {
        CHECK_INT(async_sleep(0), 0);
        CHECK(writer_get_write_buffer_size(ours[1].writer) <= 192 * 1024);
    }
    char *data;
    size_t length;
    CHECK_INT(reader_read_all(server.reader, &data, &length), 0);
    CHECK_INT(length, MUCH);
    free(data);
    CHECK_INT(writer_write_eof(server.writer), 0);
    return 0;
}

TEST_FOR(1, a_slow_reader_makes_the_sender_wait)
{
    HINT("writer_write() never waits; which call does?");
    CHECK_INT(play(send_much, look_away), 0);
}

/* It goes away, and has not read all. */
static int hang_up(void *arg, Value *result)
{
    char byte;
    int fd = writer_fileno(server.writer);
    while (recv(fd, &byte, 1, 0) != 1)
        CHECK_INT(async_sleep(0), 0);
    writer_abort(server.writer);
    close_end(&server);
    return 0;
}

static int be_silent(void *arg, Value *result)
{
    CHECK_INT(writer_write(client.writer, "xyz", 3), 0);
    CHECK_INT(async_wait((Future *[]){ relaying }, 1, INFINITY,
                         ALL_COMPLETED), 0);
    return 0;
}

TEST_FOR(1, one_that_fails_ends_both)
{
    HINT("who fails has to end the other direction, too");
    int fd[2];
    char byte;
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    CHECK_INT(write(fd[0], "x", 1), 1);
    close(fd[1]);
    bool is_reset = read(fd[0], &byte, 1) < 0;
    close(fd[0]);
    if (!is_reset)
        SKIP("a socket whose peer has not read all ends without an error");
    CHECK_INT(play(be_silent, hang_up), ECONNRESET);
}
