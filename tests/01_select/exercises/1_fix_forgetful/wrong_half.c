/* wrong: remembers both again only when nothing was ready */
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
    if (select(highest + 1, &watch->set, NULL, NULL, &now) < 1) {
        watch_init(watch, watch->a, watch->b);
        return -1;
    }
    int found = FD_ISSET(watch->a, &watch->set) ? watch->a : watch->b;
    FD_CLR(found, &watch->set);
    FD_SET(found, &watch->set);
    return found;
}
