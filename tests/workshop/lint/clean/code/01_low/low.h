/* low.h - the lower of two layers, for the lint to find nothing in. */
#ifndef LOW_H
#define LOW_H

#include <stddef.h>

#define SUSPENDS

typedef union Value { void *p; long long i; } Value;
typedef int CoroFn(void *arg, Value *result);

int low_add(int a, int b);
SUSPENDS int low_sleep(double delay);

#endif
