/* Readers that are fed by hand: data, the end and errors, in each way of
 * reading, before it and meanwhile. */
#include "ways.h"

/* ---- Helpers ---- */
static Reading begin_fed(const int *how)
{
    Reading reading = reading_of(new_reader(0), *how);
    return reading;
}

/* ---- Data ---- */
static int feed_reading(void *how, Value *result)
{
    const char *pieces[] = { "a", "b", "", "c;", "\nrest" };
    Reading reading = begin_fed(how);
    begin_reading(&reading);
    for (int i = 0; i < 5; i++) {
        CHECK(i == 0 || (reading.err == -1) == (reading.how != READ) ||
              i > 3);
        feed(reading.reader, pieces[i]);
        pause_turns(2);
    }
    reader_feed_eof(reading.reader);
    check_ended(&reading, 0);
    CHECK_STR(reading.text, reading.how == READ ? "a"
                            : reading.how == LINE ? "abc;\n"
                            : reading.how == ALL ? "abc;\nrest"
                                                 : "abc;");
    reader_free(reading.reader);
    return 0;
}

TEST(fed_data_is_read)    /* ST2 ST3 */
{
    in_each_way(feed_reading);
}

/* A piece of nothing is no end. */
static int feed_nothing(void *how, Value *result)
{
    Reading reading = begin_fed(how);
    begin_reading(&reading);
    feed(reading.reader, "");
    pause_turns(2);
    CHECK_INT(reading.err, -1);
    CHECK(!reader_at_eof(reading.reader));
    CHECK(task_cancel(reading.task));
    check_ended(&reading, E_CANCELLED);
    reader_free(reading.reader);
    return 0;
}

TEST(no_data_is_not_the_end)
{
    in_each_way(feed_nothing);
}

static int feed_and_cancel(void *how, Value *result)
{
    Reading reading = begin_fed(how);
    begin_reading(&reading);
    feed(reading.reader, "abcd;\n");
    CHECK(task_cancel(reading.task));
    check_ended(&reading, E_CANCELLED);
    CHECK_INT(reading.got, 0);
    expect_line(reading.reader, "abcd;\n");
    reader_free(reading.reader);
    return 0;
}

TEST(data_and_a_cancel_in_one_turn_lose_nothing)    /* ST5 */
{
    in_each_way(feed_and_cancel);
}

static int feed_and_free(void *how, Value *result)
{
    Reading reading = begin_fed(how);
    begin_reading(&reading);
    feed(reading.reader, "abcd;\n");
    reader_free(reading.reader);
    check_ended(&reading, E_RUNTIME);
    CHECK_INT(reading.got, 0);
    return 0;
}

TEST(data_and_a_free_in_one_turn_let_it_go)
{
    in_each_way(feed_and_free);
}

/* ---- The end ---- */
static int feed_end(void *how, Value *result)
{
    Reading reading = begin_fed(how);
    begin_reading(&reading);
    reader_feed_eof(reading.reader);
    CHECK(reader_at_eof(reading.reader));
    check_ended(&reading, reading.how == EXACTLY || reading.how == UNTIL
                              ? E_INCOMPLETE_READ
                              : 0);
    CHECK_INT(reading.got, 0);
    reader_feed_eof(reading.reader);
    CHECK_INT(reader_feed_data(reading.reader, "x", 1), E_RUNTIME);
    CHECK(reader_at_eof(reading.reader));
    expect_rest(reading.reader, "");
    reader_free(reading.reader);
    return 0;
}

TEST(after_the_end_nothing_is_fed)
{
    in_each_way(feed_end);
}

/* ---- Errors ---- */
static int set_error(void *how, Value *result)
{
    Reading reading = begin_fed(how);
    begin_reading(&reading);
    reader_set_error(reading.reader, 0);    /* none */
    pause_turns(2);
    CHECK_INT(reading.err, -1);
    reader_set_error(reading.reader, EPIPE);
    check_ended(&reading, EPIPE);
    for (int other = 0; other < WAYS; other++) {
        reading.how = other;
        CHECK_INT(read_text(&reading), EPIPE);
        CHECK_INT(reading.got, 0);
    }
    CHECK(!reader_at_eof(reading.reader));
    reader_free(reading.reader);
    return 0;
}

