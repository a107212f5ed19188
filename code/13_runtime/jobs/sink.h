/* sink.h - standard output and standard error, as places that may be slow.
 *
 * Whoever reads our output may stop reading for an hour.  Then the task that
 * writes waits, and nobody else. */
#ifndef SINK_H
#define SINK_H

#include "weft.h"

/* ---- A sink ---- */
typedef struct Sink {
    StreamWriter *writer;    /* NULL: a regular file, which is never slow */
    int fd;
    bool is_given_up;        /* nobody waits for it any more */
} Sink;

/* fd stays open when the sink is closed.  An errno value. */
int sink_open(Sink *, int fd);
void sink_close(Sink *);    /* what is unsent goes nowhere */

/* Whoever waits for it goes on, and what does not fit at once is dropped. */
void sink_give_up(Sink *);

/* ---- Writing ---- */
/* Until it is out of our hands.  0, or what has failed. */
SUSPENDS int sink_write(Sink *, const void *data, size_t length);
SUSPENDS int sink_printf(Sink *, const char *format, ...);

/* Does not wait; dropped if the sink is behind. */
void sink_hint(Sink *, const char *text);

#endif
