/* send.h - sends an answer, as fast as the client takes it, and no faster. */
#ifndef SEND_H
#define SEND_H

#include "answer.h"
#include "connection.h"

/* ---- Sending ---- */
/* Head and content; the head alone to a HEAD.  Both return when the system has
 * taken all of it.  E_TIMEOUT: the client does not read.  Errors of the
 * connection; after any, it is lost. */
SUSPENDS int send_content(Connection *, Answer *, const char *content);

/* As much of answer->file as the answer says.  EIO: it has become shorter. */
SUSPENDS int send_file(Connection *, Answer *);

#endif
