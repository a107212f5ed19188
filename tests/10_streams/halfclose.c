/* Half of a connection is closed: one direction ends, the other goes on.  And
 * the other end is gone: which error it is, and no SIGPIPE. */
#include "streams.h"

/* ---- Both halves ---- */
static int end_ours(void *over_tcp, Value *result)
{
    Stream stream = over_tcp ? open_tcp_stream() : open_stream();
    CHECK(writer_can_write_eof(stream.writer));
    CHECK_INT(writer_write(stream.writer, "request", 7), 0);
    CHECK_INT(writer_write_eof(stream.writer), 0);
    CHECK_INT(writer_write_eof(stream.writer), 0);
    take_text(stream.peer, "request");
    take_end(stream.peer);
    CHECK(!writer_is_closing(stream.writer));
    CHECK_INT(writer_drain(stream.writer), 0);
    put(stream.peer, "one\n");
    expect_line(stream.reader, "one\n");
    put(stream.peer, "two\n");
    close_peer(&stream);
    expect_rest(stream.reader, "two\n");
    writer_close(stream.writer);
    CHECK_INT(writer_wait_closed(stream.writer), 0);
    end_stream(&stream);
    return 0;
}

TEST(we_read_on_after_our_end)    /* ST6 */
{
    play_twice(end_ours, NULL);
    play_twice(end_ours, "TCP");
}

static int end_theirs(void *over_tcp, Value *result)
{
    Stream stream = over_tcp ? open_tcp_stream() : open_stream();
    put(stream.peer, "last");
    CHECK_INT(shutdown(stream.peer, SHUT_WR), 0);
    expect_rest(stream.reader, "last");
    expect_line(stream.reader, "");
    CHECK(!writer_is_closing(stream.writer));
    for (int i = 0; i < 3; i++) {
        CHECK_INT(writer_write(stream.writer, "answer", 6), 0);
        CHECK_INT(writer_drain(stream.writer), 0);
        take_text(stream.peer, "answer");
    }
    writer_close(stream.writer);
    take_end(stream.peer);
    end_stream(&stream);
    return 0;
}

TEST(we_write_on_after_their_end)    /* ST6 */
{
    play_twice(end_theirs, NULL);
    play_twice(end_theirs, "TCP");
}

static int end_full(void *arg, Value *result)
{
    enum { N = 100 * 1000 };
    char *bytes = new_bytes(N);
    Stream stream = open_stream();
    make_narrow(stream.fd);
    size_t full = fill(stream.fd);
    CHECK_INT(writer_write(stream.writer, bytes, N), 0);
    CHECK_INT(writer_write_eof(stream.writer), 0);
    CHECK_INT(writer_write(stream.writer, "x", 1), E_RUNTIME);
    CHECK_INT(take_all(stream.peer), full + N);    /* and then the end */
    CHECK(!writer_is_closing(stream.writer));
    put(stream.peer, "answer\n");
    expect_line(stream.reader, "answer\n");
    free(bytes);
    end_stream(&stream);
    return 0;
}

TEST(the_end_comes_after_what_is_unsent)    /* ST6 */
{
    play_twice(end_full, NULL);
}

/* ---- Pipes ---- */
static int end_pipe(void *arg, Value *result)
{
    int ends[2];
    StreamWriter *writer;
    make_pipe(ends);
    CHECK_INT(async_open_fd(ends[1], NULL, &writer), 0);
    CHECK(writer_can_write_eof(writer));
    size_t full = fill(ends[1]);
    CHECK_INT(writer_write(writer, "more", 4), 0);
    CHECK_INT(writer_write_eof(writer), 0);
    CHECK(writer_is_closing(writer));
    CHECK_INT(take_all(ends[0]), full + 4);
    CHECK_INT(writer_wait_closed(writer), 0);
    CHECK(!is_open(ends[1]));
    writer_free(writer);
    close(ends[0]);
    return 0;
}

TEST(the_end_of_a_pipe_closes_it)    /* ST6 */
{
    play_twice(end_pipe, NULL);
}

