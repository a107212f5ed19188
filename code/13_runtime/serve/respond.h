/* respond.h - from a request to its answer. */
#ifndef RESPOND_H
#define RESPOND_H

#include "connection.h"

/* ---- Answering ---- */
/* Sends the answer to the connection's request.  0: it has been sent, whatever
 * it says.  An error: it has not, or not all, and the connection is to end. */
SUSPENDS int respond(Connection *);

/* The answer that is nothing but a status. */
SUSPENDS int respond_status(Connection *, int status);

#endif
