/* drain(), the marks, and the ways in which a connection is closed or lost:
 * what is sent yet, who is woken, and with which error. */
#include "streams.h"

/* ---- Helpers ---- */
typedef struct Waiting {
    StreamWriter *writer;
    int err;
    Task *task;
} Waiting;

static int run_drain(void *arg, Value *result)
{
    Waiting *waiting = arg;
    waiting->err = -1;
    waiting->err = writer_drain(waiting->writer);
    return 0;
}

static int run_wait_closed(void *arg, Value *result)
{
    Waiting *waiting = arg;
    waiting->err = -1;
    waiting->err = writer_wait_closed(waiting->writer);
    return 0;
}

static void begin_waiting(CoroFn *function, Waiting *waiting, int count,
                          StreamWriter *writer)
{
    for (int i = 0; i < count; i++) {
        waiting[i].writer = writer;
        waiting[i].task = begin(function, &waiting[i]);
    }
    pause_turns(2);
    for (int i = 0; i < count; i++)
        CHECK_INT(waiting[i].err, -1);
}

static void check_all(Waiting *waiting, int count, int err)
{
    for (int i = 0; i < count; i++) {
        CHECK_INT(task_join(waiting[i].task, NULL), 0);
        CHECK_INT(waiting[i].err, err);
    }
}

/* The other end reads until this one goes on. */
static void take_until_over(Stream *stream, Waiting *waiting)
{
    static char room[1 << 16];
    while (waiting->err == -1) {
        CHECK(read(stream->peer, room, sizeof room) != 0);
        pause_turns(1);
    }
}

/* More than it may hold is unsent: nobody reads. */
static Stream open_full(size_t unsent)
{
    Stream stream = open_stream();
    char *bytes = new_bytes(unsent);
    make_narrow(stream.fd);
    fill(stream.fd);
    CHECK_INT(writer_write(stream.writer, bytes, unsent), 0);
    CHECK_INT(writer_get_write_buffer_size(stream.writer), unsent);
    free(bytes);
    return stream;
}

enum { TOO_MUCH = 100 * 1000 };

/* ---- Marks ---- */
static int reach_mark(void *arg, Value *result)
{
    Waiting waiting;
    Stream stream = open_full(64 * 1024);
    CHECK_INT(writer_drain(stream.writer), 0);    /* no more than high */
    CHECK_INT(writer_write(stream.writer, "x", 1), 0);
    begin_waiting(run_drain, &waiting, 1, stream.writer);
    char byte;
    while (waiting.err == -1) {
        CHECK(writer_get_write_buffer_size(stream.writer) > 0);
        take_bytes(stream.peer, &byte, 1);
        pause_turns(1);
    }
    check_all(&waiting, 1, 0);
    CHECK(writer_get_write_buffer_size(stream.writer) <= 16 * 1024);
    CHECK_INT(writer_drain(stream.writer), 0);
    end_stream(&stream);
    return 0;
}

TEST(above_high_it_waits_until_low)    /* ST7 */
{
    play_twice(reach_mark, NULL);
}

static int move_marks(void *arg, Value *result)
{
    Waiting waiting;
    Stream stream = open_full(100);
    CHECK_INT(writer_drain(stream.writer), 0);
    writer_set_write_buffer_limits(stream.writer, 99, 50);
    begin_waiting(run_drain, &waiting, 1, stream.writer);
    writer_set_write_buffer_limits(stream.writer, 200, 99);
    pause_turns(2);
    CHECK_INT(waiting.err, -1);                       /* 100 > 99 */
    writer_set_write_buffer_limits(stream.writer, 200, 100);
    check_all(&waiting, 1, 0);
    writer_set_write_buffer_limits(stream.writer, 0, 9);    /* low is 0 */
    begin_waiting(run_drain, &waiting, 1, stream.writer);
    take_until_over(&stream, &waiting);
    check_all(&waiting, 1, 0);
    CHECK_INT(writer_get_write_buffer_size(stream.writer), 0);
    end_stream(&stream);
    return 0;
}

TEST(marks_may_be_moved)    /* ST7 */
{
    play_twice(move_marks, NULL);
}

/* ---- Several ---- */
enum { MANY = 10 };

static int drain_many(void *arg, Value *result)
{
    Waiting waiting[MANY];
    Stream stream = open_full(TOO_MUCH);
    begin_waiting(run_drain, waiting, MANY, stream.writer);
    Waiting *last = &waiting[MANY - 1];
    CHECK(task_cancel(last->task));
    check_all(last, 1, E_CANCELLED);
    close_peer(&stream);
    check_all(waiting, MANY - 1, EPIPE);
    CHECK_INT(writer_drain(stream.writer), EPIPE);
    CHECK_INT(writer_write(stream.writer, "x", 1), EPIPE);
    CHECK_INT(writer_wait_closed(stream.writer), EPIPE);
    end_stream(&stream);
    return 0;
}

TEST(all_who_drain_learn_of_the_loss)    /* ST7 ST15 */
{
    play_twice(drain_many, NULL);
}

static int drain_in_time(void *arg, Value *result)
{
    Timeout timeout;
    Stream stream = open_full(TOO_MUCH);
    CHECK_INT(timeout_enter(&timeout, 0.01), 0);
    CHECK_INT(timeout_exit(&timeout, writer_drain(stream.writer)), E_TIMEOUT);
    CHECK_INT(writer_get_write_buffer_size(stream.writer), TOO_MUCH);
    Waiting waiting[MANY];
    begin_waiting(run_drain, waiting, MANY, stream.writer);
    take_until_over(&stream, &waiting[0]);
    check_all(waiting, MANY, 0);
    end_stream(&stream);
    return 0;
}