/* ---- They are gone ---- */
static int write_to_nobody(void *over_tcp, Value *result)
{
    Stream stream = over_tcp ? open_tcp_stream() : open_stream();
    int err = 0;
    close_peer(&stream);
    for (int i = 0; err == 0; i++) {
        err = writer_write(stream.writer, "x", 1);
        pause_turns(1);
    }
    CHECK(err == EPIPE || err == ECONNRESET);
    CHECK_INT(writer_drain(stream.writer), err);
    CHECK_INT(writer_write(stream.writer, "x", 1), err);
    CHECK_INT(writer_wait_closed(stream.writer), err);
    CHECK(writer_is_closing(stream.writer));
    CHECK(!is_open(stream.fd));
    end_stream(&stream);
    return 0;
}

TEST(who_writes_to_nobody_is_told)    /* ST9 ST15 */
{
    play_twice(write_to_nobody, NULL);
    play_twice(write_to_nobody, "TCP");
}

static int read_reset(void *arg, Value *result)
{
    Stream stream = open_tcp_stream();
    Reading reading = reading_of(stream.reader, LINE);
    begin_reading(&reading);
    reset_tcp(stream.peer);
    stream.peer = -1;
    CHECK_INT(task_join(reading.task, NULL), 0);
    CHECK_INT(reading.err, ECONNRESET);
    CHECK_INT(read_text(&reading), ECONNRESET);
    CHECK_INT(writer_write(stream.writer, "x", 1), ECONNRESET);
    CHECK_INT(writer_drain(stream.writer), ECONNRESET);
    CHECK_INT(writer_wait_closed(stream.writer), ECONNRESET);
    end_stream(&stream);
    return 0;
}

TEST(a_reset_is_an_error_for_both)    /* ST9 ST15 */
{
    play_twice(read_reset, NULL);
}

static int read_before_reset(void *arg, Value *result)
{
    Stream stream = open_tcp_stream();
    put(stream.peer, "one\ntwo\nthr");
    expect_line(stream.reader, "one\n");
    reset_tcp(stream.peer);
    stream.peer = -1;
    while (writer_write(stream.writer, "x", 1) == 0)
        pause_turns(1);
    CHECK_INT(writer_wait_closed(stream.writer), ECONNRESET);
    expect_line(stream.reader, "two\n");    /* it had been received */
    Reading reading = reading_of(stream.reader, LINE);
    CHECK_INT(read_text(&reading), ECONNRESET);
    expect_read(stream.reader, 9, "thr");
    CHECK_INT(read_text(&reading), ECONNRESET);
    end_stream(&stream);
    return 0;
}

TEST(what_had_come_is_read_before_the_reset)
{
    play_twice(read_before_reset, NULL);
}

/* ---- No SIGPIPE ---- */
static volatile sig_atomic_t caught;

static void catch(int signo)
{
    caught++;
}

static bool is_pending(void)
{
    sigset_t pending;
    CHECK_INT(sigpending(&pending), 0);
    return sigismember(&pending, SIGPIPE);
}

static int write_to_nothing(void *is_pipe, Value *result)
{
    int ends[2], err = 0;
    StreamWriter *writer;
    if (is_pipe)
        make_pipe(ends);
    else
        make_pair(ends);
    CHECK_INT(async_open_fd(ends[1], NULL, &writer), 0);
    close(ends[0]);
    err = writer_write(writer, "x", 1);
    CHECK_INT(err, EPIPE);
    CHECK_INT(writer_wait_closed(writer), EPIPE);
    writer_free(writer);
    return 0;
}

static void write_to_both(void)
{
    play_twice(write_to_nothing, NULL);
    play_twice(write_to_nothing, "a pipe");
}

TEST(no_SIGPIPE_comes_of_it)    /* ST9 */
{
    write_to_both();
    signal(SIGPIPE, SIG_IGN);
    write_to_both();
    signal(SIGPIPE, catch);
    write_to_both();
    CHECK_INT(caught, 0);
    raise(SIGPIPE);
    CHECK_INT(caught, 1);    /* it is not blocked */
}

TEST(a_SIGPIPE_of_before_stays)    /* ST9 */
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    signal(SIGPIPE, catch);
    CHECK_INT(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    write_to_both();
    CHECK(!is_pending());
    raise(SIGPIPE);
    write_to_both();
    CHECK(is_pending());
    CHECK_INT(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
    CHECK_INT(caught, 1);
}
