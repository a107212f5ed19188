/* transport.c - a descriptor, and what lies between it and the program.
 *
 * It lives until the program has freed its handles and its descriptor is
 * closed: its `references`.  Its loss runs from the ready queue, in a place
 * reserved at its making, and then whoever waits is told. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../03_futures/report.h"
#include "stream_inside.h"
#include "streams.h"

/* ---- All of a loop ---- */
static const char streams_key;

/* In debug mode.  The handler may free its handles: so it is dropped before. */
static void drop_open(Transport *transport)
{
    char message[48];
    Loop *loop = transport->loop;
    ErrorContext context = { .message = message, .origin = transport->origin };
    snprintf(message, sizeof message, "A stream was never closed: fd %d",
             transport->fd);
    transport_drop(transport);
    loop_call_exception_handler(loop, &context);
}

/* Nobody is woken: the tasks of a loop that closes never run again.  A child of
 * fork() leaves alone what its parent uses on: paths, and how an open file
 * behaves. */
static void closing(Loop *loop, LoopLocal *local)
{
    Streams *streams = (Streams *)local;
    bool is_forked = streams->process != getpid();
    servers_close(streams->servers, is_forked);
    for (Transport *t = streams->first; t != NULL && is_forked; t = t->next)
        t->was_blocking = false;
    while (streams->first != NULL)
        if (loop_get_debug(loop) && !streams->first->is_closing && !is_forked)
            drop_open(streams->first);
        else
            transport_drop(streams->first);
}

Streams *streams_of(Loop *loop)
{
    LoopLocal *local = loop_local(loop, &streams_key);
    if (loop_is_closed(loop))
        return NULL;
    if (local != NULL)
        return (Streams *)local;
    Streams *streams = calloc(1, sizeof *streams);
    if (streams != NULL) {
        streams->local = (LoopLocal){ &streams_key, closing, NULL };
        streams->process = getpid();
        loop_local_add(loop, &streams->local);
    }
    return streams;
}

static void join(Streams *streams, Transport *transport)
{
    transport->where = &streams->first;
    transport->next = streams->first;
    if (transport->next != NULL)
        transport->next->where = &transport->next;
    streams->first = transport;
}

static void leave(Transport *transport)
{
    *transport->where = transport->next;
    if (transport->next != NULL)
        transport->next->where = transport->where;
}

/* ---- Making ---- */
enum { HIGH = 64 * 1024 };

Transport *transport_new(Loop *loop, int fd, bool is_socket)
{
    Streams *streams = streams_of(loop);
    Transport *transport = streams != NULL ? calloc(1, sizeof *transport)
                                           : NULL;
    if (transport == NULL || !loop_reserve(loop)) {
        free(transport);
        return NULL;
    }
    transport->loop = loop_retain(loop);
    transport->fd = fd;
    transport->reading = (FdWatch){ .loop = loop, .fd = fd, .which = READER,
                                    .may_rest = true };
    transport->is_socket = is_socket;
    transport->references = 1;
    transport->origin = origin_now;
    transport->high = HIGH;
    transport->low = HIGH / 4;
    join(streams, transport);
    return transport;
}

bool transport_open(Transport *transport, StreamReader **reader,
                    StreamWriter **writer, size_t limit)
{
    StreamReader *made = reader != NULL ? reader_new(limit) : NULL;
    if (reader != NULL && made == NULL)
        return false;
    if (reader != NULL) {
        transport->references++;
        transport->reader = *reader = made;
        made->transport = transport;
    }
    if (writer != NULL) {
        transport->references++;
        transport->has_writer = true;
        *writer = transport;
    }
    return true;
}

void transport_release(Transport *transport)
{
    if (--transport->references > 0)
        return;
    buffer_free(&transport->out);
    loop_release(transport->loop);
    free(transport);
}

void transport_forget(Transport *transport)
{
    leave(transport);
    loop_unreserve(transport->loop);
    transport_release(transport);
}

/* ---- Losing it ---- */
enum { SAVED = 4096, MOST_SAVED = 256 * 1024 };

static void stop_watching(Transport *transport)
{
    if (transport->is_watching)
        loop_remove_writer(transport->loop, transport->fd);
    transport->is_watching = false;
}

/* A terminal is shared with others, who may not expect that it does not
 * block. */
static void close_fd(Transport *transport)
{
    stop_watching(transport);
    fd_watch_end(&transport->reading);
    if (transport->was_blocking)
        fd_set_blocking(transport->fd, true);
    close(transport->fd);
    transport->fd = -1;
}

