/* report.h - whom to tell of an error that nobody waits for. */
#ifndef REPORT_H
#define REPORT_H

#include "future.h"

/* ---- What happened ---- */
struct ErrorContext {
    const char *message;
    int error;
    Value detail;
    Future *future;    /* borrowed, or NULL */
    Handle handle;     /* or 0 */
    Origin origin;     /* where it was made that this is about */
};
typedef struct ErrorContext ErrorContext;
typedef void ExceptionHandler(Loop *, const ErrorContext *, void *arg);

/* ---- Whom to tell ---- */
/* loop.set_exception_handler().  NULL: the default, which prints to stderr. */
void loop_set_exception_handler(Loop *, ExceptionHandler *, void *arg);

/* loop.call_exception_handler().  A callback has no result: one that fails
 * reports it here.  What a handler reports itself goes to the default one.  It
 * frees the loop only while that is being closed. */
void loop_call_exception_handler(Loop *, const ErrorContext *);

#endif
