/* Writers: what the other end reads is what was written, in its order, however
 * slowly it reads; and who writes when it is too late is told. */
#include "streams.h"

#include <limits.h>

/* ---- Slow readers ---- */
enum { LONG = 300 * 1000 };

static int write_pieces(void *arg, Value *result)
{
    StreamWriter *writer = arg;
    char *bytes = new_bytes(LONG);
    size_t at = 0, n = 1;
    while (at < LONG) {
        size_t size = n < LONG - at ? n : LONG - at;
        CHECK_INT(writer_write(writer, bytes + at, size), 0);
        at += size;
        n = n * 7 % 5003 + 1;
        if (at % 3 == 0)
            CHECK_INT(writer_drain(writer), 0);
    }
    free(bytes);
    return writer_write_eof(writer);
}

static int read_slowly(void *arg, Value *result)
{
    Stream stream = open_stream();
    char bytes[777];
    size_t sum = 0;
    make_narrow(stream.fd);
    Task *task = begin(write_pieces, stream.writer);
    for (ssize_t n; (n = take_some(stream.peer, bytes, sizeof bytes)) > 0; ) {
        check_bytes(bytes, sum, (size_t)n);
        sum += (size_t)n;
        pause_turns(sum % 3 == 0);
    }
    CHECK_INT(sum, LONG);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(writer_get_write_buffer_size(stream.writer), 0);
    end_stream(&stream);
    return 0;
}

TEST(bytes_come_in_the_order_in_which_they_were_written)    /* ST7 */
{
    play_twice(read_slowly, NULL);
}

/* ---- At once, and later ---- */
static int write_now(void *arg, Value *result)
{
    char byte;
    Stream stream = open_stream();
    CHECK_INT(writer_write(stream.writer, "now", 3), 0);
    CHECK_INT(writer_write(stream.writer, "", 0), 0);
    CHECK_INT(writer_get_write_buffer_size(stream.writer), 0);
    char text[8] = "";
    CHECK_INT(read(stream.peer, text, 8), 3);    /* no turn has passed */
    CHECK_STR(text, "now");
    size_t full = fill(stream.fd);
    CHECK_INT(writer_write(stream.writer, "later", 5), 0);
    CHECK_INT(writer_get_write_buffer_size(stream.writer), 5);
    for (; full > 0; full--)
        take_bytes(stream.peer, &byte, 1);
    take_text(stream.peer, "later");
    CHECK_INT(writer_get_write_buffer_size(stream.writer), 0);
    end_stream(&stream);
    return 0;
}

TEST(a_write_is_sent_at_once_and_the_rest_is_kept)    /* ST7 */
{
    play_twice(write_now, NULL);
}

/* ---- Several pieces ---- */
static void take_filled(Stream *stream, size_t full)
{
    char byte = 1;
    for (; full > 0; full--)
        take_bytes(stream->peer, &byte, 1);
    CHECK_INT(byte, 0);
}

static int write_lines(void *arg, Value *result)
{
    struct iovec lines[] = { { "one ", 4 }, { "", 0 }, { "two ", 4 },
                             { "three", 5 } };
    struct iovec empty[] = { { "", 0 }, { NULL, 0 } };
    Stream stream = open_stream();
    make_narrow(stream.fd);
    CHECK_INT(writer_writelines(stream.writer, lines, 4), 0);
    CHECK_INT(writer_writelines(stream.writer, lines, 1), 0);
    CHECK_INT(writer_writelines(stream.writer, lines, 0), 0);
    CHECK_INT(writer_writelines(stream.writer, empty, 2), 0);
    take_text(stream.peer, "one two threeone ");
    size_t full = fill(stream.fd);
    CHECK_INT(writer_write(stream.writer, "zero ", 5), 0);
    CHECK_INT(writer_writelines(stream.writer, lines, 4), 0);
    CHECK_INT(writer_get_write_buffer_size(stream.writer), 18);
    CHECK_INT(writer_write(stream.writer, " four", 5), 0);
    take_filled(&stream, full);
    take_text(stream.peer, "zero one two three four");
    full = fill(stream.fd);
    CHECK_INT(writer_writelines(stream.writer, lines, 4), 0);
    CHECK_INT(writer_get_write_buffer_size(stream.writer), 13);
    take_filled(&stream, full);
    take_text(stream.peer, "one two three");
    end_stream(&stream);
    return 0;
}

TEST(lines_are_written_as_one)    /* ST7 */
{
    play_twice(write_lines, NULL);
}

