/* readexactly(), the bytes behind a line, and when the end is seen. */
#include "streams.h"

/* ---- Helpers ---- */
static void check_exactly(StreamReader *reader, size_t size, int err,
                          const char *wanted)
{
    Reading reading = { .reader = reader, .how = EXACTLY, .size = size };
    CHECK_INT(read_text(&reading), err);
    CHECK_STR(reading.text, wanted);
    CHECK_INT(reading.got, strlen(wanted));
}

/* ---- So much ---- */
static int read_exactly(void *arg, Value *result)
{
    Stream stream = open_stream();
    put(stream.peer, "abcdefgh");
    check_exactly(stream.reader, 0, 0, "");
    check_exactly(stream.reader, 3, 0, "abc");
    check_exactly(stream.reader, 5, 0, "defgh");
    Reading reading = reading_of(stream.reader, EXACTLY);
    begin_reading(&reading);
    const char *bytes[] = { "1", "2", "3", "45" };
    for (int i = 0; i < 4; i++) {
        CHECK_INT(reading.err, -1);
        put(stream.peer, bytes[i]);
        pause_turns(3);
    }
    CHECK_INT(task_join(reading.task, NULL), 0);
    CHECK_INT(reading.err, 0);
    CHECK_STR(reading.text, "1234");
    close_peer(&stream);
    check_exactly(stream.reader, 3, E_INCOMPLETE_READ, "5");
    check_exactly(stream.reader, 3, E_INCOMPLETE_READ, "");
    check_exactly(stream.reader, 0, 0, "");
    end_stream(&stream);
    return 0;
}

TEST(so_many_bytes_or_what_came_before_the_end)    /* ST3 */
{
    play_twice(read_exactly, NULL);
}

enum { BLOCK = 1 << 20 };

static int write_block(void *arg, Value *result)
{
    Stream *stream = arg;
    char *bytes = new_bytes(2 * BLOCK);
    CHECK_INT(writer_write(stream->writer, bytes, 2 * BLOCK), 0);
    free(bytes);
    return 0;
}

static int read_block(void *arg, Value *result)
{
    int ends[2];
    size_t got;
    char *bytes = malloc(BLOCK), *rest;
    make_pair(ends);
    Stream to = stream_of(ends), from = stream_of((int[]){ ends[1], -1 });
    to.peer = -1;
    reader_set_limit(from.reader, 10);
    Task *task = begin(write_block, &to);
    CHECK(bytes != NULL);
    CHECK_INT(reader_readexactly(from.reader, bytes, BLOCK, &got), 0);
    check_bytes(bytes, 0, BLOCK);
    CHECK_INT(task_join(task, NULL), 0);
    writer_close(to.writer);
    CHECK_INT(reader_read_all(from.reader, &rest, &got), 0);
    CHECK_INT(got, BLOCK);
    check_bytes(rest, BLOCK, got);
    free(rest);
    free(bytes);
    end_stream(&from);
    end_stream(&to);
    return 0;
}

TEST(it_may_be_more_than_the_limit)    /* ST4 */
{
    play_twice(read_block, NULL);
}

/* ---- The byte behind a line ---- */
/* Each line is read in one way, and what comes next in each other. */
static int read_behind(void *arg, Value *result)
{
    for (int how = 0; how < WAYS; how++) {
        StreamReader *reader = new_reader(0);
        feed(reader, "one\nabc;\n");
        expect_line(reader, "one\n");
        reader_feed_eof(reader);
        Reading reading = reading_of(reader, how);
        CHECK_INT(read_text(&reading), 0);
        CHECK_INT(strncmp(reading.text, "abc;", 4), 0);
        reader_free(reader);
    }
    return 0;
}

TEST(the_NUL_behind_a_line_spoils_nothing)
{
    play_twice(read_behind, NULL);
}

/* It stays while data comes, and until the next read. */
static int keep_line(void *arg, Value *result)
{
    char *line, *next;
    size_t length;
    Stream stream = open_stream();
    put(stream.peer, "one\ntwo\nthr");
    CHECK_INT(reader_readline(stream.reader, &line, &length), 0);
    put(stream.peer, "ee\n");
    CHECK_INT(writer_write(stream.writer, "x", 1), 0);
    pause_turns(4);
    CHECK(!reader_at_eof(stream.reader));
    reader_set_limit(stream.reader, 100);
    CHECK_STR(line, "one\n");
    CHECK_INT(reader_readline(stream.reader, &next, &length), 0);
    CHECK_STR(next, "two\n");
    expect_line(stream.reader, "three\n");
    end_stream(&stream);
    return 0;
}

TEST(a_line_stays_until_the_next_read)
{
    play_twice(keep_line, NULL);
}

/* The program may write into it: what comes next is not in it. */
static int cut_line(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    char *line;
    size_t length;
    feed(reader, "one\ntwo\n");
    CHECK_INT(reader_readline(reader, &line, &length), 0);
    memset(line, '#', length);
    feed(reader, "three\n");
    expect_line(reader, "two\n");
    CHECK_INT(reader_readline(reader, &line, &length), 0);
    line[length - 1] = '\0';
    CHECK_STR(line, "three");
    reader_feed_eof(reader);
    expect_line(reader, "");
    reader_free(reader);
    return 0;
}

TEST(who_cuts_a_line_spoils_nothing)
{
    play_twice(cut_line, NULL);
}

/* Between two lines, more comes than the buffer has room for. */
static int grow_behind(void *arg, Value *result)
{
    static char much[100 * 1000];
    StreamReader *reader = new_reader(sizeof much);
    char *line;
    size_t length;
    memset(much, 'x', sizeof much - 1);
    much[sizeof much - 2] = '\n';
    for (int i = 0; i < 8; i++) {
        feed(reader, "ab\ncd");
        CHECK_INT(reader_readline(reader, &line, &length), 0);
        CHECK_STR(line, "ab\n");
        feed(reader, much);
        CHECK_INT(reader_readline(reader, &line, &length), 0);
        CHECK_INT(length, sizeof much - 1 + 2);
        CHECK_INT(strncmp(line, "cdxx", 4), 0);
        CHECK_INT(strspn(line + 2, "x"), sizeof much - 2);
    }
    reader_free(reader);
    return 0;
}

TEST(a_buffer_grows_behind_a_line)
{
    play_twice(grow_behind, NULL);
}

/* ---- The end ---- */
static int look_for_end(void *arg, Value *result)
{
    int ends[2];
    Stream stream = open_stream();
    CHECK(!reader_at_eof(stream.reader));
    put(stream.peer, "ab");
    CHECK(!reader_at_eof(stream.reader));
    close_peer(&stream);
    CHECK(!reader_at_eof(stream.reader));    /* first what came before */
    expect_read(stream.reader, 1, "a");
    CHECK(!reader_at_eof(stream.reader));
    expect_read(stream.reader, 1, "b");
    CHECK(reader_at_eof(stream.reader));
    end_stream(&stream);
    make_pipe(ends);
    StreamReader *reader;
    CHECK_INT(async_open_fd(ends[0], &reader, NULL), 0);
    put(ends[1], "x");
    close(ends[1]);
    expect_read(reader, 9, "x");
    CHECK(!reader_at_eof(reader));           /* it has not been met */
    expect_read(reader, 9, "");
    CHECK(reader_at_eof(reader));
    reader_free(reader);
    until_closed(ends[0]);
    return 0;
}

TEST(the_end_of_a_socket_is_looked_for)    /* ST2 */
{
    play_twice(look_for_end, NULL);
}
