/* selector.c - your work: the selector over poll(). */
#include "../../selector.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

struct Selector {
    int unused;    /* your fields here */
};

Selector *selector_new(void)
{
    return calloc(1, sizeof(Selector));
}

void selector_free(Selector *s)
{
    free(s);
}

int selector_register(Selector *s, int fd, int events, void *data)
{
    return ENOSYS;    /* your code here */
}

int selector_modify(Selector *s, int fd, int events, void *data)
{
    return ENOSYS;    /* your code here */
}

int selector_unregister(Selector *s, int fd)
{
    return ENOSYS;    /* your code here */
}

int selector_select(Selector *s, double timeout, SelectorKey *ready, int max,
                    int *count)
{
    return ENOSYS;    /* your code here */
}
