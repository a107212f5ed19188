/* list.h - the jobs of a file: a shell command a line. */
#ifndef LIST_H
#define LIST_H

#include "job.h"

/* ---- A list ---- */
typedef struct List {
    Job *jobs;
    size_t count, capacity;
} List;

/* Reads it from a file (NULL: standard input).  Blank lines, and lines that
 * begin with #, are none; a line that ends with a backslash goes on in the
 * next.  false: it has said why not. */
bool list_read(List *, const char *file);

/* With what the jobs own; a zeroed one, too. */
void list_free(List *);

#endif
