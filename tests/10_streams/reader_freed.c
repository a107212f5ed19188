/* What becomes of a read when its reader, or its writer, is closed or freed,
 * from wherever, and in the same turn. */
#include "ways.h"

/* ---- Freed ---- */
enum { BY_TASK, BY_CALLBACK, BY_HANDLER, HANDS };

static void free_reader(void *reader)
{
    reader_free(reader);
}

static void free_in_handler(Loop *loop, const ErrorContext *context, void *arg)
{
    reader_free(arg);
}

static void free_by(int who, StreamReader *reader)
{
    Loop *loop = async_get_running_loop();
    ErrorContext context = { .message = "free it", .error = EPIPE };
    if (who == BY_TASK) {
        reader_free(reader);
    } else if (who == BY_CALLBACK) {
        CHECK(loop_call_soon(loop, free_reader, reader) != 0);
        pause_turns(1);
    } else {
        loop_set_exception_handler(loop, free_in_handler, reader);
        loop_call_exception_handler(loop, &context);
    }
}

static int free_in_read(void *how, Value *result)
{
    for (int who = 0; who < HANDS; who++) {
        Reading reading;
        Stream stream = begin_in(how, &reading);
        free_by(who, stream.reader);
        stream.reader = NULL;
        check_ended(&reading, E_RUNTIME);
        CHECK_INT(writer_write(stream.writer, "x", 1), 0);
        take_text(stream.peer, "x");
        end_stream(&stream);
    }
    return 0;
}

TEST(a_reader_that_is_freed_lets_its_task_go)
{
    in_each_way(free_in_read);
}

/* Another descriptor of the same socket, below or above it, is ready in the
 * same turn: the reader is freed before its task runs, or afterwards. */
static int copy;

static void free_ready(void *reader)
{
    reader_free(reader);
    CHECK(loop_remove_reader(async_get_running_loop(), copy));
}

static int free_when_ready(void *how, Value *result)
{
    for (int is_above = 0; is_above < 2; is_above++) {
        int below = dup(0);
        Reading reading;
        Stream stream = begin_in(how, &reading);
        int above = dup(0);
        copy = is_above ? above : below;
        CHECK_INT(dup2(stream.fd, copy), copy);
        CHECK_INT(loop_add_reader(async_get_running_loop(), copy, free_ready,
                                  stream.reader), 0);
        stream.reader = NULL;
        put(stream.peer, "abc;\n");
        check_ended(&reading, is_above && reading.how != ALL ? 0 : E_RUNTIME);
        pause_turns(1);
        close(below);
        close(above);
        end_stream(&stream);
    }
    return 0;
}

TEST(a_reader_is_freed_in_the_turn_in_which_data_comes)
{
    in_each_way(free_when_ready);
}

static int cancel_and_free(void *how, Value *result)
{
    Reading reading;
    Stream stream = begin_in(how, &reading);
    CHECK(task_cancel(reading.task));
    drop_reader(&stream);
    CHECK(!task_done(reading.task));
    CHECK_INT(task_join(reading.task, NULL), E_CANCELLED);
    CHECK_INT(reading.err, E_RUNTIME);
    end_stream(&stream);
    return 0;
}

TEST(a_reader_is_freed_when_its_task_was_cancelled)
{
    in_each_way(cancel_and_free);
}

static int read_then_pause(void *arg, Value *result)
{
    Reading *reading = arg;
    reading->err = read_text(reading);
    return async_sleep(0);
}

/* The request is not lost: it comes at the next suspension. */
static int cancel_and_free_early(void *arg, Value *result)
{
    Stream stream = open_stream();
    Reading reading = reading_of(stream.reader, READ);
    Task *task = begin(read_then_pause, &reading);
    pause_turns(2);
    CHECK(task_cancel(task));
    drop_reader(&stream);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_INT(reading.err, E_RUNTIME);
    end_stream(&stream);
    return 0;
}

TEST(a_request_to_cancel_outlives_the_reader)
{
    play_twice(cancel_and_free_early, NULL);
}

/* ---- Closed ---- */
static int close_in_read(void *how, Value *result)
{
    for (int kind = 0; kind < 3; kind++) {
        Reading reading;
        Stream stream = begin_in(how, &reading);
        if (kind == 0)
            writer_close(stream.writer);
        else if (kind == 1)
            writer_abort(stream.writer);
        else
            drop_writer(&stream);
        check_ended(&reading, reading.how == EXACTLY || reading.how == UNTIL
                                  ? E_INCOMPLETE_READ
                                  : 0);
        CHECK_INT(reading.got, 0);
        CHECK(reader_at_eof(stream.reader));
        end_stream(&stream);
    }
    return 0;
}

TEST(for_a_read_a_close_is_the_end)    /* ST8 */
{
    in_each_way(close_in_read);
}

static int read_after_close(void *arg, Value *result)
{
    Stream stream = open_stream();
    put(stream.peer, "one\ntwo");
    expect_line(stream.reader, "one\n");
    put(stream.peer, "unread");
    writer_close(stream.writer);
    expect_rest(stream.reader, "two");    /* it had come before */
    CHECK_INT(writer_wait_closed(stream.writer), 0);
    CHECK(reader_at_eof(stream.reader));
    end_stream(&stream);
    return 0;
}

TEST(after_a_close_what_had_come_is_read)    /* ST8 */
{
    play_twice(read_after_close, NULL);
}
