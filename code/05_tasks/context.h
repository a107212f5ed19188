/* context.h - variables that each task has for itself.
 *
 * The counterpart of Python's contextvars.  A task begins with a copy of what
 * its creator sees; what it sets then, the creator does not see. */
#ifndef CONTEXT_H
#define CONTEXT_H

#include "../03_futures/future.h"

/* ---- Variables ---- */
/* Make it static: it is known by its address. */
typedef struct ContextVar {
    const char *name;
    Value initial;
    bool has_initial;
} ContextVar;

/* var.get().  E_LOOKUP: never set, and no initial value. */
int contextvar_get(const ContextVar *, Value *value);

/* var.set(): for this task, and the tasks that it makes from now on; outside a
 * task: for this thread.  ENOMEM: nothing has changed. */
int contextvar_set(const ContextVar *, Value value);

/* ---- Contexts ---- */
typedef struct Context Context;

/* contextvars.copy_context(): what is set now; release it.  NULL: no memory. */
Context *context_copy(void);
void context_release(Context *);    /* NULL is ignored */

#endif
