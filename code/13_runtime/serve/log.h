/* log.h - a line for each answer, in the Common Log Format. */
#ifndef LOG_H
#define LOG_H

#include "weft.h"

/* ---- A log ---- */
typedef struct Log {
    FILE *file;       /* NULL: nobody wants one */
    Handle flush;     /* what is in its buffer goes soon; or 0 */
    bool has_failed;
} Log;

typedef struct LogEntry {
    const char *peer;      /* an address */
    const char *request;   /* its first line, as it came */
    int status;
    long long bytes;       /* of content that were sent */
    double seconds;        /* that it took */
} LogEntry;

/* Appends to the file there; NULL: to standard output.  Or an errno value. */
int log_open(Log *, const char *path);
void log_close(Log *);

/* In a running loop.  The lines of one turn of it are written together. */
void log_answer(Log *, const LogEntry *);

#endif
