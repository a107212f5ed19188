/* reader.h - bytes as they come, in the pieces that a task asks for.
 *
 * The counterpart of asyncio.StreamReader.  One task at a time may read:
 * E_RUNTIME for another.  A read that is cancelled has consumed nothing, and a
 * reader that is freed lets the task that reads go with E_RUNTIME.  Once the
 * connection has failed, what has come is read first, then its error. */
#ifndef READER_H
#define READER_H

#include "../05_tasks/task.h"

/* ---- Readers ---- */
typedef struct StreamReader StreamReader;

enum { STREAM_LIMIT = 64 * 1024 };    /* bytes */

void reader_free(StreamReader *);     /* NULL is ignored */

/* ---- Reading ---- */
/* reader.read(n): at least a byte, at most `size`.  *got == 0: the end. */
SUSPENDS int reader_read(StreamReader *, void *buffer, size_t size,
                         size_t *got);

/* reader.read(-1): all until the end; free(*data), which a NUL follows. */
SUSPENDS int reader_read_all(StreamReader *, char **data, size_t *length);

/* reader.readexactly().  E_INCOMPLETE_READ: the end came first; the *got bytes
 * before it are in the buffer. */
SUSPENDS int reader_readexactly(StreamReader *, void *buffer, size_t size,
                                size_t *got);

/* ---- Lines ---- */
/* reader.readline(): with its '\n', which the last one may lack; a NUL follows.
 * Valid until the next read.  *length == 0: the end.  E_VALUE: it is longer
 * than the limit, and was dropped as far as it has come. */
SUSPENDS int reader_readline(StreamReader *, char **line, size_t *length);

/* reader.readuntil(): the same with any separator.  E_INCOMPLETE_READ: the end
 * came first, and *data is what was before it.  E_LIMIT_OVERRUN: no separator
 * within the limit; all stays there, and *length is how much can be read that
 * is surely before it.  E_VALUE: the separator is empty. */
SUSPENDS int reader_readuntil(StreamReader *, const void *separator,
                              size_t separator_length, char **data,
                              size_t *length);

/* Of a line, or what comes before a separator.  0: STREAM_LIMIT. */
void reader_set_limit(StreamReader *, size_t limit);

/* ---- The end ---- */
/* reader.at_eof(): the end has come, and all before it was read.  Of a socket
 * it is looked for; of a pipe a read has to have met it. */
bool reader_at_eof(StreamReader *);

/* ---- Fed by hand ---- */
/* asyncio.StreamReader(limit).  NULL: no memory. */
StreamReader *reader_new(size_t limit);

/* reader.feed_data().  ENOMEM.  E_RUNTIME: after the end. */
int reader_feed_data(StreamReader *, const void *data, size_t length);
void reader_feed_eof(StreamReader *);

/* reader.set_exception(): what every read returns once the data is read. */
void reader_set_error(StreamReader *, int error);

#endif
