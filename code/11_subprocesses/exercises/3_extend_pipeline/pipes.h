/* pipes.h - programs in a row, each one's output the next one's input. */
#ifndef PIPES_H
#define PIPES_H

#include "../../process.h"

/* As `a | b | c` in a shell: starts n programs, which run at the same time.
 * The first one reads the input, which may be of any size, as may the output
 * of the last one: free(output->data), which a NUL follows.  Their errors go
 * where ours go.
 *
 * Returns 0 when the output is at its end and all of them have ended, with
 * returncodes[i] as process_wait() has it.  That one ends before it has read
 * all is no error, and the one before it learns that as programs do: SIGPIPE.
 *
 * The error of the first that cannot be started; E_CANCELLED; ENOMEM; EMFILE.
 * Then those that were started are killed, and have ended when this returns,
 * also if we are cancelled once more; *output is {NULL, 0}.  E_VALUE: n is 0.
 */
SUSPENDS int run_pipeline(char *const *const argvs[], size_t n,
                          const void *input, size_t length, Bytes *output,
                          int returncodes[]);

#endif
