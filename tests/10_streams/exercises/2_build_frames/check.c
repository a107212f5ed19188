/* Readers are fed by hand, one byte at a time where it matters; time is
 * virtual where there is no socket. */
#include "../../../check.h"
#include "../../../../code/10_streams/exercises/2_build_frames/frames.h"

#include <sys/socket.h>

#include "../../../../code/06_gather/gather.h"
#include "../../../../code/06_gather/timeout.h"

enum { BIG = 100 * 1000 };

/* Three messages: one of five bytes, one of none, one of two. */
static const char wire[] = "\0\0\0\5a\0\nbc" "\0\0\0\0" "\0\0\0\2\377!";
enum { WIRE = sizeof wire - 1 };

static Loop *loop;

/* ---- Around each test ---- */
static void run(CoroFn *function, void *arg, bool is_virtual)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    if (is_virtual)
        CHECK_INT(loop_use_virtual_time(loop), 0);
    Task *task = loop_create_task(loop, function, arg);
    CHECK(task != NULL);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    task_release(task);
    loop_free(loop);
}

/* ---- Receiving ---- */
static SUSPENDS void expect(FrameReader *frames, const char *wanted,
                            size_t wanted_length)
{
    char *message = (char *)"unset";
    size_t length = 99;
    CHECK_INT(receive_frame(frames, &message, &length), 0);
    CHECK_INT(length, wanted_length);
    CHECK_INT(message != NULL, wanted != NULL);
    if (wanted == NULL)
        return;
    CHECK_INT(memcmp(message, wanted, length), 0);
    CHECK_INT(message[length], 0);
    free(message);
}

static SUSPENDS void expect_error(FrameReader *frames, int err)
{
    char *message = (char *)"unset";
    size_t length = 99;
    CHECK_INT(receive_frame(frames, &message, &length), err);
    CHECK_PTR(message, NULL);
    CHECK_INT(length, 0);
}

static FrameReader new_frames(size_t limit)
{
    FrameReader frames = { reader_new(0), limit, false, 0 };
    CHECK(frames.reader != NULL);
    return frames;
}

/* One byte each second, and then the end. */
static int feed_slowly(void *arg, Value *result)
{
    for (int i = 0; i < WIRE; i++) {
        CHECK_INT(reader_feed_data(arg, &wire[i], 1), 0);
        CHECK_INT(async_sleep(1), 0);
    }
    reader_feed_eof(arg);
    return 0;
}

static SUSPENDS void expect_all(FrameReader *frames)
{
    expect(frames, "a\0\nbc", 5);
    expect(frames, "", 0);
    expect(frames, "\377!", 2);
    expect(frames, NULL, 0);
    expect(frames, NULL, 0);
}

/* ---- The tests ---- */
static int receive_slowly(void *arg, Value *result)
{
    FrameReader frames = new_frames(5);
    Task *feeding = async_create_task(feed_slowly, frames.reader);
    CHECK(feeding != NULL);
    expect_all(&frames);
    CHECK_INT(task_join(feeding, NULL), 0);
    reader_free(frames.reader);

    frames = new_frames(5);    /* and all at once */
    CHECK_INT(reader_feed_data(frames.reader, wire, WIRE), 0);
    reader_feed_eof(frames.reader);
    expect_all(&frames);
    reader_free(frames.reader);
    return 0;
}

TEST_FOR(1, messages_come_whole_whatever_the_pieces)
{
    HINT("reader_readexactly(); an empty message is a message");
    run(receive_slowly, NULL, true);
}

static int receive_cut(void *arg, Value *result)
{
    for (size_t cut = 0; cut < 9 + 4; cut++) {
        FrameReader frames = new_frames(5);
        CHECK_INT(reader_feed_data(frames.reader, wire, cut), 0);
        reader_feed_eof(frames.reader);
        if (cut >= 9)
            expect(&frames, "a\0\nbc", 5);
        if (cut == 0 || cut == 9)
            expect(&frames, NULL, 0);
        else
            expect_error(&frames, E_INCOMPLETE_READ);
        reader_free(frames.reader);
    }
    FrameReader frames = new_frames(5);
    CHECK_INT(reader_feed_data(frames.reader, wire, 6), 0);
    reader_set_error(frames.reader, ECONNRESET);
    expect_error(&frames, ECONNRESET);
    reader_free(frames.reader);
    return 0;
}

TEST_FOR(1, a_cut_is_told_from_an_end)
{
    HINT("only before the first byte of a header the end is no error");
    run(receive_cut, NULL, true);
}

