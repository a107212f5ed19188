/* streams.h - what the tests of streams share: a connection whose other end is
 * a plain descriptor, or another connection. */
#ifndef STREAMS_TEST_H
#define STREAMS_TEST_H

#include "../../code/06_gather/timeout.h"
#include "../../code/10_streams/streams.h"
#include "../05_tasks/tasks.h"
#include "reads.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* ---- Loops ---- */
/* In virtual time and in real time: watches rest in the latter only. */
static inline void play_twice(CoroFn *function, void *arg)
{
    unsetenv("WEFT_SHUFFLE");
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(run(loop, function, arg), 0);
    loop_free(loop);
    story[0] = '\0';
    play(function, arg);
}

/* ---- Descriptors ---- */
static inline void unblock(int fd)
{
    CHECK_INT(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), 0);
}

/* Two ends of one connection; neither blocks. */
static inline void make_pair(int ends[2])
{
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    unblock(ends[0]);
    unblock(ends[1]);
}

static inline void make_pipe(int ends[2])
{
    CHECK_INT(pipe(ends), 0);
    unblock(ends[0]);
    unblock(ends[1]);
}

/* So little that a few KiB fill it. */
static inline void make_narrow(int fd)
{
    CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){ 4096 },
                         sizeof(int)), 0);
}

static inline bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* All at once: it has to fit. */
static inline void put_bytes(int fd, const void *data, size_t n)
{
    CHECK_INT(write(fd, data, n), (ssize_t)n);
}

static inline void put(int fd, const char *text)
{
    put_bytes(fd, text, strlen(text));
}

/* Until no more goes in; how much did. */
static inline size_t fill(int fd)
{
    static const char zeros[1 << 12];
    size_t sum = 0;
    for (ssize_t n; (n = write(fd, zeros, sizeof zeros)) > 0; )
        sum += (size_t)n;
    for (ssize_t n; (n = write(fd, zeros, 1)) > 0; )
        sum += (size_t)n;
    CHECK(errno == EAGAIN || errno == EWOULDBLOCK);
    return sum;
}

/* ---- In a task: the plain end ---- */
/* Until it is there, or the end, or an error; others run meanwhile. */
static inline ssize_t take_some(int fd, void *to, size_t size)
{
    for (;;) {
        ssize_t n = read(fd, to, size);
        if (n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
            return n;
        pause_turns(1);
    }
}

static inline void take_bytes(int fd, void *to, size_t n)
{
    for (char *at = to; n > 0; ) {
        ssize_t got = take_some(fd, at, n);
        CHECK(got > 0);
        at += got;
        n -= (size_t)got;
    }
}

static inline void take_text(int fd, const char *wanted)
{
    char text[256] = "";
    CHECK(strlen(wanted) < sizeof text);
    take_bytes(fd, text, strlen(wanted));
    CHECK_STR(text, wanted);
}

/* Nothing is left, and nothing will come. */
static inline void take_end(int fd)
{
    char byte;
    CHECK_INT(take_some(fd, &byte, 1), 0);
}

/* How many bytes come until the end. */
static inline size_t take_all(int fd)
{
    static char room[1 << 16];
    size_t sum = 0;
    for (ssize_t n; (n = take_some(fd, room, sizeof room)) > 0; )
        sum += (size_t)n;
    return sum;
}

/* Until it is; others run meanwhile. */
static inline void until_closed(int fd)
{
    while (is_open(fd))
        pause_turns(1);
}

/* ---- Bytes that tell where they belong ---- */
static inline char byte_at(size_t i)
{
    return (char)(i % 251 ^ i / 251 % 256);
}

static inline char *new_bytes(size_t n)
{
    char *bytes = malloc(n + 1);
    CHECK(bytes != NULL);
    for (size_t i = 0; i < n; i++)
        bytes[i] = byte_at(i);
    return bytes;
}

static inline void check_bytes(const char *bytes, size_t from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != byte_at(from + i))
            CHECK_INT(i, SIZE_MAX);    /* this one is wrong */
}

/* ---- A connection ---- */
typedef struct Stream {
    StreamReader *reader;
    StreamWriter *writer;
    int fd;      /* theirs */
    int peer;    /* the plain end; -1: closed */
} Stream;

static inline Stream stream_of(const int ends[2])
{
    Stream stream = { .fd = ends[0], .peer = ends[1] };
    CHECK_INT(async_open_fd(ends[0], &stream.reader, &stream.writer), 0);
    return stream;
}

static inline Stream open_stream(void)
{
    int ends[2];
    make_pair(ends);
    return stream_of(ends);
}

/* Fed by hand. */
static inline StreamReader *new_reader(size_t limit)
{
    StreamReader *reader = reader_new(limit);
    CHECK(reader != NULL);
    return reader;
}

static inline void close_peer(Stream *stream)
{
    CHECK_INT(close(stream->peer), 0);
    stream->peer = -1;
}

static inline void drop_reader(Stream *stream)
{
    reader_free(stream->reader);
    stream->reader = NULL;
}

static inline void drop_writer(Stream *stream)
{
    writer_free(stream->writer);
    stream->writer = NULL;
}

/* What is unsent is given up. */
static inline void end_stream(Stream *stream)
{
    if (stream->writer != NULL)
        writer_abort(stream->writer);
    drop_reader(stream);
    drop_writer(stream);
    until_closed(stream->fd);
    if (stream->peer >= 0)
        close_peer(stream);
}

/* ---- Over TCP ---- */
static inline int listen_tcp(struct sockaddr_in *at)
{
    socklen_t length = sizeof *at;
    memset(at, 0, sizeof *at);
    at->sin_family = AF_INET;
    at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    CHECK_INT(bind(fd, (struct sockaddr *)at, length), 0);
    CHECK_INT(listen(fd, 16), 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)at, &length), 0);
    return fd;
}

static inline void make_tcp_pair(int ends[2])
{
    struct sockaddr_in at;
    int listener = listen_tcp(&at);
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_INT(connect(ends[0], (struct sockaddr *)&at, sizeof at), 0);
    ends[1] = accept(listener, NULL, NULL);
    CHECK(ends[1] >= 0);
    close(listener);
    unblock(ends[0]);
    unblock(ends[1]);
}

/* Closed in this way, the other end reads ECONNRESET. */
static inline void reset_tcp(int fd)
{
    struct linger linger = { .l_onoff = 1, .l_linger = 0 };
    CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    CHECK_INT(close(fd), 0);
}

static inline Stream open_tcp_stream(void)
{
    int ends[2];
    make_tcp_pair(ends);
    return stream_of(ends);
}

#endif