TEST(a_drain_that_ends_early_drops_nothing)    /* ST7 */
{
    play_twice(drain_in_time, NULL);
}

/* ---- Closing ---- */
static int close_full(void *arg, Value *result)
{
    Waiting drains[3], closes[3];
    Stream stream = open_full(TOO_MUCH);
    int copy = dup(stream.peer);
    begin_waiting(run_drain, drains, 3, stream.writer);
    writer_close(stream.writer);
    CHECK(writer_is_closing(stream.writer));
    CHECK(is_open(stream.fd));
    begin_waiting(run_wait_closed, closes, 3, stream.writer);
    size_t sum = take_all(stream.peer);
    CHECK(sum > TOO_MUCH);
    check_all(drains, 3, 0);
    check_all(closes, 3, 0);
    CHECK(!is_open(stream.fd));
    CHECK_INT(writer_fileno(stream.writer), -1);
    close(copy);
    end_stream(&stream);
    return 0;
}

TEST(a_close_sends_all_first)    /* ST8 */
{
    play_twice(close_full, NULL);
}

static int abort_full(void *arg, Value *result)
{
    Waiting drains[3], closes[3];
    Stream stream = open_full(TOO_MUCH);
    begin_waiting(run_drain, drains, 3, stream.writer);
    begin_waiting(run_wait_closed, closes, 3, stream.writer);
    writer_abort(stream.writer);
    CHECK_INT(writer_get_write_buffer_size(stream.writer), 0);
    check_all(drains, 3, 0);
    check_all(closes, 3, 0);
    CHECK(!is_open(stream.fd));
    CHECK(take_all(stream.peer) < TOO_MUCH);
    end_stream(&stream);
    return 0;
}

TEST(an_abort_drops_what_is_unsent)    /* ST8 */
{
    play_twice(abort_full, NULL);
}

static int free_full(void *arg, Value *result)
{
    Waiting drains[3], closes[3];
    Stream stream = open_full(TOO_MUCH);
    begin_waiting(run_drain, drains, 3, stream.writer);
    begin_waiting(run_wait_closed, closes, 3, stream.writer);
    drop_writer(&stream);
    check_all(drains, 3, E_RUNTIME);
    check_all(closes, 3, E_RUNTIME);
    CHECK(take_all(stream.peer) > TOO_MUCH);    /* it was sent yet */
    end_stream(&stream);
    return 0;
}

TEST(a_writer_that_is_freed_lets_them_go_and_sends_all)    /* ST8 */
{
    play_twice(free_full, NULL);
}

/* ---- In the same turn ---- */
static int close_and_free(void *arg, Value *result)
{
    Waiting closes[3];
    Stream stream = open_stream();
    for (int i = 0; i < 3; i++)
        closes[i] = (Waiting){ .writer = stream.writer };
    for (int i = 0; i < 3; i++)
        closes[i].task = begin(run_wait_closed, &closes[i]);
    writer_close(stream.writer);
    CHECK_INT(writer_wait_closed(stream.writer), 0);    /* the first to wake */
    drop_reader(&stream);
    drop_writer(&stream);
    check_all(closes, 3, E_RUNTIME);
    end_stream(&stream);
    return 0;
}

TEST(who_was_woken_by_a_loss_does_not_touch_the_freed)
{
    play_twice(close_and_free, NULL);
}

static int drain_and_free(void *arg, Value *result)
{
    Waiting drain = { .err = 0 };
    Stream stream = open_full(10);
    writer_close(stream.writer);
    writer_abort(stream.writer);
    drain.writer = stream.writer;
    drain.task = begin(run_drain, &drain);
    pause_turns(1);
    drop_reader(&stream);
    drop_writer(&stream);
    CHECK_INT(task_join(drain.task, NULL), 0);
    CHECK(drain.err == E_RUNTIME || drain.err == ECONNRESET);
    end_stream(&stream);
    return 0;
}

TEST(who_drains_what_is_closing_does_not_touch_the_freed)
{
    play_twice(drain_and_free, NULL);
}

/* ---- Outside tasks ---- */
static int answers[2];

static void wait_outside(void *writer)
{
    answers[0] = writer_drain(writer);
    answers[1] = writer_wait_closed(writer);
}

static int wait_in_callback(void *arg, Value *result)
{
    Stream stream = open_full(TOO_MUCH);
    CHECK(loop_call_soon(async_get_running_loop(), wait_outside,
                         stream.writer) != 0);
    pause_turns(2);
    CHECK_INT(answers[0], E_RUNTIME);
    CHECK_INT(answers[1], E_RUNTIME);
    end_stream(&stream);
    return 0;
}

TEST(only_tasks_wait)
{
    play_twice(wait_in_callback, NULL);
}

/* ---- Loops that close ---- */
static Stream left;
static Waiting waiting_left[4];

static int leave_waiting(void *arg, Value *result)
{
    left = open_full(TOO_MUCH);
    begin_waiting(run_drain, waiting_left, 2, left.writer);
    begin_waiting(run_wait_closed, waiting_left + 2, 2, left.writer);
    for (int i = 0; i < 4; i++)
        task_release(waiting_left[i].task);
    return 0;
}

static void say_nothing(Loop *loop, const ErrorContext *context, void *arg)
{
}

TEST(a_loop_closes_under_those_who_wait)
{
    Loop *loop = ordered_loop();
    loop_set_exception_handler(loop, say_nothing, NULL);
    CHECK_INT(run(loop, leave_waiting, NULL), 0);
    loop_free(loop);
    CHECK(!is_open(left.fd));
    CHECK_INT(waiting_left[0].err, -1);
    drop_writer(&left);
    drop_reader(&left);
    close_peer(&left);
}
