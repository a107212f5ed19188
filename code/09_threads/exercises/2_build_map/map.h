/* map.h - one function, for you to write. */
#ifndef MAP_H
#define MAP_H

#include "../../threads.h"

/* Calls function(args[i], &results[i]) for each i in the loop's own threads,
 * begun in order, and at most `limit` at a time are with them.  All results are
 * zeroed at the beginning; results[i] changes if call i succeeds.
 *
 * If a call fails, no other is handed to the threads.  When all those have
 * returned that were, it returns the error of the first in the array that has
 * failed.  E_CANCELLED: the caller was cancelled, be it before a call failed or
 * after; then also no other is handed over, and it waits for those that were,
 * also if it is cancelled once more.  E_VALUE: limit is 0.  ENOMEM and the
 * errors of loop_run_in_executor() count as those of the call that could not be
 * handed over. */
SUSPENDS int map_in_threads(WorkFn *function, void *args[], Value results[],
                            size_t n, size_t limit);

#endif
