/* lines.h - what a program says, line by line, while it runs. */
#ifndef LINES_H
#define LINES_H

#include "../../process.h"

/* is_error: it was said on the child's standard error.  The line has no '\n',
 * and is valid until the return.  An error ends the child. */
typedef int OnLine(const char *line, bool is_error, void *arg);

/* Starts a program, and calls on_line for each line that it says, in either
 * pipe, as soon as it is there; also for a last one without '\n'.  Returns when
 * both pipes are at their ends and the child has ended; *returncode as
 * process_wait() has it.
 *
 * The errors of the start; what on_line returns, if that is not 0; E_VALUE: a
 * line was longer than STREAM_LIMIT; E_CANCELLED; ENOMEM.  After any of these
 * but the first, the child was killed, and has ended, before this returns. */
SUSPENDS int run_lines(char *const argv[], OnLine *on_line, void *arg,
                       int *returncode);

#endif
