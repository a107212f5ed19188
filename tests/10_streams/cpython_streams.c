/* The rules behind CPython's own tests of readers: each test here names the one
 * it was read from, in test_streams.py.  The others
 * are in cpython_until.c, cpython_writers.c and cpython_server.c.
 *
 * What C cannot express, or has otherwise: test_invalid_limit (0 is the usual
 * limit, and a size_t is never negative); test_readuntil_multi_separator and
 * its two variants (one separator); test_readuntil_bytearray,
 * test_streamreader_* (where a loop comes from), test___repr__*, pickling of
 * errors, and warnings about what the collector finds. */
#include "python_reads.h"

/* ---- Feeding ---- */
static int feeding(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);
    feed(stream, "");
    end(stream, "");
    stream = new_reader(0);
    feed(stream, DATA);
    end(stream, DATA);
    return 0;
}

TEST(feed_empty_and_nonempty_data)    /* test_feed_empty_data, _nonempty_data */
{
    play(feeding, NULL);
}

/* ---- read() ---- */
static int reads(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);    /* test_read_zero */
    feed(stream, DATA);
    read_now(stream, READ, 0, NULL, 0, "");
    end(stream, DATA);
    stream = new_reader(0);                  /* test_read */
    Reading reading = { .reader = stream, .how = READ, .size = 30 };
    read_fed(&reading, (const char *[]){ DATA, NULL }, 0, DATA);
    end(stream, "");
    stream = new_reader(0);                  /* test_read_line_breaks */
    feed(stream, "line1");
    feed(stream, "line2");
    read_now(stream, READ, 5, NULL, 0, "line1");
    end(stream, "line2");
    stream = new_reader(0);                  /* test_read_eof */
    reading = (Reading){ .reader = stream, .how = READ, .size = 100 };
    read_fed(&reading, (const char *[]){ "", NULL }, 0, "");
    end(stream, "");
    stream = new_reader(3);                  /* test_read_limit */
    feed(stream, "chunk");
    read_now(stream, READ, 5, NULL, 0, "chunk");
    end(stream, "");
    return 0;
}

TEST(read)    /* test_read, _zero, _line_breaks, _eof, _limit */
{
    play(reads, NULL);
}

static int read_until_eof(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);
    Reading reading = { .reader = stream, .how = ALL };
    const char *pieces[] = { "chunk1\n", "chunk2", "", NULL };
    read_fed(&reading, pieces, 0, "chunk1\nchunk2");
    end(stream, "");
    return 0;
}

TEST(read_until_the_end)    /* test_read_until_eof */
{
    play(read_until_eof, NULL);
}

/* ---- Errors ---- */
/* There the error comes at once, here after the data. */
static int exceptions(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);    /* test_read_exception */
    feed(stream, "li");
    read_now(stream, READ, 2, NULL, 0, "li");
    reader_set_error(stream, E_VALUE);
    read_now(stream, READ, 2, NULL, E_VALUE, "");
    reader_free(stream);
    stream = new_reader(0);                  /* test_readline_exception */
    feed(stream, "line\n");
    read_now(stream, LINE, 0, NULL, 0, "line\n");
    reader_set_error(stream, E_VALUE);
    read_now(stream, LINE, 0, NULL, E_VALUE, "");
    reader_free(stream);
    stream = new_reader(0);                  /* test_readexactly_exception */
    feed(stream, "line\n");
    read_now(stream, EXACTLY, 2, NULL, 0, "li");
    reader_set_error(stream, EPIPE);
    read_now(stream, EXACTLY, 4, NULL, EPIPE, "");
    reader_free(stream);
    return 0;
}

TEST(exceptions_are_raised_by_reads)
{
    play(exceptions, NULL);
}

static int exception_waiter(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);
    Reading reading = { .reader = stream, .how = LINE };
    begin_reading(&reading);
    reader_set_error(stream, E_VALUE);
    CHECK_INT(task_join(reading.task, NULL), 0);
    CHECK_INT(reading.err, E_VALUE);
    reader_free(stream);
    return 0;
}

