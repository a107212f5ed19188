/* reader.c - how bytes come into a reader, and how its task waits for them.
 *
 * Nothing is received unless a task waits for it: the rest stays with the
 * system, which slows the sender down.  A task waits with its FdWait in
 * `waiting`; whoever feeds, ends or frees the reader wakes it there. */
#include "reader.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "stream_inside.h"

/* ---- Waking ---- */
void reader_wake(StreamReader *reader)
{
    if (reader->waiting != NULL)
        fd_wake(reader->waiting);
}

/* The reader may be gone when it runs. */
static void abandon(StreamReader *reader)
{
    FdWait *wait = reader->waiting;
    if (wait == NULL)
        return;
    reader_wake(reader);
    wait->is_abandoned = true;
    wait->slot = NULL;
}

/* ---- Making and freeing ---- */
StreamReader *reader_new(size_t limit)
{
    StreamReader *reader = calloc(1, sizeof *reader);
    if (reader != NULL)
        reader_set_limit(reader, limit);
    return reader;
}

void reader_set_limit(StreamReader *reader, size_t limit)
{
    reader->limit = limit != 0 ? limit : STREAM_LIMIT;
}

void reader_free(StreamReader *reader)
{
    if (reader == NULL)
        return;
    Transport *transport = reader->transport;
    abandon(reader);
    buffer_free(&reader->in);
    buffer_free(&reader->rest);
    free(reader);
    if (transport == NULL)
        return;
    transport->reader = NULL;
    if (!transport->has_writer)
        writer_close(transport);
    transport_release(transport);
}

/* ---- The byte behind a line ---- */
/* It makes room for a NUL until the next read.  Until then nothing in the
 * buffer may move: what comes meanwhile waits in `rest`. */
void reader_hold(StreamReader *reader, size_t at)
{
    reader->held_at = at;
    reader->held = reader->in.memory[at];
    reader->in.memory[at] = '\0';
    reader->is_holding = true;
}

static int let_go(StreamReader *reader)
{
    Buffer *rest = &reader->rest;
    if (reader->is_holding)
        reader->in.memory[reader->held_at] = reader->held;
    reader->is_holding = false;
    if (buffer_length(rest) == 0)
        return 0;
    if (!buffer_append(&reader->in, rest->memory, rest->end))
        return ENOMEM;
    buffer_free(rest);
    return 0;
}

/* ---- Waiting ---- */
int reader_begin(StreamReader *reader)
{
    Transport *transport = reader->transport;
    if (task_current == NULL || reader->waiting != NULL ||
        (transport != NULL && transport->loop != task_current->future.loop))
        return E_RUNTIME;
    return let_go(reader);
}

bool reader_has_ended(StreamReader *reader)
{
    return reader->is_eof || reader->error != 0;
}

/* *is_ready: the descriptor is; else it was fed, or has ended. */
static SUSPENDS int wait_for_data(StreamReader *reader, bool *is_ready)
{
    Transport *transport = reader->transport;
    FdWait wait = { .slot = &reader->waiting };
    if (transport != NULL && !transport->is_closing)
        wait.watch = &transport->reading;
    int err = fd_wait(&wait);
    *is_ready = wait.is_ready;
    return err;
}

/* ---- Trying ---- */
/* false: it would block.  The end, or a failure, is for all reads to come. */
static bool try(StreamReader *reader, void *to, size_t size, size_t *got)
{
    Transport *transport = reader->transport;
    if (transport->is_closing)
        return reader_has_ended(reader);
    ssize_t n = fd_receive(transport->fd, transport->is_socket, to, size);
    if (n > 0) {
        *got = (size_t)n;
    } else if (n == 0) {
        reader->is_eof = true;
    } else if (fd_would_block(errno)) {
        return false;
    } else {
        reader->error = errno;
        transport_fail(transport, reader->error);
    }
    return true;
}

/* ---- Receiving ---- */
/* Who found nothing does not try the next times, but waits first: a call less,
 * where requests and answers alternate.  Who always finds something waits now
 * and then, too, so that others run. */
enum { PATIENCE = 32, FAIR = 16 };

SUSPENDS int reader_receive(StreamReader *reader, void *to, size_t size,
                            size_t *got)
{
    int err = 0;
    bool is_ready = true;
    *got = 0;
    if (reader->patience == 0 && ++reader->streak == FAIR) {
        reader->patience = 1;
        reader->streak = 0;
    }
    if (reader->patience > 0) {
        reader->patience--;
        err = wait_for_data(reader, &is_ready);
    }
    while (err == 0 && is_ready && !try(reader, to, size, got)) {
        reader->patience = PATIENCE;
        err = wait_for_data(reader, &is_ready);
    }
    if (err == 0 && *got == size)
        reader->patience = 0;    /* there may be more */
    return err;
}

/* ---- Filling the buffer ---- */
enum { LEAST = 4096, MOST = 256 * 1024 };

/* Whoever fills what room there is gets more of it the next time. */
static size_t room_for(StreamReader *reader, size_t wanted)
{
    if (reader->chunk < LEAST)
        reader->chunk = LEAST;
    if (wanted < reader->chunk)
        wanted = reader->chunk;
    return wanted < MOST ? wanted : MOST;
}

SUSPENDS int reader_fill(StreamReader *reader, size_t wanted)
{
    Buffer *in = &reader->in;
    size_t got;
    bool is_ready;
    if (reader->transport == NULL)
        return wait_for_data(reader, &is_ready);
    if (!buffer_make_room(in, room_for(reader, wanted)))
        return ENOMEM;
    size_t room = in->capacity - in->end;
    int err = reader_receive(reader, in->memory + in->end, room, &got);
    if (err != 0)
        return err;
    in->end += got;
    if (got == room && reader->chunk < MOST)
        reader->chunk *= 2;
    return 0;
}

/* ---- The end ---- */
static bool peer_has_ended(Transport *transport)
{
    char byte;
    return transport != NULL && transport->is_socket &&
           !transport->is_closing &&
           recv(transport->fd, &byte, 1, MSG_PEEK) == 0;
}

bool reader_at_eof(StreamReader *reader)
{
    if (buffer_length(&reader->in) > 0 || buffer_length(&reader->rest) > 0)
        return false;
    return reader->is_eof || peer_has_ended(reader->transport);
}

/* ---- Fed by hand ---- */
int reader_feed_data(StreamReader *reader, const void *data, size_t length)
{
    if (reader->is_eof || reader->transport != NULL)
        return E_RUNTIME;
    Buffer *to = reader->is_holding ? &reader->rest : &reader->in;
    if (!buffer_append(to, data, length))
        return ENOMEM;
    if (length > 0)
        reader_wake(reader);
    return 0;
}

void reader_feed_eof(StreamReader *reader)
{
    reader->is_eof = true;
    reader_wake(reader);
}

void reader_set_error(StreamReader *reader, int error)
{
    if (error == 0)
        return;
    reader->error = error;
    reader_wake(reader);
}
