/* low.c - has a take() of its own, and says so: take(). */
#include "low_inside.h"

#include <stdio.h>

enum { NONE = 1, LAST };

typedef struct Item {
    int take;
    int n;
} Item;

#define TAKEN take

_Thread_local int low_depth, low_height = 3;

static int take(int n)
{
    Item item = { .take = n, .n = NONE };
    return item.take + item.n;
}

const Kind low_kind = { .take = take };

int low_help(int first, int second)
{
    return first + helper_twice(second) + low_depth + low_height;
}

int low_sum(Pile *pile, int put)
{
    Pile other = { .sum = 0, .kind = &low_kind };
    if (pile == NULL)
        pile = &other;
    pile->sum += pile->kind->take(put) + TAKEN(0);
    printf("take '\"' /* take */ \"take\" %d\n", pile->sum);
    return pile->sum + LAST;
}
