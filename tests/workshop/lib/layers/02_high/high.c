/* high.c - has another take(), another Item, and asks for more than POSIX. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "high_inside.h"

#include <string.h>

#ifndef NULL
#define NULL 0
#endif

enum { NONE = 10 };

typedef struct Item {
    double n;
} Item;

#define TAKEN NONE

Kind high_kind = { .n = 1000 };

static double take(const Item *item, double n)
{
    return n + item->n + TAKEN;
}

int high_sum(int put)
{
    Item item = { .n = 100 };
    Kind *kind = &high_kind;
    return (int)take(&item, low_sum(NULL, put)) + kind->n +
           (int)strnlen("take", 4);
}
