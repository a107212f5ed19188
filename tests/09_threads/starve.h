/* starve.h - an allocator that fails when it is told to.  After it comes the
 * file of the layer that is to use it, and #undef malloc and calloc. */
#ifndef STARVE_H
#define STARVE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* ---- The allocator ---- */
static int allowed = -1;    /* allocations until one fails; -1: none does */

static inline bool refuse(void)
{
    bool refused = allowed >= 0 && allowed-- == 0;
    if (refused)
        errno = ENOMEM;
    return refused;
}

static inline void *test_malloc(size_t size)
{
    return refuse() ? NULL : malloc(size);
}

static inline void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)

#endif
