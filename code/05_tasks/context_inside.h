/* context_inside.h - contexts, as the layers above see them. */
#ifndef CONTEXT_INSIDE_H
#define CONTEXT_INSIDE_H

#include <stdatomic.h>

#include "context.h"

/* ---- A context ---- */
typedef struct Binding Binding;

/* The bindings are shared between contexts and never change; what changes is
 * which of them a context begins with. */
struct Context {
    Binding *first;
    atomic_uint references;    /* tasks of several threads may have it */
};

void context_begin(Context *);     /* a copy of the current one */
void context_clear(Context *);
Context *context_retain(Context *);

/* ---- The current one ---- */
/* Whoever runs a task sets it.  NULL: the thread's own, for what runs outside
 * all tasks. */
extern _Thread_local Context *context_now;

#endif
