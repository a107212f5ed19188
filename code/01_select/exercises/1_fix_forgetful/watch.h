/* watch.h - looks at two descriptors, as often as you like. */
#ifndef WATCH_H
#define WATCH_H

#include <sys/select.h>

typedef struct Watch {
    int a, b;
    fd_set set;
} Watch;

/* Both descriptors are open, and below FD_SETSIZE. */
void watch_init(Watch *, int a, int b);

/* The one that can be read now (a, if both can); -1: neither can. */
int watch_look(Watch *);

#endif
