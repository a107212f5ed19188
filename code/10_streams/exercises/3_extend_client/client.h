/* client.h - many questions at a time, on one connection. */
#ifndef CLIENT_H
#define CLIENT_H

#include "../../streams.h"

/* A question is a line, "NUMBER TEXT\n", and so is its answer, with the same
 * number.  The other end answers in any order. */
typedef struct Client Client;

/* ---- Making ---- */
/* In a task.  Takes both over: they are the client's to free.  NULL: errno is
 * ENOMEM, and they are still yours. */
Client *client_new(StreamReader *, StreamWriter *);

/* Closes the connection, without a suspension.  Tasks that wait in
 * client_ask() go with ECONNRESET; none may begin to ask any more.  What it
 * needs to end is freed when the loop has turned some more.  NULL is ignored.
 */
void client_free(Client *);

/* ---- Asking ---- */
/* Sends the question, and waits for its answer: free(*answer), which has no
 * '\n'.  Any number of tasks.  *answer == NULL if there is an error.
 *
 * E_VALUE: the question has a line end in it.  ECONNRESET: the other end has
 * closed the connection, before or meanwhile; or the error with which it has
 * failed.  E_INVALID_STATE: it has sent a line that is none of the above; then
 * nothing can be asked any more.  E_CANCELLED: an answer that still comes is
 * dropped.  ENOMEM. */
SUSPENDS int client_ask(Client *, const char *question, char **answer);

/* How many wait for an answer. */
size_t client_count(Client *);

#endif
