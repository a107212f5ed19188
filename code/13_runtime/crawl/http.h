/* http.h - a client of one web server, which keeps its connection.
 *
 * HTTP/1.1 as RFC 9112 has it, as much as a reader of pages needs. */
#ifndef HTTP_H
#define HTTP_H

#include "weft.h"

/* ---- A client ---- */
/* One task at a time uses it. */
typedef struct Client {
    const char *host;         /* as a connection wants it */
    const char *authority;    /* as the Host header wants it */
    int port;
    double timeout;           /* of a request as a whole */
    size_t max_size;          /* of a page */
    StreamReader *reader;     /* NULL: not connected */
    StreamWriter *writer;
} Client;

void client_close(Client *);    /* not connected: nothing */

/* ---- A request ---- */
typedef struct Answer {
    int status;               /* 0: none has come */
    bool is_html;
    bool is_partial;          /* there was more than max_size */
    char *location;           /* where it leads; owned; NULL: nowhere */
    char *body;               /* owned, with a NUL behind it; NULL: empty */
    size_t length;
} Answer;

enum { E_BAD_ANSWER = E_USER };    /* it is no HTTP, or not such as we read */

/* 0 and the answer; what it has before is dropped.  E_TIMEOUT; E_BAD_ANSWER;
 * E_INCOMPLETE_READ: it was cut off; E_LOOKUP: no such host; errno values.
 * Clear the answer after each of them. */
SUSPENDS int client_ask(Client *, const char *method, const char *target,
                        Answer *);
void answer_clear(Answer *);

/* ---- An answer's two halves ---- */
/* How it is known where the body ends. */
typedef struct Framing {
    long long length;         /* -1: nobody says it */
    bool is_chunked, keeps_alive;
    bool is_encoded;          /* compressed, though nobody asked for it */
} Framing;

SUSPENDS int read_line(StreamReader *, char **line);    /* without its end */
SUSPENDS int read_head(StreamReader *, Answer *, Framing *);

/* At most `limit` bytes. */
SUSPENDS int read_body(StreamReader *, Answer *, const Framing *,
                       size_t limit);

#endif
