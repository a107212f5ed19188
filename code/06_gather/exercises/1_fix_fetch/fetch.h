/* fetch.h - a page, from whoever has it. */
#ifndef FETCH_H
#define FETCH_H

#include "../../timeout.h"

/* What a server is going to do, and what was done to it.  Who has one writes to
 * all but the last two fields. */
typedef struct Server {
    double dial_time, page_time;    /* seconds that they take */
    int dial_error, page_error;     /* 0: none */
    Value page;
    int dialled;                    /* how often */
    int connections;                /* that are open */
} Server;

/* Asks the servers in order, until one has answered: then 0, with its page.
 * Each has `patience` seconds for all that it does.
 *
 * E_TIMEOUT: the last one had not answered by then; any other error is that of
 * the last one.  E_CANCELLED: the caller was cancelled; from then on nobody is
 * asked.  E_VALUE: n is 0.  Whatever it returns, no connection is open, and no
 * limit is left. */
SUSPENDS int fetch(Server servers[], size_t n, double patience, Value *page);

#endif
