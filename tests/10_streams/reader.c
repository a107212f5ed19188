/* Readers of a connection: what each way of reading returns, who else may read,
 * and what a read that ends early leaves. */
#include "ways.h"

/* ---- Some bytes ---- */
static int read_some(void *arg, Value *result)
{
    Stream stream = open_stream();
    put(stream.peer, "abcdef");
    expect_read(stream.reader, 4, "abcd");
    expect_read(stream.reader, 0, "");
    expect_read(stream.reader, 100, "ef");
    Reading reading = reading_of(stream.reader, READ);
    begin_reading(&reading);
    CHECK_INT(reading.err, -1);
    put(stream.peer, "x");
    check_ended(&reading, 0);
    CHECK_STR(reading.text, "x");
    put(stream.peer, "last");
    close_peer(&stream);
    expect_read(stream.reader, 100, "last");
    expect_read(stream.reader, 100, "");
    expect_read(stream.reader, 100, "");
    CHECK(reader_at_eof(stream.reader));
    end_stream(&stream);
    return 0;
}

TEST(a_read_returns_what_there_is)    /* ST2 */
{
    play_twice(read_some, NULL);
}

/* ---- All bytes ---- */
enum { MUCH = 10 << 20 };

static int send_much(void *arg, Value *result)
{
    Stream *stream = arg;
    char *bytes = new_bytes(MUCH);
    CHECK_INT(writer_write(stream->writer, bytes, MUCH), 0);
    free(bytes);
    drop_writer(stream);
    drop_reader(stream);
    return 0;
}

static int read_much(void *arg, Value *result)
{
    int ends[2];
    size_t length;
    char *data;
    make_pair(ends);
    Stream to = stream_of(ends), from = stream_of((int[]){ ends[1], -1 });
    Task *sender = begin(send_much, &to);
    CHECK_INT(reader_read_all(from.reader, &data, &length), 0);
    CHECK_INT(length, MUCH);
    check_bytes(data, 0, length);
    CHECK_INT(data[length], 0);
    free(data);
    CHECK_INT(task_join(sender, NULL), 0);
    end_stream(&from);
    return 0;
}

TEST_LIMIT(60, ten_megabytes_come_as_they_were_sent)    /* ST2 */
{
    play_twice(read_much, NULL);
}

static int read_nothing(void *arg, Value *result)
{
    Stream stream = open_stream();
    put(stream.peer, "one\ntwo");
    expect_line(stream.reader, "one\n");
    close_peer(&stream);
    expect_rest(stream.reader, "two");
    expect_rest(stream.reader, "");
    expect_line(stream.reader, "");
    CHECK(reader_at_eof(stream.reader));
    end_stream(&stream);
    return 0;
}

TEST(after_the_end_all_is_nothing)    /* ST2 ST3 */
{
    play_twice(read_nothing, NULL);
}

/* ---- Fairness ---- */
static int read_bytes(void *arg, Value *result)
{
    Stream *stream = arg;
    char byte;
    size_t got;
    int err = 0;
    for (int i = 0; err == 0 && i < 64; i++)
        err = reader_read(stream->reader, &byte, 1, &got);
    tell("end");
    return err;
}

static int read_beside(void *arg, Value *result)
{
    char bytes[100] = { 0 };
    Stream stream = open_stream();
    put_bytes(stream.peer, bytes, sizeof bytes);
    Task *task = begin(read_bytes, &stream);
    pause_turns(1);
    CHECK_STR(story, "");    /* there is more for it, and yet we run */
    CHECK_INT(task_join(task, NULL), 0);
    end_stream(&stream);
    return 0;
}

TEST(who_always_finds_something_lets_others_run)
{
    play_twice(read_beside, NULL);
}

static int free_beside(void *arg, Value *result)
{
    char bytes[100] = { 0 };
    Stream stream = open_stream();
    put_bytes(stream.peer, bytes, sizeof bytes);
    Task *task = begin(read_bytes, &stream);
    pause_turns(1);
    StreamReader *reader = stream.reader;
    reader_free(reader);
    CHECK_INT(task_join(task, NULL), E_RUNTIME);
    stream.reader = NULL;
    end_stream(&stream);
    return 0;
}

