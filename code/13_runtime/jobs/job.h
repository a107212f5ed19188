/* job.h - one command, and what became of it. */
#ifndef JOB_H
#define JOB_H

#include "spool.h"

/* ---- A job ---- */
typedef enum Fate {
    NOT_BEGUN,
    SKIPPED,        /* it succeeded in a run before this one */
    RUNNING,
    ENDED,          /* by itself, with `status` */
    TIMED_OUT,      /* it was ended: it took too long */
    STOPPED,        /* it was ended: all are */
    NOT_STARTED     /* `status` is why: an error */
} Fate;

typedef struct Job {
    size_t number;         /* 1: the first of the list */
    char *command;         /* the list's */
    char *shown;           /* the same, as a terminal may see it; the list's */
    Fate fate;
    bool is_over;          /* it will not run again, and can be printed */
    int status;            /* as process_wait() gives it */
    unsigned tries;
    double seconds;        /* of all its tries */
    Spool output, error;   /* of the last one */
} Job;

/* ---- Asking ---- */
bool job_is_ok(const Job *);
bool job_has_failed(const Job *);    /* and was not stopped */

/* "ok", "exit status 3", "signal 9", "timed out" and so on. */
void job_describe(const Job *, char *text, size_t size);

#endif
