/* watch.c - your work: one line of this is wrong. */
#include "watch.h"

#include <stddef.h>

void watch_init(Watch *watch, int a, int b)
{
    watch->a = a;
    watch->b = b;
    FD_ZERO(&watch->set);
    FD_SET(a, &watch->set);
    FD_SET(b, &watch->set);
}

int watch_look(Watch *watch)
{
    int highest = watch->a > watch->b ? watch->a : watch->b;
    struct timeval now = { 0, 0 };
    fd_set *set = &watch->set;
    if (select(highest + 1, set, NULL, NULL, &now) < 1)
        return -1;
    return FD_ISSET(watch->a, set) ? watch->a : watch->b;
}
