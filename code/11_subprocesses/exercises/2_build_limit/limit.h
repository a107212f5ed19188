/* limit.h - a program that has so much time, and no more. */
#ifndef LIMIT_H
#define LIMIT_H

#include "../../process.h"

/* Runs a program with an empty input, and collects what it says, in its output
 * and its error together.  Returns 0 if it ends by itself within `limit`
 * seconds.  Else it is asked to end, with SIGTERM, and if it has not ended
 * `grace` seconds later, it is killed: E_TIMEOUT.
 *
 * In both cases *returncode is as process_wait() has it, and *output is what it
 * has said to its end: free(output->data), which a NUL follows.  If others have
 * its pipe still, what they say is waited for, but not longer than `grace`
 * seconds after its end; they themselves are not ended.
 *
 * The errors of the start; E_CANCELLED: it was killed, and has ended when this
 * returns, also if we are cancelled once more; ENOMEM.  Then *output is
 * {NULL, 0}. */
SUSPENDS int run_with_limit(char *const argv[], double limit, double grace,
                            Bytes *output, int *returncode);

#endif