TEST(a_reader_is_freed_while_its_task_lets_others_run)
{
    play_twice(free_beside, NULL);
}

static int read_twice_beside(void *arg, Value *result)
{
    char bytes[100] = { 0 };
    size_t got;
    Stream stream = open_stream();
    put_bytes(stream.peer, bytes, sizeof bytes);
    Task *task = begin(read_bytes, &stream);
    pause_turns(1);
    CHECK_INT(reader_read(stream.reader, bytes, 1, &got), E_RUNTIME);
    CHECK_INT(task_join(task, NULL), 0);
    end_stream(&stream);
    return 0;
}

TEST(nobody_else_reads_while_its_task_lets_others_run)    /* ST5 */
{
    play_twice(read_twice_beside, NULL);
}

/* ---- Two who read ---- */
static int read_beside_each_other(void *how, Value *result)
{
    Reading first, second;
    Stream stream = begin_in(how, &first);
    for (int other = 0; other < WAYS; other++) {
        second = reading_of(stream.reader, other);
        CHECK_INT(read_text(&second), E_RUNTIME);
        CHECK_INT(second.got, 0);
    }
    CHECK(!task_done(first.task));
    put(stream.peer, "abc;\n");
    close_peer(&stream);
    check_ended(&first, 0);
    CHECK_INT(strncmp(first.text, "abc;", 4), 0);
    end_stream(&stream);
    return 0;
}

TEST(only_one_task_reads)    /* ST5 */
{
    in_each_way(read_beside_each_other);
}

static StreamReader *asked;
static int answer;

static void ask_outside(void *how)
{
    Reading reading = reading_of(asked, *(int *)how);
    answer = read_text(&reading);
}

static int read_outside(void *how, Value *result)
{
    Stream stream = open_stream();
    put(stream.peer, "abc;\n");
    asked = stream.reader;
    answer = 0;
    CHECK(loop_call_soon(async_get_running_loop(), ask_outside, how) != 0);
    pause_turns(2);
    CHECK_INT(answer, E_RUNTIME);
    expect_line(stream.reader, "abc;\n");
    end_stream(&stream);
    return 0;
}

TEST(only_tasks_read)
{
    in_each_way(read_outside);
}

/* ---- Given up ---- */
static int cancel_read(void *how, Value *result)
{
    Reading reading;
    Stream stream = begin_in(how, &reading);
    bool is_partial = *(int *)how != READ;
    if (is_partial)
        put(stream.peer, "ab");
    pause_turns(3);
    CHECK(task_cancel(reading.task));
    if (is_partial)
        put(stream.peer, "c");
    check_ended(&reading, E_CANCELLED);
    CHECK_INT(reading.got, 0);
    put(stream.peer, "d;\n");
    expect_line(stream.reader, is_partial ? "abcd;\n" : "d;\n");
    end_stream(&stream);
    return 0;
}

TEST(a_read_that_is_cancelled_has_taken_nothing)    /* ST5 */
{
    in_each_way(cancel_read);
}

static int read_in_time(void *how, Value *result)
{
    Timeout timeout;
    Stream stream = open_stream();
    Reading reading = reading_of(stream.reader, *(int *)how);
    if (reading.how != READ)
        put(stream.peer, "ab");
    CHECK_INT(timeout_enter(&timeout, 0.01), 0);
    CHECK_INT(timeout_exit(&timeout, read_text(&reading)), E_TIMEOUT);
    put(stream.peer, "cd;\n");
    expect_line(stream.reader, reading.how != READ ? "abcd;\n" : "cd;\n");
    end_stream(&stream);
    return 0;
}

TEST(a_read_that_lasts_too_long_has_taken_nothing)    /* ST5 */
{
    in_each_way(read_in_time);
}
