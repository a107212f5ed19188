/* lookup.h - numbers for names, each asked for once. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "../../future.h"

typedef struct Lookup Lookup;

/* NULL: out of memory. */
Lookup *lookup_new(Loop *);

/* Cancels the questions that are still open. */
void lookup_free(Lookup *);

/* The number of that name, when it has come.  All who ask while the question is
 * open get the same future: so do not cancel it.  You hold one reference, and
 * release it when you like, before the answer or after it.  The name is
 * borrowed as long as the question is open.  NULL: out of memory. */
Future *lookup_ask(Lookup *, const char *name);

/* The number has come: the question is closed.  false: nobody has asked. */
bool lookup_answer(Lookup *, const char *name, long long number);

#endif
