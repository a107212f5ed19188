/* async_open_fd(): what is taken over, what is refused, who closes it and how
 * it is left; and descriptors that others close, or that come again. */
#include "streams.h"

#include <termios.h>

/* ---- Helpers ---- */
static bool blocks(int fd)
{
    return (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

/* The master of a new terminal; its other end in *slave. */
static int open_terminal(int *slave)
{
    struct termios raw;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    CHECK(master >= 0);
    CHECK_INT(grantpt(master), 0);
    CHECK_INT(unlockpt(master), 0);
    *slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    CHECK(*slave >= 0);
    CHECK_INT(tcgetattr(*slave, &raw), 0);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    raw.c_oflag &= ~(tcflag_t)OPOST;
    CHECK_INT(tcsetattr(*slave, TCSANOW, &raw), 0);
    return master;
}

/* ---- Refused ---- */
static void refuse(int fd, int err)
{
    StreamReader *reader = NULL;
    StreamWriter *writer = NULL;
    bool was_blocking = fd >= 0 && is_open(fd) && blocks(fd);
    CHECK_INT(async_open_fd(fd, &reader, &writer), err);
    CHECK_PTR(reader, NULL);
    CHECK_PTR(writer, NULL);
    if (fd >= 0 && is_open(fd)) {
        CHECK_INT(blocks(fd), was_blocking);
        close(fd);
    }
}

static int refuse_some(void *arg, Value *result)
{
    FILE *file = tmpfile();
    int closed = dup(0);
    CHECK(file != NULL);
    close(closed);
    refuse(dup(fileno(file)), E_VALUE);
    refuse(open("/", O_RDONLY), E_VALUE);
    refuse(-1, EBADF);
    refuse(closed, EBADF);
    fclose(file);
    int fd = dup(0);
    CHECK_INT(async_open_fd(fd, NULL, NULL), E_RUNTIME);
    close(fd);
    return 0;
}

TEST(files_and_directories_are_refused)
{
    play_twice(refuse_some, NULL);
}

TEST(without_a_loop_it_is_refused)
{
    int ends[2];
    StreamReader *reader;
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(async_open_fd(ends[0], &reader, NULL), E_RUNTIME);
    CHECK(blocks(ends[0]));
    close(ends[0]);
    close(ends[1]);
}

/* ---- Pipes ---- */
static int use_pipe(void *arg, Value *result)
{
    int ends[2];
    StreamReader *reader;
    StreamWriter *writer;
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(async_open_fd(ends[0], &reader, NULL), 0);
    CHECK_INT(async_open_fd(ends[1], NULL, &writer), 0);
    CHECK(!blocks(ends[0]));
    CHECK(!blocks(ends[1]));
    CHECK_INT(writer_write(writer, "through\n", 8), 0);
    expect_line(reader, "through\n");
    char text[80];
    CHECK_INT(writer_peername(writer, text, sizeof text), ENOTCONN);
    CHECK_INT(writer_sockname(writer, text, sizeof text), ENOTCONN);
    CHECK_INT(writer_fileno(writer), ends[1]);
    CHECK_INT(writer_write(writer, "last", 4), 0);
    writer_free(writer);
    expect_rest(reader, "last");
    reader_free(reader);
    until_closed(ends[0]);
    CHECK(!is_open(ends[1]));
    return 0;
}

TEST(a_pipe_has_a_reader_or_a_writer)
{
    play_twice(use_pipe, NULL);
}

/* With one handle only, that one owns it. */
static int use_halves(void *arg, Value *result)
{
    Stream stream = open_stream();
    drop_reader(&stream);
    CHECK_INT(writer_write(stream.writer, "x", 1), 0);
    pause_turns(2);
    CHECK(is_open(stream.fd));
    drop_writer(&stream);
    until_closed(stream.fd);
    take_text(stream.peer, "x");
    end_stream(&stream);
    stream = open_stream();
    put(stream.peer, "abc");
    expect_read(stream.reader, 1, "a");
    drop_writer(&stream);    /* closes it: writer_free() */
    until_closed(stream.fd);
    drop_reader(&stream);
    close_peer(&stream);
    return 0;
}

TEST(a_writer_that_is_freed_closes_a_reader_does_not)
{
    play_twice(use_halves, NULL);
}

/* ---- Terminals ---- */
static int use_terminal(void *arg, Value *result)
{
    int slave, master = open_terminal(&slave), other = dup(slave);
    StreamReader *reader;
    StreamWriter *writer;
    CHECK(blocks(slave));
    CHECK_INT(async_open_fd(slave, &reader, &writer), 0);
    CHECK(!blocks(other));
    put(master, "typed\n");
    expect_line(reader, "typed\n");
    CHECK_INT(writer_write(writer, "shown", 5), 0);
    take_text(master, "shown");
    CHECK(!writer_can_write_eof(writer));
    CHECK_INT(writer_write_eof(writer), E_RUNTIME);
    CHECK_INT(writer_write(writer, "more", 4), 0);
    take_text(master, "more");
    writer_close(writer);
    CHECK_INT(writer_wait_closed(writer), 0);
    CHECK(!is_open(slave));
    CHECK(blocks(other));
    writer_free(writer);
    reader_free(reader);
    close(other);
    close(master);
    return 0;
}

TEST(a_terminal_blocks_again_when_it_is_closed)
{
    play_twice(use_terminal, NULL);
}

static int leave_terminal(void *slave, Value *result)
{
    StreamReader *reader;
    CHECK_INT(async_open_fd(*(int *)slave, &reader, NULL), 0);
    CHECK(!blocks(*(int *)slave));
    *result = (Value){ .p = reader };
    return 0;
}

TEST(a_terminal_blocks_again_when_its_loop_closes)
{
    int slave, master = open_terminal(&slave), other = dup(slave);
    Value reader;
    Loop *loop = ordered_loop();
    Task *task = new_task(loop, leave_terminal, &slave);
    CHECK_INT(loop_run_until_complete(loop, task, &reader), 0);
    task_release(task);
    CHECK(!blocks(other));
    loop_free(loop);
    CHECK(blocks(other));
    CHECK(!is_open(slave));
    reader_free(reader.p);
    close(other);
    close(master);
}

/* One that was non-blocking before stays so. */
static int keep_flag(void *arg, Value *result)
{
    int ends[2];
    make_pair(ends);
    int other = dup(ends[0]);
    Stream stream = stream_of(ends);
    end_stream(&stream);
    CHECK(!blocks(other));
    close(other);
    return 0;
}

TEST(what_did_not_block_before_does_not_afterwards)
{
    play_twice(keep_flag, NULL);
}

/* ---- The same number again ---- */
/* No watch of the one before is left: its task would be woken by mistake, or
 * the new one not at all. */
static int reuse_number(void *arg, Value *result)
{
    for (int i = 0; i < 8; i++) {
        Stream old = open_stream();
        int number = old.fd;
        Reading reading = reading_of(old.reader, LINE);
        begin_reading(&reading);
        if (i % 2 == 0) {
            fill(old.fd);
            CHECK_INT(writer_write(old.writer, "unsent", 6), 0);
        }
        writer_abort(old.writer);
        CHECK_INT(writer_wait_closed(old.writer), 0);
        int ends[2];
        make_pair(ends);
        CHECK_INT(ends[0], number);
        Stream fresh = stream_of(ends);
        CHECK_INT(task_join(reading.task, NULL), 0);
        drop_writer(&old);
        drop_reader(&old);
        reading = reading_of(fresh.reader, LINE);
        begin_reading(&reading);
        CHECK_INT(reading.err, -1);
        put(fresh.peer, "fresh\n");
        CHECK_INT(task_join(reading.task, NULL), 0);
        CHECK_STR(reading.text, "fresh\n");
        CHECK_INT(writer_write(fresh.writer, "too", 3), 0);
        take_text(fresh.peer, "too");
        close_peer(&old);
        end_stream(&fresh);
    }
    return 0;
}

TEST(a_number_may_come_again_at_once)
{
    play_twice(reuse_number, NULL);
}

/* ---- Closed by others ---- */
static int close_behind(void *arg, Value *result)
{
    Stream stream = open_stream();
    Reading reading = reading_of(stream.reader, READ);
    begin_reading(&reading);
    close(stream.fd);
    CHECK_INT(task_join(reading.task, NULL), 0);
    CHECK_INT(reading.err, EBADF);
    CHECK_INT(writer_write(stream.writer, "x", 1), EBADF);
    CHECK_INT(writer_wait_closed(stream.writer), EBADF);
    end_stream(&stream);
    stream = open_stream();
    close(stream.fd);
    CHECK_INT(writer_write(stream.writer, "x", 1), EBADF);
    CHECK_INT(writer_drain(stream.writer), EBADF);
    end_stream(&stream);
    return 0;
}

TEST(a_descriptor_that_others_closed_is_an_error)    /* ST9 */
{
    play_twice(close_behind, NULL);
}

static int close_behind_drain(void *arg, Value *result)
{
    char bytes[1000] = { 0 };
    Stream stream = open_stream();
    writer_set_write_buffer_limits(stream.writer, 10, 0);
    fill(stream.fd);
    CHECK_INT(writer_write(stream.writer, bytes, sizeof bytes), 0);
    close(stream.fd);
    CHECK_INT(writer_drain(stream.writer), EBADF);
    CHECK_INT(writer_wait_closed(stream.writer), EBADF);
    end_stream(&stream);
    return 0;
}

TEST(a_drain_ends_when_others_close_the_descriptor)    /* ST9 */
{
    play_twice(close_behind_drain, NULL);
}
