/* log.h - a line for each job that has ended: its number, what became of it,
 * seconds, its command, with tabs between them. */
#ifndef LOG_H
#define LOG_H

#include "list.h"

/* ---- A log ---- */
typedef struct Log {
    FILE *file;          /* NULL: nothing is logged */
    const char *path;    /* borrowed */
} Log;

/* Without `resumes` it begins anew.  With it, the jobs that were ok become
 * SKIPPED, if they still have the same number and command, and the new lines go
 * behind the old ones.  path NULL: no log.  false: it has said why. */
bool log_open(Log *, const char *path, bool resumes, List *);

/* Marks those jobs only, and writes nothing. */
bool log_look(const char *path, List *);

/* At once, so that it is there if we are killed.  An errno value. */
int log_write(Log *, const Job *);
void log_close(Log *);

#endif
