/* writer.h - bytes on their way out, faster than the other end takes them.
 *
 * The counterpart of asyncio.StreamWriter, and of the transport below it. */
#ifndef WRITER_H
#define WRITER_H

#include <sys/uio.h>

#include "../05_tasks/task.h"

/* ---- Writing ---- */
typedef struct StreamWriter StreamWriter;

/* writer.write(): sends what the system takes at once, and keeps a copy of the
 * rest, which goes when it can.  Never suspends.  ENOMEM: nothing was taken,
 * or a part has gone, and the connection is given up.
 * E_RUNTIME: after writer_write_eof().  ECONNRESET, EPIPE and the like: the
 * connection is lost, or was closed, and nothing is sent any more. */
int writer_write(StreamWriter *, const void *data, size_t length);
int writer_writelines(StreamWriter *, const struct iovec *, int count);
int writer_printf(StreamWriter *, const char *format, ...);

/* writer.drain(): waits while too much is unsent: after more than `high` bytes,
 * until it is `low` at most.  Or the connection's error. */
SUSPENDS int writer_drain(StreamWriter *);

/* transport.set_write_buffer_limits(): 64 KiB and a quarter of it, at first. */
void writer_set_write_buffer_limits(StreamWriter *, size_t high, size_t low);
size_t writer_get_write_buffer_size(StreamWriter *);    /* bytes unsent */

/* ---- The end ---- */
/* writer.write_eof(): the other end reads the end after what was written; we
 * can read on.  0 or an errno value. */
int writer_write_eof(StreamWriter *);
bool writer_can_write_eof(StreamWriter *);

/* writer.close(): reads no more, sends what is unsent in the background, then
 * closes.  transport.abort(): drops what is unsent. */
void writer_close(StreamWriter *);
void writer_abort(StreamWriter *);
bool writer_is_closing(StreamWriter *);

/* writer.wait_closed(): until that is done.  0, or why the connection was
 * lost. */
SUSPENDS int writer_wait_closed(StreamWriter *);

/* Closes it first if need be; what is unsent is still sent.  Tasks that wait
 * with it go with E_RUNTIME.  NULL is ignored. */
void writer_free(StreamWriter *);

/* ---- Who is there ---- */
/* writer.get_extra_info(): "127.0.0.1:8888", "[::1]:8888", a path.  ENOTCONN:
 * it is closed, or no socket.  E_VALUE: it does not fit. */
int writer_peername(StreamWriter *, char *text, size_t size);
int writer_sockname(StreamWriter *, char *text, size_t size);
int writer_fileno(StreamWriter *);    /* -1: it is closed */

#endif
