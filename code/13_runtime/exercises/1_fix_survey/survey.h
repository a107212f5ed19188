/* survey.h - asks a program, and shows meanwhile that we are alive. */
#ifndef SURVEY_H
#define SURVEY_H

#include "../../../11_subprocesses/process.h"
#include "../../runner.h"

enum { SURVEY_LINE = 80 };

typedef struct Survey {
    char *const *argv;
    int log;                     /* a pipe or a socket; closed in the end */
    void (*beat)(void *arg);     /* called each 10 ms, meanwhile */
    void *arg;
    char line[SURVEY_LINE];      /* what the program has said, or "" */
} Survey;

/* A main for async_run().  Starts the program, keeps the first line of what it
 * prints, without its end, as far as it fits, and writes it to the log, with a
 * '\n'; then the program is killed.
 *
 * 0, or the first error: the program cannot be started, cannot be read, the log
 * cannot be written, or E_CANCELLED.  Whichever it is: when it returns, the
 * program has ended, the heart beats no more, and the log's other end reads its
 * end.  That holds, too, if it is cancelled once more.  Debug mode has nothing
 * to report. */
int survey_run(void *survey, Value *result);

#endif
