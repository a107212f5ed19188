/* low.h - a public header. */
#ifndef LOW_H
#define LOW_H

#include <stddef.h>

typedef struct Pile Pile;

/* The sum of what was put
 * on it(). */
int low_sum(Pile *, int put);

#endif