TEST(an_error_wakes_and_sticks)    /* ST5 */
{
    in_each_way(set_error);
}

static int read_before_error(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    Reading reading = reading_of(reader, LINE);
    feed(reader, "one\ntwo;three");
    reader_set_error(reader, ECONNRESET);
    expect_line(reader, "one\n");
    CHECK_INT(read_text(&reading), ECONNRESET);    /* no whole line */
    reading.how = UNTIL;
    CHECK_INT(read_text(&reading), 0);
    CHECK_STR(reading.text, "two;");
    reading.how = EXACTLY;
    reading.size = 6;
    CHECK_INT(read_text(&reading), ECONNRESET);
    CHECK_INT(reading.got, 0);
    reading.how = ALL;
    CHECK_INT(read_text(&reading), ECONNRESET);
    expect_read(reader, 3, "thr");
    expect_read(reader, 99, "ee");
    reading.how = READ;
    CHECK_INT(read_text(&reading), ECONNRESET);
    reader_free(reader);
    return 0;
}

TEST(what_has_come_is_read_before_the_error)
{
    play_twice(read_before_error, NULL);
}

static int error_after_end(void *how, Value *result)
{
    Reading reading = begin_fed(how);
    feed(reading.reader, "ab");
    reader_feed_eof(reading.reader);
    reader_set_error(reading.reader, EPIPE);
    expect_read(reading.reader, 9, "ab");
    CHECK_INT(read_text(&reading), EPIPE);
    reader_free(reading.reader);
    return 0;
}

TEST(an_error_counts_more_than_the_end)
{
    in_each_way(error_after_end);
}

/* ---- Connections are not fed ---- */
static int feed_connection(void *arg, Value *result)
{
    Stream stream = open_stream();
    CHECK_INT(reader_feed_data(stream.reader, "x", 1), E_RUNTIME);
    Reading reading = reading_of(stream.reader, ALL);
    begin_reading(&reading);
    reader_feed_eof(stream.reader);
    check_ended(&reading, 0);
    CHECK_STR(reading.text, "");
    end_stream(&stream);
    stream = open_stream();
    reading = reading_of(stream.reader, ALL);
    begin_reading(&reading);
    reader_set_error(stream.reader, EPIPE);
    check_ended(&reading, EPIPE);
    CHECK_INT(writer_drain(stream.writer), EPIPE);    /* ST15 */
    end_stream(&stream);
    return 0;
}

TEST(a_connection_is_not_fed_but_its_reader_may_end)    /* ST5 ST15 */
{
    play_twice(feed_connection, NULL);
}

/* ---- Loops ---- */
static int read_in_other(void *arg, Value *result)
{
    Reading *reading = arg;
    feed(reading->reader, "abc;\n");
    expect_line(reading->reader, "abc;\n");
    return 0;
}

TEST(a_fed_reader_belongs_to_no_loop)
{
    Reading reading = { .reader = new_reader(0) };
    play_twice(read_in_other, &reading);
    play_twice(read_in_other, &reading);
    reader_free(reading.reader);
    reader_free(NULL);
}

static Reading left;

static int leave_reading(void *how, Value *result)
{
    left = begin_fed(how);
    begin_reading(&left);
    task_release(left.task);
    return 0;
}

static void say_nothing(Loop *loop, const ErrorContext *context, void *arg)
{
}

TEST(a_loop_closes_under_a_task_that_reads)
{
    for (int how = 0; how < WAYS; how++) {
        Loop *loop = ordered_loop();
        loop_set_exception_handler(loop, say_nothing, NULL);
        CHECK_INT(run(loop, leave_reading, &how), 0);
        loop_free(loop);
        CHECK_INT(left.err, -1);
        feed(left.reader, "it wakes nobody");
        reader_free(left.reader);
    }
}

TEST(no_memory_of_a_reader_is_lost)
{
    StreamReader *reader = new_reader(3);
    feed(reader, "never read");
    reader_free(reader);
}
