/* lines.h - reads a descriptor, and hands over what it reads line by line. */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>

#include "../../loop.h"

enum { LINE_MOST = 1000 };    /* bytes of a line, without its newline */

typedef struct Lines Lines;

/* A line has come: `length` bytes, then a 0 in place of the newline.  They are
 * there until the callback returns. */
typedef void LineCallback(void *arg, const char *text, size_t length);

/* No line comes any more.  err is 0: the stream has ended.  ETIMEDOUT: no byte
 * has come for too long.  EMSGSIZE: the line that has begun is longer than
 * LINE_MOST.  Else it is that of read(). */
typedef void EndCallback(void *arg, int err);

/* From now on fd is read, and line() called for each line, in their order; a
 * last one without a newline counts.  If no byte comes for `idle` seconds
 * (INFINITY: for ever), that is the end.  end() is called once; before it,
 * everything has been taken back from the loop, so fd may be closed.  It is the
 * caller's, and may block: it is read only when it can be.
 * NULL: errno is that of loop_add_reader(), or ENOMEM. */
Lines *lines_new(Loop *, int fd, double idle, LineCallback *line,
                 EndCallback *end, void *arg);

/* Also in one of the callbacks.  None of them is called after it.  NULL:
 * nothing. */
void lines_free(Lines *);

#endif
