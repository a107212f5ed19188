/* writer.c - writing: to the system what it takes, to the buffer the rest.
 *
 * What is in the buffer goes before anything that is written later: so the
 * system is asked directly only while the buffer is empty.  While it is not,
 * the loop watches the descriptor, and flush() runs whenever it can be written
 * to. */
#include "writer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "stream_inside.h"

/* ---- High and low ---- */
static void look_at_marks(Transport *transport)
{
    size_t unsent = buffer_length(&transport->out);
    if (unsent > transport->high) {
        transport->is_paused = true;
    } else if (unsent <= transport->low && transport->is_paused) {
        transport->is_paused = false;
        transport_wake(transport, &transport->drainers);
    }
}

void writer_set_write_buffer_limits(StreamWriter *transport, size_t high,
                                    size_t low)
{
    transport->high = high;
    transport->low = low < high ? low : high;
    look_at_marks(transport);
}

size_t writer_get_write_buffer_size(StreamWriter *transport)
{
    return buffer_length(&transport->out);
}

/* ---- Sending ---- */
/* *sent: how much the system took; 0 where it would block. */
static int send_some(Transport *transport, const void *data, size_t length,
                     size_t *sent)
{
    ssize_t n = fd_send(transport->fd, transport->is_socket, data, length);
    *sent = n > 0 ? (size_t)n : 0;
    return n >= 0 || fd_would_block(errno) ? 0 : errno;
}

static void flush(void *arg)
{
    Transport *transport = arg;
    Buffer *out = &transport->out;
    size_t sent;
    int err = send_some(transport, out->memory + out->start,
                        buffer_length(out), &sent);
    if (err != 0) {
        transport_fail(transport, err);
        return;
    }
    buffer_consume(out, sent);
    look_at_marks(transport);
    if (buffer_length(out) == 0)
        transport_flushed(transport);
}

static int watch(Transport *transport)
{
    int err = transport->is_watching
                  ? 0
                  : loop_add_writer(transport->loop, transport->fd, flush,
                                    transport);
    if (err == 0)
        transport->is_watching = true;
    return err;
}

/* ---- Writing ---- */
static int refusal(Transport *transport)
{
    if (transport->error != 0)
        return transport->error;
    if (transport->is_closing)
        return ECONNRESET;
    return transport->has_eof ? E_RUNTIME : 0;
}

/* If a part has gone, the rest cannot be refused. */
static int keep(Transport *transport, const char *rest, size_t length,
                bool has_begun)
{
    int err = buffer_make_room(&transport->out, length) ? 0 : ENOMEM;
    if (err == 0)
        err = watch(transport);
    if (err == 0)
        buffer_append(&transport->out, rest, length);
    else if (has_begun)
        transport_fail(transport, err);
    look_at_marks(transport);
    return err;
}

int writer_write(StreamWriter *transport, const void *data, size_t length)
{
    size_t sent = 0;
    int err = refusal(transport);
    if (err != 0 || length == 0)
        return err;
    if (buffer_length(&transport->out) == 0)
        err = send_some(transport, data, length, &sent);
    if (err != 0)
        transport_fail(transport, err);
    else if (sent < length)
        err = keep(transport, (const char *)data + sent, length - sent,
                   sent > 0);
    return err;
}

/* ---- Several pieces ---- */
static bool total_of(const struct iovec *pieces, int count, size_t *total)
{
    *total = 0;
    for (int i = 0; i < count; i++) {
        if (pieces[i].iov_len > SIZE_MAX - *total)
            return false;
        *total += pieces[i].iov_len;
    }
    return true;
}