static int write_long_lines(void *arg, Value *result)
{
    char *bytes = new_bytes(LONG), *got = malloc(LONG);
    struct iovec pieces[3] = { { bytes, 1000 }, { bytes + 1000, 100000 },
                               { bytes + 101000, LONG - 101000 } };
    Stream stream = open_stream();
    CHECK(got != NULL);
    make_narrow(stream.fd);
    CHECK_INT(writer_writelines(stream.writer, pieces, 3), 0);
    memset(bytes, 0, LONG);    /* it has its own */
    CHECK(writer_get_write_buffer_size(stream.writer) > 0);
    take_bytes(stream.peer, got, LONG);
    check_bytes(got, 0, LONG);
    free(got);
    free(bytes);
    end_stream(&stream);
    return 0;
}

TEST(long_lines_are_copied)    /* ST7 */
{
    play_twice(write_long_lines, NULL);
}

static int refuse_lines(void *arg, Value *result)
{
    struct iovec lines[3] = { { "a", SIZE_MAX }, { "b", 2 }, { "c", 1 } };
    Stream stream = open_stream();
    CHECK_INT(writer_writelines(stream.writer, lines, 3), ENOMEM);
    CHECK_INT(writer_write(stream.writer, "ok", 2), 0);
    take_text(stream.peer, "ok");
    end_stream(&stream);
    return 0;
}

TEST(lines_that_no_memory_holds_are_refused)
{
    play_twice(refuse_lines, NULL);
}

/* ---- Formatted ---- */
static int print_texts(void *arg, Value *result)
{
    static const int lengths[] = { 0, 1, 510, 511, 512, 513, 5000 };
    static char text[5001];
    Stream stream = open_stream();
    CHECK_INT(writer_printf(stream.writer, "%d %s\n", 42, "is it"), 0);
    take_text(stream.peer, "42 is it\n");
    for (int i = 0; i < 7; i++) {
        CHECK_INT(writer_printf(stream.writer, "%0*d", lengths[i], 0), 0);
        int wanted = lengths[i] > 0 ? lengths[i] : 1;
        memset(text, 'x', sizeof text);
        take_bytes(stream.peer, text, (size_t)wanted);
        CHECK_INT(strspn(text, "0"), wanted);
    }
    CHECK_INT(writer_printf(stream.writer, "%s", ""), 0);
    CHECK_INT(writer_write(stream.writer, ".", 1), 0);
    take_text(stream.peer, ".");
    end_stream(&stream);
    return 0;
}

TEST(what_is_printed_may_be_of_any_length)
{
    play_twice(print_texts, NULL);
}

/* ---- Too late ---- */
static int write_too_late(void *arg, Value *result)
{
    struct iovec lines[2] = { { "a", 1 }, { "b", 1 } };
    Stream stream = open_stream();
    CHECK_INT(writer_write_eof(stream.writer), 0);
    CHECK_INT(writer_write(stream.writer, "x", 1), E_RUNTIME);    /* ST6 */
    CHECK_INT(writer_writelines(stream.writer, lines, 2), E_RUNTIME);
    CHECK_INT(writer_printf(stream.writer, "x"), E_RUNTIME);
    take_end(stream.peer);
    writer_close(stream.writer);
    CHECK_INT(writer_write(stream.writer, "x", 1), ECONNRESET);   /* ST15 */
    CHECK_INT(writer_writelines(stream.writer, lines, 2), ECONNRESET);
    CHECK_INT(writer_printf(stream.writer, "x"), ECONNRESET);
    CHECK_INT(writer_drain(stream.writer), ECONNRESET);
    CHECK_INT(writer_wait_closed(stream.writer), 0);
    CHECK_INT(writer_write(stream.writer, "x", 1), ECONNRESET);
    CHECK_INT(writer_drain(stream.writer), ECONNRESET);
    CHECK_INT(writer_write_eof(stream.writer), 0);
    end_stream(&stream);
    return 0;
}

TEST(who_writes_too_late_is_told)    /* ST6 ST15 */
{
    play_twice(write_too_late, NULL);
}

static int outlive(void *writer, Value *result)
{
    *(Stream *)writer = open_stream();
    return writer_write(((Stream *)writer)->writer, "bye", 3);
}

TEST(a_writer_outlives_its_loop)
{
    char text[8] = "";
    Stream stream;
    play(outlive, &stream);
    CHECK(!is_open(stream.fd));
    CHECK_INT(writer_fileno(stream.writer), -1);
    CHECK(writer_is_closing(stream.writer));
    CHECK_INT(writer_write(stream.writer, "x", 1), ECONNRESET);
    writer_close(stream.writer);
    writer_abort(stream.writer);
    CHECK_INT(writer_write_eof(stream.writer), 0);
    CHECK_INT(read(stream.peer, text, 8), 3);
    drop_writer(&stream);
    drop_reader(&stream);
    close_peer(&stream);
    writer_free(NULL);
}
