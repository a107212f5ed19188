/* request.h - a request as it came: what is asked for, and on what terms.
 *
 * A request is strict HTTP/1.1 or it is refused: whatever two programs could
 * read in two ways is a way to smuggle a request past one of them. */
#ifndef REQUEST_H
#define REQUEST_H

#include "weft.h"

/* ---- A request ---- */
enum { LINE_MOST = 8 * 1024, HEAD_MOST = 16 * 1024 };    /* bytes */
enum { E_REFUSED = E_USER };    /* the status to refuse it with is in it */

typedef enum Method { GET, HEAD, OTHER, UNKNOWN } Method;

/* The fields that the program looks at. */
typedef enum Field {
    HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, EXPECT, RANGE,
    IF_RANGE, IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE,
    FIELDS
} Field;

typedef struct Request {
    int refusal;                   /* with E_REFUSED: a status, 400 or more */
    Method method;
    const char *line;              /* the first; "": it has not come */
    const char *target;            /* in it, and not ended by a NUL */
    size_t target_length;
    int minor;                     /* 1: HTTP/1.1, 0: HTTP/1.0 */
    const char *fields[FIELDS];    /* NULL: it has none */
    bool keeps_alive;              /* another one may follow */
    bool expects_continue, is_chunked;
    long long content_length;
    size_t used;                   /* of: */
    char head[HEAD_MOST];          /* the line and the fields' values */
} Request;

/* ---- Reading ---- */
/* All up to the empty line.  E_REFUSED.  E_INCOMPLETE_READ: the connection has
 * ended, perhaps before it began.  Or the connection's error. */
SUSPENDS int request_read(Request *, StreamReader *);
int request_refuse(Request *, int status);    /* E_REFUSED */
void request_clear(Request *);                /* as if nothing had come */

/* A line that CR LF ends, without them; no NUL follows.  Valid until the next
 * read.  E_VALUE: it is too long.  E_REFUSED; E_INCOMPLETE_READ; errors. */
SUSPENDS int request_line(Request *, StreamReader *, char **line,
                          size_t *length);

/* ---- Looking at a line ---- */
bool request_is_field(const char *line, size_t length);    /* "name: value" */
bool request_is_text(const char *text, size_t length);     /* no controls */

#endif