/* They are put together first, so that they go in one call. */
int writer_writelines(StreamWriter *transport, const struct iovec *pieces,
                      int count)
{
    size_t total;
    int err = refusal(transport);
    if (err != 0 || count <= 0)
        return err;
    if (count == 1)
        return writer_write(transport, pieces[0].iov_base, pieces[0].iov_len);
    if (!total_of(pieces, count, &total) ||
        !buffer_make_room(&transport->out, total))
        return ENOMEM;
    bool is_first = buffer_length(&transport->out) == 0;
    for (int i = 0; i < count; i++)
        buffer_append(&transport->out, pieces[i].iov_base, pieces[i].iov_len);
    if (is_first && total > 0)
        flush(transport);
    if (buffer_length(&transport->out) > 0)
        err = watch(transport);
    if (err != 0)
        transport_fail(transport, err);
    look_at_marks(transport);
    return transport->error;
}

int writer_printf(StreamWriter *transport, const char *format, ...)
{
    char small[512], *text = small;
    va_list list;
    va_start(list, format);
    int length = vsnprintf(small, sizeof small, format, list);
    va_end(list);
    if (length < 0)
        return E_VALUE;
    if ((size_t)length >= sizeof small) {
        text = malloc((size_t)length + 1);
        if (text == NULL)
            return ENOMEM;
        va_start(list, format);
        vsnprintf(text, (size_t)length + 1, format, list);
        va_end(list);
    }
    int err = writer_write(transport, text, (size_t)length);
    if (text != small)
        free(text);
    return err;
}

/* ---- Waiting ---- */
static const ParkedKind drain_kind = { .what = "a drain",
                                       .forget = waitlist_forget,
                                       .cancel = waitlist_cancel };
static const ParkedKind close_kind = { .what = "a close",
                                       .forget = waitlist_forget,
                                       .cancel = waitlist_cancel };

static int loss(Transport *transport)
{
    return transport->error != 0 ? transport->error : ECONNRESET;
}

/* Whoever writes on and on to what is closing lets the loop notice.  Whoever
 * waits while it is closed hears of an error only, as in asyncio. */
SUSPENDS int writer_drain(StreamWriter *transport)
{
    bool was_woken;
    if (task_current == NULL)
        return E_RUNTIME;
    if (transport->reader != NULL && transport->reader->error != 0)
        return transport->reader->error;
    if (transport->is_lost)
        return loss(transport);
    bool is_late = transport->leaving != 0;
    if (!is_late && !transport->is_paused)
        return 0;
    int err = waitlist_wait(&transport->drainers, &drain_kind, &was_woken);
    if (err != 0)
        return err;
    return is_late ? loss(transport) : transport->error;
}

SUSPENDS int writer_wait_closed(StreamWriter *transport)
{
    bool was_woken;
    int err = task_current == NULL ? E_RUNTIME : 0;
    if (err == 0 && !transport->is_lost)
        err = waitlist_wait(&transport->closers, &close_kind, &was_woken);
    return err == 0 ? transport->error : err;
}

/* ---- The end of what is written ---- */
bool writer_can_write_eof(StreamWriter *transport)
{
    return transport->is_socket || transport->reader == NULL;
}

/* A pipe has no half: its end is closed. */
int writer_write_eof(StreamWriter *transport)
{
    if (transport->has_eof || transport->is_closing)
        return 0;
    if (!writer_can_write_eof(transport))
        return E_RUNTIME;
    if (!transport->is_socket)
        writer_close(transport);
    else if (buffer_length(&transport->out) == 0 &&
             shutdown(transport->fd, SHUT_WR) < 0)
        return errno;
    transport->has_eof = true;
    return 0;
}

/* ---- Who is there ---- */
int writer_fileno(StreamWriter *transport)
{
    return transport->fd;
}

int writer_peername(StreamWriter *transport, char *text, size_t size)
{
    if (transport->peer_length == 0) {
        socklen_t length = sizeof transport->peer;
        if (getpeername(transport->fd, &transport->peer.any, &length) < 0)
            return ENOTCONN;
        transport->peer_length = length;
    }
    return address_text(&transport->peer.any, transport->peer_length, text,
                        size);
}

int writer_sockname(StreamWriter *transport, char *text, size_t size)
{
    Address address;
    socklen_t length = sizeof address;
    if (getsockname(transport->fd, &address.any, &length) < 0)
        return ENOTCONN;
    return address_text(&address.any, length, text, size);
}