TEST(exception_wakes_the_waiter)    /* test_exception, _waiter */
{
    play(exception_waiter, NULL);
}

static int exception_cancel(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);
    Reading reading = { .reader = stream, .how = LINE };
    begin_reading(&reading);
    CHECK(task_cancel(reading.task));
    pause_turns(1);
    reader_set_error(stream, E_RUNTIME);
    pause_turns(1);
    CHECK_INT(task_join(reading.task, NULL), 0);
    CHECK_INT(reading.err, E_CANCELLED);
    reader_free(stream);
    return 0;
}

TEST(exception_after_a_cancel)    /* test_exception_cancel */
{
    play(exception_cancel, NULL);
}

/* ---- readline() ---- */
static int readlines(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);    /* test_readline */
    Reading reading = { .reader = stream, .how = LINE };
    const char *pieces[] = { "chunk2 ", "chunk3 ", "\n chunk4", NULL };
    feed(stream, "chunk1 ");
    read_fed(&reading, pieces, 0, "chunk1 chunk2 chunk3 \n");
    end(stream, " chunk4");
    stream = new_reader(0);                  /* test_readline_nolimit_nowait */
    feed(stream, "line1\n");
    feed(stream, "line2\nline3\n");
    read_now(stream, LINE, 0, NULL, 0, "line1\n");
    read_now(stream, READ, 7, NULL, 0, "line2\nl");    /* _read_byte_count */
    end(stream, "ine3\n");
    stream = new_reader(0);                  /* test_readline_eof */
    feed(stream, "some data");
    reader_feed_eof(stream);
    read_now(stream, LINE, 0, NULL, 0, "some data");
    read_now(stream, LINE, 0, NULL, 0, "");  /* test_readline_empty_eof */
    end(stream, "");
    return 0;
}

TEST(readline)    /* test_readline, _nolimit_nowait, _eof, _empty_eof ... */
{
    play(readlines, NULL);
}

static int readline_existing(void *arg, Value *result)
{
    StreamReader *stream = new_reader(3);
    feed(stream, "li");
    feed(stream, "ne1\nline2\n");
    read_now(stream, LINE, 0, NULL, E_VALUE, "");
    end(stream, "line2\n");
    stream = new_reader(3);
    feed(stream, "li");
    feed(stream, "ne1");
    feed(stream, "li");
    read_now(stream, LINE, 0, NULL, E_VALUE, "");
    end(stream, "");
    return 0;
}

TEST(readline_limit_with_existing_data)
{
    play(readline_existing, NULL);
}

static int readline_limit(void *arg, Value *result)
{
    StreamReader *stream = new_reader(7);
    Reading reading = { .reader = stream, .how = LINE };
    const char *one[] = { "chunk1", "chunk2", "chunk3\n", "", NULL };
    const char *two[] = { "chunk1", "chunk2\n", "chunk3\n", "", NULL };
    read_fed(&reading, one, E_VALUE, "");
    end(stream, "");
    reading.reader = stream = new_reader(7);
    read_fed(&reading, two, E_VALUE, "");
    end(stream, "chunk3\n");
    stream = new_reader(7);
    feed(stream, "1234567\n");
    read_now(stream, LINE, 0, NULL, 0, "1234567\n");
    feed(stream, "12345678\n");
    read_now(stream, LINE, 0, NULL, E_VALUE, "");
    feed(stream, "12345678");
    read_now(stream, LINE, 0, NULL, E_VALUE, "");
    end(stream, "");
    return 0;
}

TEST(readline_limit_while_it_waits)    /* test_readline_limit */
{
    play(readline_limit, NULL);
}

static int at_eof(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);
    CHECK(!reader_at_eof(stream));
    feed(stream, "some data\n");
    CHECK(!reader_at_eof(stream));
    expect_line(stream, "some data\n");
    CHECK(!reader_at_eof(stream));
    feed(stream, "some data\n");
    reader_feed_eof(stream);
    expect_line(stream, "some data\n");
    CHECK(reader_at_eof(stream));
    reader_free(stream);
    return 0;
}

TEST(at_eof_when_all_is_read)    /* test_at_eof */
{
    play(at_eof, NULL);
}
