/* connection.h - a client: one request after the other. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "request.h"
#include "site.h"
#include "target.h"

/* ---- A connection ---- */
enum { PIECE = 64 * 1024 };    /* on its way, with its head */

struct Connection {
    Site *site;
    StreamReader *reader;
    StreamWriter *writer;
    Connection *next, **where;
    bool is_idle;         /* no request is being answered */
    char peer[64];        /* its address, without the port */
    Request request;
    Target target;        /* of the request */
    int status;           /* of the answer */
    long long sent;       /* of its content, in bytes */
    char out[PIECE];      /* a head, and what is behind it */
};

/* ---- Serving ---- */
/* The handler of the server.  A request has to come, head and body, within
 * `timeout` seconds of the connection or of the answer before it; of an answer
 * each piece has to go within as many. */
int connection_handle(StreamReader *, StreamWriter *, void *site);

/* All that wait for a request find their connection closed. */
void connections_close_idle(Site *);

#endif
