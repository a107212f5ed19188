/* body.h - what follows the head of a request.  Nobody here wants it. */
#ifndef BODY_H
#define BODY_H

#include "request.h"

enum { BODY_MOST = 64 * 1024 };    /* bytes */

/* ---- Dropping it ---- */
/* Reads it, so that the next request is found behind it; asks for it first, if
 * the client waits to be asked.  One that is longer than BODY_MOST is left
 * where it is, and the request is the connection's last.  E_REFUSED: it is
 * none.  E_INCOMPLETE_READ; the connection's error. */
SUSPENDS int body_drop(Request *, StreamReader *, StreamWriter *);

#endif