static int receive_long(void *arg, Value *result)
{
    static const char huge[] = "\377\377\377\377and more";
    FrameReader frames = new_frames(4);
    CHECK_INT(reader_feed_data(frames.reader, wire, WIRE), 0);
    expect_error(&frames, E_LIMIT_OVERRUN);
    expect_error(&frames, E_LIMIT_OVERRUN);
    reader_free(frames.reader);
    frames = new_frames(FRAME_MOST);
    CHECK_INT(reader_feed_data(frames.reader, huge, sizeof huge), 0);
    expect_error(&frames, E_LIMIT_OVERRUN);
    reader_free(frames.reader);
    return 0;
}

TEST_FOR(1, nobody_makes_us_take_too_much)
{
    HINT("look at the length before you do anything with it");
    run(receive_long, NULL, true);
}

static SUSPENDS int expect_under_a_limit(FrameReader *frames, char **message,
                                         size_t *length)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 0.4), 0);
    return timeout_exit(&timeout, receive_frame(frames, message, length));
}

/* It is given up more than twice for each byte. */
static int receive_impatiently(void *arg, Value *result)
{
    static const size_t lengths[] = { 5, 0, 2 };
    FrameReader frames = new_frames(5);
    Task *feeding = async_create_task(feed_slowly, frames.reader);
    CHECK(feeding != NULL);
    char *message;
    size_t length;
    for (int i = 0; i < 3; i++) {
        int err = E_TIMEOUT;
        while (err == E_TIMEOUT)
            err = expect_under_a_limit(&frames, &message, &length);
        CHECK_INT(err, 0);
        CHECK(message != NULL);
        CHECK_INT(length, lengths[i]);
        free(message);
    }
    CHECK_INT(task_join(feeding, NULL), 0);
    expect(&frames, NULL, 0);
    reader_free(frames.reader);
    return 0;
}

TEST_FOR(1, who_is_cancelled_loses_nothing)
{
    HINT("a header that has come has to be there in the next call");
    run(receive_impatiently, NULL, true);
}

/* ---- Sending ---- */
static int send_letters(void *arg, Value *result)
{
    StreamWriter *writer = ((void **)arg)[0];
    char *letters = malloc(BIG);
    CHECK(letters != NULL);
    memset(letters, *(char *)((void **)arg)[1], BIG);
    for (int i = 0; i < 5; i++)
        CHECK_INT(send_frame(writer, letters, BIG), 0);
    free(letters);
    return 0;
}

static int receive_letters(void *arg, Value *result)
{
    FrameReader frames = { arg, BIG, false, 0 };
    for (int i = 0; i < 20; i++)    /* until all are in the middle of it */
        CHECK_INT(async_sleep(0), 0);
    for (int i = 0; i < 10; i++) {
        char *message;
        size_t length;
        CHECK_INT(receive_frame(&frames, &message, &length), 0);
        CHECK(message != NULL);
        CHECK_INT(length, BIG);
        for (size_t at = 1; at < length; at++)
            CHECK_INT(message[at], message[0]);
        free(message);
    }
    return 0;
}

static SUSPENDS void open_pair(StreamWriter **writer, StreamReader **reader)
{
    int fd[2];
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    CHECK_INT(async_open_fd(fd[0], NULL, writer), 0);
    CHECK_INT(async_open_fd(fd[1], reader, NULL), 0);
}

static int cancel_soon(void *arg, Value *result)
{
    for (int i = 0; i < 20; i++)
        CHECK_INT(async_sleep(0), 0);
    CHECK(task_cancel(arg));
    return 0;
}

static int send_and_be_cancelled(void *arg, Value *result)
{
    char *zeros = calloc(1, BIG * 10);
    CHECK(zeros != NULL);
    int err = send_frame(arg, zeros, BIG * 10);
    free(zeros);
    return err;
}

static int send_all_ways(void *arg, Value *result)
{
    StreamWriter *writer;
    StreamReader *reader;
    char byte, *message;
    size_t length;
    open_pair(&writer, &reader);
    CHECK_INT(send_frame(writer, &byte, FRAME_MOST + 1), E_VALUE);
    void *a[2] = { writer, (void *)"a" }, *b[2] = { writer, (void *)"b" };
    CHECK_INT(async_gather_calls(CALLS({ send_letters, a },
                                       { send_letters, b },
                                       { receive_letters, reader }),
                                 NULL, 0), 0);
    Task *sending = async_create_task(send_and_be_cancelled, writer);
    Task *cancelling = async_create_task(cancel_soon, sending);
    CHECK_INT(task_join(cancelling, NULL), 0);
    CHECK_INT(await(sending, NULL), E_CANCELLED);
    task_release(sending);
    FrameReader frames = { reader, BIG * 10, false, 0 };
    CHECK_INT(receive_frame(&frames, &message, &length), 0);
    CHECK_INT(length, BIG * 10);
    free(message);
    writer_free(writer);
    reader_free(reader);
    return async_sleep(0);
}

TEST_FOR(1, what_is_sent_goes_in_one_piece_and_waits)
{
    HINT("nothing may suspend between the header and the message");
    run(send_all_ways, NULL, false);
}
