/* Memory: where there is none for a reader or a writer, a call says so, nothing
 * has been taken, and it goes on when there is some again.  For that the files
 * are compiled in here, over an allocator of our own. */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static int allowed = -1;    /* allocations until one fails; -1: none does */
static int asked;

static bool refuse(void)
{
    asked++;
    return allowed >= 0 && allowed-- == 0;
}

static void *test_malloc(size_t size)
{
    return refuse() ? NULL : malloc(size);
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

static void *test_realloc(void *memory, size_t size)
{
    return refuse() ? NULL : realloc(memory, size);
}

#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(memory, size) test_realloc(memory, size)
#include "../../code/10_streams/buffer.c"
#include "../../code/10_streams/reader.c"
#include "../../code/10_streams/reading.c"
#include "../../code/10_streams/transport.c"
#include "../../code/10_streams/writer.c"
#undef malloc
#undef calloc
#undef realloc

#include "streams.h"

/* ---- Helpers ---- */
/* The next n allocations succeed, and then one fails. */
static void allow(int n)
{
    allowed = n;
    asked = 0;
}

static void allow_all(void)
{
    allowed = -1;
}

/* ---- Opening ---- */
static int open_without_memory(void *arg, Value *result)
{
    int ends[2], needed = 0;
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    for (int err = ENOMEM; err != 0; needed++) {
        Stream stream = { .fd = ends[0], .peer = -1 };
        allow(needed);
        err = async_open_fd(ends[0], &stream.reader, &stream.writer);
        allow_all();
        if (err == 0) {
            end_stream(&stream);
            break;
        }
        CHECK_INT(err, ENOMEM);
        CHECK(is_open(ends[0]));
        CHECK((fcntl(ends[0], F_GETFL) & O_NONBLOCK) == 0);
    }
    CHECK(needed >= 2);    /* what all share, the connection, the reader */
    close(ends[1]);
    return 0;
}

TEST(a_descriptor_that_cannot_be_opened_is_as_before)
{
    play_twice(open_without_memory, NULL);
}

TEST(a_reader_that_cannot_be_made_is_null)
{
    allow(0);
    CHECK_PTR(reader_new(0), NULL);
    allow_all();
}

/* ---- Reading ---- */
static int feed_without_memory(void *arg, Value *result)
{
    static char much[10000];
    StreamReader *reader = new_reader(0);
    memset(much, 'x', sizeof much);
    feed(reader, "one\ntwo\n");
    expect_line(reader, "one\n");
    allow(0);
    CHECK_INT(reader_feed_data(reader, much, sizeof much), ENOMEM);
    allow_all();
    expect_line(reader, "two\n");
    feed(reader, "three\n");
    expect_line(reader, "three\n");
    reader_free(reader);
    return 0;
}

TEST(data_that_cannot_be_kept_is_not_fed)
{
    play_twice(feed_without_memory, NULL);
}

/* Again and again, until there is enough: nothing of it is lost. */
static int read_without_memory(void *arg, Value *result)
{
    enum { N = 60000 };
    int err = ENOMEM, tries = 0;
    char *bytes = new_bytes(N), *data;
    size_t length;
    Stream stream = open_stream();
    put_bytes(stream.peer, bytes, N);
    close_peer(&stream);
    while (err == ENOMEM) {
        allow(tries++ / 2);
        err = reader_read_all(stream.reader, &data, &length);
        allow_all();
    }
    CHECK_INT(err, 0);
    CHECK(tries > 2);
    CHECK_INT(length, N);
    check_bytes(data, 0, N);
    free(data);
    free(bytes);
    end_stream(&stream);
    return 0;
}

TEST(a_read_without_memory_loses_nothing)
{
    play_twice(read_without_memory, NULL);
}

static int line_without_memory(void *how, Value *result)
{
    Stream stream = open_stream();
    Reading reading = reading_of(stream.reader, *(int *)how);
    put(stream.peer, "abc;\n");
    close_peer(&stream);
    allow(0);
    int err = read_text(&reading);
    allow_all();
    CHECK_INT(err, reading.how == READ ? 0 : ENOMEM);    /* it needs none */
    if (reading.how != READ)
        expect_line(stream.reader, "abc;\n");
    end_stream(&stream);
    return 0;
}

TEST(in_each_way_a_read_without_memory_loses_nothing)
{
    for (int how = 0; how < WAYS; how++)
        play_twice(line_without_memory, &how);
}

static int end_without_memory(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    Reading reading = reading_of(reader, ALL);
    reader_feed_eof(reader);
    for (reading.how = ALL; reading.how <= UNTIL; reading.how++) {
        allow(0);
        CHECK_INT(read_text(&reading), ENOMEM);
        allow_all();
    }
    expect_rest(reader, "");
    reader_free(reader);
    return 0;
}

TEST(an_empty_text_needs_memory_for_its_NUL)
{
    play_twice(end_without_memory, NULL);
}

/* ---- Writing ---- */
static int write_without_memory(void *arg, Value *result)
{
    struct iovec lines[2] = { { "a", 1 }, { "b", 1 } };
    Stream stream = open_stream();
    make_narrow(stream.fd);
    size_t full = fill(stream.fd);
    allow(0);
    CHECK_INT(writer_write(stream.writer, "lost", 4), ENOMEM);
    allow(0);
    CHECK_INT(writer_writelines(stream.writer, lines, 2), ENOMEM);
    allow(0);
    CHECK_INT(writer_printf(stream.writer, "%0600d", 7), ENOMEM);
    allow_all();
    CHECK_INT(writer_get_write_buffer_size(stream.writer), 0);
    CHECK_INT(writer_write(stream.writer, "kept", 4), 0);
    writer_close(stream.writer);
    CHECK_INT(take_all(stream.peer), full + 4);
    end_stream(&stream);
    return 0;
}

TEST(a_write_without_memory_takes_nothing)
{
    play_twice(write_without_memory, NULL);
}

/* Some of it has gone: the rest cannot be refused. */
static int lose_without_memory(void *arg, Value *result)
{
    enum { N = 1 << 20 };
    char *bytes = new_bytes(N);
    Stream stream = open_stream();
    allow(0);
    CHECK_INT(writer_write(stream.writer, bytes, N), ENOMEM);
    allow_all();
    CHECK(writer_is_closing(stream.writer));
    CHECK_INT(writer_write(stream.writer, "x", 1), ENOMEM);
    CHECK_INT(writer_drain(stream.writer), ENOMEM);
    CHECK_INT(writer_wait_closed(stream.writer), ENOMEM);
    CHECK(take_all(stream.peer) < N);
    free(bytes);
    end_stream(&stream);
    return 0;
}

TEST(half_a_write_without_memory_loses_the_connection)
{
    play_twice(lose_without_memory, NULL);
}

/* ---- Ending ---- */
static int end_needs_none(void *arg, Value *result)
{
    Stream stream = open_stream();
    Reading reading = reading_of(stream.reader, READ);
    begin_reading(&reading);
    fill(stream.fd);
    CHECK_INT(writer_write(stream.writer, "unsent", 6), 0);
    allow(0);
    CHECK_INT(writer_write_eof(stream.writer), 0);
    writer_close(stream.writer);
    writer_abort(stream.writer);
    CHECK_INT(writer_wait_closed(stream.writer), 0);
    CHECK_INT(asked, 0);
    allow_all();
    CHECK_INT(task_join(reading.task, NULL), 0);
    CHECK_INT(reading.err, 0);
    end_stream(&stream);
    return 0;
}

TEST(to_close_needs_no_memory)
{
    play_twice(end_needs_none, NULL);
}