static void end_reading(Transport *transport)
{
    StreamReader *reader = transport->reader;
    if (reader == NULL)
        return;
    if (reader->error == 0)
        reader->error = transport->error;
    reader->is_eof = reader->is_eof || reader->error == 0;
    reader_wake(reader);
}

void transport_wake(Transport *transport, WaitList *list)
{
    while (waitlist_wake_into(list, &transport->woken))
        continue;
}

/* A write has failed; but what the other end sent before can still be read. */
static void save_the_rest(Transport *transport)
{
    StreamReader *reader = transport->reader;
    if (transport->error == 0 || reader == NULL || reader_has_ended(reader))
        return;
    Buffer *rest = &reader->rest;
    ssize_t n = 1;
    while (n > 0 && rest->end < MOST_SAVED && buffer_make_room(rest, SAVED)) {
        n = fd_receive(transport->fd, transport->is_socket,
                       rest->memory + rest->end, SAVED);
        rest->end += n > 0 ? (size_t)n : 0;
    }
}

static void lose(void *arg)
{
    Transport *transport = arg;
    save_the_rest(transport);
    transport->is_closing = transport->is_lost = true;
    buffer_free(&transport->out);
    end_reading(transport);
    close_fd(transport);
    transport_wake(transport, &transport->drainers);
    transport_wake(transport, &transport->closers);
    leave(transport);
    loop_unreserve(transport->loop);
    transport_release(transport);
}

void transport_drop(Transport *transport)
{
    loop_cancel(transport->loop, transport->leaving);
    lose(transport);
}

static void lose_soon(Transport *transport)
{
    transport->is_closing = true;
    if (transport->leaving != 0 || transport->is_lost)
        return;
    stop_watching(transport);
    loop_adopt(transport->loop);
    transport->leaving = loop_push(transport->loop, lose, transport);
}

void transport_fail(Transport *transport, int error)
{
    if (transport->error == 0)
        transport->error = error;
    writer_abort(transport);
}

/* ---- Closing ---- */
/* Whoever reads waits for the loss now, and not for bytes. */
void writer_close(StreamWriter *transport)
{
    if (transport->is_closing)
        return;
    transport->is_closing = true;
    fd_watch_end(&transport->reading);
    if (transport->reader != NULL && transport->reader->waiting != NULL)
        transport->reader->waiting->watch = NULL;
    if (buffer_length(&transport->out) == 0)
        lose_soon(transport);
}

void writer_abort(StreamWriter *transport)
{
    writer_close(transport);
    buffer_consume(&transport->out, buffer_length(&transport->out));
    lose_soon(transport);
}

bool writer_is_closing(StreamWriter *transport)
{
    return transport->is_closing;
}

/* After the last byte: what was asked for meanwhile. */
void transport_flushed(Transport *transport)
{
    stop_watching(transport);
    if (transport->is_closing)
        lose_soon(transport);
    else if (transport->has_eof && shutdown(transport->fd, SHUT_WR) < 0)
        transport_fail(transport, errno);
}

void writer_free(StreamWriter *transport)
{
    if (transport == NULL)
        return;
    transport->has_writer = false;
    writer_close(transport);
    waitlist_abandon(&transport->drainers);
    waitlist_abandon(&transport->closers);
    waitlist_abandon(&transport->woken);
    transport_release(transport);
}

/* ---- A descriptor of the program's ---- */
static int kind_of(int fd, bool *is_socket)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return errno;
    *is_socket = S_ISSOCK(status.st_mode);
    return *is_socket || S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)
               ? 0
               : E_VALUE;
}

static int open_fd(Loop *loop, int fd, bool is_socket, StreamReader **reader,
                   StreamWriter **writer)
{
    int flags = fcntl(fd, F_GETFL);
    Transport *transport = transport_new(loop, fd, is_socket);
    if (transport == NULL)
        return loop_is_closed(loop) ? E_RUNTIME : ENOMEM;
    int err = fd_set_blocking(fd, false);
    if (err == 0 && !transport_open(transport, reader, writer, 0))
        err = ENOMEM;
    transport->was_blocking = (flags & O_NONBLOCK) == 0;
    if (err != 0) {
        if (transport->was_blocking)
            fd_set_blocking(fd, true);
        transport_forget(transport);
    }
    return err;
}

int async_open_fd(int fd, StreamReader **reader, StreamWriter **writer)
{
    Loop *loop = async_get_running_loop();
    bool is_socket = false;
    int err = loop == NULL || (reader == NULL && writer == NULL)
                  ? E_RUNTIME
                  : kind_of(fd, &is_socket);
    return err != 0 ? err : open_fd(loop, fd, is_socket, reader, writer);
}
