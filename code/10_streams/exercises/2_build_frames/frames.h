/* frames.h - messages with an end, on a stream that has none. */
#ifndef FRAMES_H
#define FRAMES_H

#include "../../streams.h"

/* On the wire: the length of the message in four bytes, the most significant
 * first, then the message. */
enum { FRAME_HEADER = 4, FRAME_MOST = 16 * 1024 * 1024 };

/* ---- Sending ---- */
/* Sends it, whole, also if other tasks send at the same time; then waits while
 * too much is unsent.  E_CANCELLED: while it waited; the frame goes out
 * nevertheless.  E_VALUE: it is longer than FRAME_MOST, and nothing was sent.
 * ENOMEM; the connection's errors. */
SUSPENDS int send_frame(StreamWriter *, const void *message, size_t length);

/* ---- Receiving ---- */
/* Zero all but the first two when you make one.  `limit` is what you accept;
 * FRAME_MOST, what anybody may send. */
typedef struct FrameReader {
    StreamReader *reader;
    size_t limit;            /* of a message */
    bool has_header;         /* for your use */
    size_t length;
} FrameReader;

/* The next message, whole; free(*message), which a NUL follows.  *message ==
 * NULL: the stream has ended after the last one.  E_INCOMPLETE_READ: it has
 * ended in the middle of one; do not call again.  E_LIMIT_OVERRUN: this one is
 * longer than the limit; no memory was asked for, and the same returns from
 * then on.  E_CANCELLED: nothing is lost, and the next call goes on.  ENOMEM;
 * the connection's errors. */
SUSPENDS int receive_frame(FrameReader *, char **message, size_t *length);

#endif
