/* spool.h - what a job writes, until it is printed: the latest in memory, and
 * all that came before in a file without a name.
 *
 * So a job takes no more memory than it needs, and 1 MiB at most: it has two
 * of these.  A zeroed Spool is an empty one. */
#ifndef SPOOL_H
#define SPOOL_H

#include "weft.h"

/* ---- A spool ---- */
enum { SPOOL_MOST = 512 * 1024 };    /* bytes in memory */

typedef struct Spool {
    char *memory;
    size_t length, capacity;
    bool has_file;
    int fd;                /* that file */
    off_t filed;           /* bytes in it */
    int lost;              /* not 0: why the rest was dropped */
} Spool;

void spool_clear(Spool *);    /* frees all; then it is empty */
bool spool_is_empty(const Spool *);

/* ---- In ---- */
/* Where to put what comes next: *size is never 0.  Then say how much it was.
 * Without memory, or without room in the file system, it goes nowhere, and
 * `lost` says so: whoever writes must not wait for ever. */
char *spool_room(Spool *, size_t *size);
void spool_add(Spool *, size_t length);

/* ---- Out ---- */
/* From the byte `at` on; *got == 0: that is the end.  0 or an errno value. */
int spool_read(const Spool *, off_t at, char *to, size_t size, size_t *got);

#endif
