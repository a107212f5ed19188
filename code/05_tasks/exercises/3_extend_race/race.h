/* race.h - one function, for you to write. */
#ifndef RACE_H
#define RACE_H

#include "../../task.h"

#include <stddef.h>

/* Waits until the first of n tasks is done, however it ends: that one has won.
 * If several are done when it is called, it is the first of them in the array.
 * Cancels those that are not done, once, in the order of the array, and waits
 * until they have ended, whatever they do before; their errors are not
 * reported.  Then returns what task_result() says of the winner, with its
 * place in *winner.
 *
 * If the caller is cancelled before it returns, all tasks that are not done are
 * cancelled; it waits until they have ended, then returns E_CANCELLED with
 * *winner == n and *result zeroed, even if one had won already.  It waits, too,
 * however often the caller is cancelled; but what it waits for at that moment
 * may be cancelled once more.
 *
 * The tasks are pending or done, all different, and stay the caller's; once it
 * has returned it knows them no more.  winner and result may be NULL.
 * E_VALUE: n is 0.  E_RUNTIME: not in a task.  ENOMEM: the tasks run on. */
SUSPENDS int race(Task *tasks[], size_t n, size_t *winner, Value *result);

#endif
