/* Streams that are still open when their loop closes: in debug mode each is
 * reported once (L18). */
#include <sys/wait.h>

#include "../../code/03_futures/future_inside.h"
#include "streams.h"

/* ---- Reports ---- */
static int count;
static char message[80];
static Origin origin;
static bool frees_handles;
static Stream stream;

static void hear(Loop *loop, const ErrorContext *context, void *arg)
{
    count++;
    snprintf(message, sizeof message, "%s", context->message);
    origin = context->origin;
    CHECK_INT(context->error, 0);
    if (frees_handles) {
        writer_free(stream.writer);
        reader_free(stream.reader);
    }
}

/* ---- A stream that is open ---- */
static int ends[2];

static int open_one(void *arg, Value *result)
{
    make_pair(ends);
    origin_now = (Origin){ "opened.c", 17 };
    int err = async_open_fd(ends[0], &stream.reader, &stream.writer);
    origin_now = (Origin){ .file = NULL };
    return err;
}

static Loop *loop_with_stream(bool is_debug)
{
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    loop_set_debug(loop, is_debug);
    loop_set_exception_handler(loop, hear, NULL);
    CHECK_INT(run(loop, open_one, NULL), 0);
    return loop;
}

static void free_stream(void)
{
    writer_free(stream.writer);
    reader_free(stream.reader);
    close(ends[1]);
}

/* ---- In debug mode ---- */
TEST(a_stream_left_open_is_reported_once)    /* L18 */
{
    char wanted[80];
    Loop *loop = loop_with_stream(true);
    CHECK_INT(count, 0);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(count, 1);
    snprintf(wanted, sizeof wanted, "A stream was never closed: fd %d",
             ends[0]);
    CHECK_STR(message, wanted);
    CHECK_STR(origin.file, "opened.c");
    CHECK_INT(origin.line, 17);
    CHECK(!is_open(ends[0]));
    CHECK_INT(loop_close(loop), 0);
    loop_free(loop);
    free_stream();
    CHECK_INT(count, 1);
}

TEST(the_handler_may_free_the_stream)
{
    frees_handles = true;
    Loop *loop = loop_with_stream(true);
    loop_free(loop);
    CHECK_INT(count, 1);
    CHECK(!is_open(ends[0]));
    close(ends[1]);
}

static int open_two(void *arg, Value *result)
{
    int more[2];
    make_pair(more);
    Stream *other = arg;
    CHECK_INT(async_open_fd(more[0], &other->reader, &other->writer), 0);
    other->peer = more[1];
    return open_one(NULL, NULL);
}

TEST(each_one_is_reported)
{
    Stream other;
    Loop *loop = loop_new();
    loop_set_debug(loop, true);
    loop_set_exception_handler(loop, hear, NULL);
    CHECK_INT(run(loop, open_two, &other), 0);
    loop_free(loop);
    CHECK_INT(count, 2);
    free_stream();
    writer_free(other.writer);
    reader_free(other.reader);
    close(other.peer);
}

/* ---- And when not ---- */
TEST(without_debug_mode_none_is)
{
    Loop *loop = loop_with_stream(false);
    loop_free(loop);
    CHECK_INT(count, 0);
    CHECK(!is_open(ends[0]));
    free_stream();
}

static int close_it(void *arg, Value *result)
{
    writer_close(stream.writer);
    return arg != NULL ? writer_wait_closed(stream.writer) : 0;
}

TEST(one_that_was_closed_or_freed_is_not)
{
    for (int way = 0; way < 3; way++) {
        Loop *loop = loop_with_stream(true);
        if (way < 2)
            CHECK_INT(run(loop, close_it, way == 0 ? loop : NULL), 0);
        else
            free_stream();
        loop_free(loop);
        CHECK_INT(count, 0);
        if (way < 2)
            free_stream();
    }
}

/* It is the parent's: the child leaves it as it is, and says nothing. */
TEST(a_forked_child_reports_none)
{
    int status;
    Loop *loop = loop_with_stream(true);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        loop_close(loop);
        _exit(count);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    loop_free(loop);
    CHECK_INT(count, 1);
    free_stream();
}
