/* wrong: what did not fit comes last next time, or never.
 *
 * keys[0..n-1] and polled[0..n-1] belong together; place[fd] is where fd is,
 * plus one, and 0 exactly when fd is not registered. */
#include "../../selector.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct Selector {
    struct pollfd *polled;
    SelectorKey *keys;
    int *place;
    int n, room;       /* in use and allocated of polled and keys */
    int numbers;       /* allocated of place */
    int first;         /* where the next answer starts */
};

/* ---- Growing ---- */
static bool reserve_number(Selector *s, int fd)
{
    if (fd < s->numbers)
        return true;
    size_t numbers = (size_t)fd + fd / 2 + 64;
    if (numbers > INT_MAX / sizeof(int))
        return false;
    int *place = realloc(s->place, numbers * sizeof *place);
    if (place == NULL)
        return false;
    memset(place + s->numbers, 0, (numbers - s->numbers) * sizeof *place);
    s->place = place;
    s->numbers = numbers;
    return true;
}

static bool reserve_place(Selector *s)
{
    if (s->n < s->room)
        return true;
    size_t room = (size_t)s->room * 2 + 64;
    struct pollfd *polled = realloc(s->polled, room * sizeof *polled);
    if (polled != NULL)
        s->polled = polled;
    SelectorKey *keys = realloc(s->keys, room * sizeof *keys);
    if (keys != NULL)
        s->keys = keys;
    if (polled == NULL || keys == NULL)
        return false;
    s->room = room;
    return true;
}

/* ---- Making and freeing ---- */
Selector *selector_new(void)
{
    return calloc(1, sizeof(Selector));
}

void selector_free(Selector *s)
{
    if (s == NULL)
        return;
    free(s->polled);
    free(s->keys);
    free(s->place);
    free(s);
}

/* ---- Watching ---- */
static bool are_events(int events)
{
    return events != 0 && (events & ~(EVENT_READ | EVENT_WRITE)) == 0;
}

static bool is_registered(Selector *s, int fd)
{
    return fd >= 0 && fd < s->numbers && s->place[fd] != 0;
}

static void put(Selector *s, int at, SelectorKey key)
{
    short wanted = (key.events & EVENT_READ ? POLLIN : 0) |
                   (key.events & EVENT_WRITE ? POLLOUT : 0);
    s->polled[at] = (struct pollfd){ key.fd, wanted, 0 };
    s->keys[at] = key;
    s->place[key.fd] = at + 1;
}

int selector_register(Selector *s, int fd, int events, void *data)
{
    if (!are_events(events))
        return E_VALUE;
    if (is_registered(s, fd))
        return EEXIST;
    if (fcntl(fd, F_GETFD) < 0)
        return EBADF;
    if (!reserve_number(s, fd) || !reserve_place(s))
        return ENOMEM;
    put(s, s->n++, (SelectorKey){ fd, events, data });
    return 0;
}

int selector_modify(Selector *s, int fd, int events, void *data)
{
    if (!are_events(events))
        return E_VALUE;
    if (!is_registered(s, fd))
        return ENOENT;
    put(s, s->place[fd] - 1, (SelectorKey){ fd, events, data });
    return 0;
}

int selector_unregister(Selector *s, int fd)
{
    if (!is_registered(s, fd))
        return ENOENT;
    put(s, s->place[fd] - 1, s->keys[--s->n]);
    s->place[fd] = 0;
    return 0;
}

/* ---- Waiting ---- */
/* Milliseconds, rounded up; -1: without end. */
static int until(double timeout)
{
    if (timeout == INFINITY)
        return -1;
    if (timeout <= 0)
        return 0;
    double exact = timeout < 86400 ? timeout * 1e3 : 864e5;
    int milliseconds = exact;
    return milliseconds < exact ? milliseconds + 1 : milliseconds;
}

static int ready_events(Selector *s, int at)
{
    int found = s->polled[at].revents, trouble = POLLHUP | POLLERR | POLLNVAL;
    int events = (found & (POLLIN | trouble) ? EVENT_READ : 0) |
                 (found & (POLLOUT | trouble) ? EVENT_WRITE : 0);
    return events & s->keys[at].events;
}

static SelectorKey *collect(Selector *s, int from, int to, SelectorKey *next,
                            SelectorKey *stop)
{
    for (int at = from; at < to && next < stop; at++) {
        int events = ready_events(s, at);
        if (events != 0) {
            *next = s->keys[at];
            next++->events = events;
            s->first = at + 1;
        }
    }
    return next;
}

int selector_select(Selector *s, double timeout, SelectorKey *ready, int max,
                    int *count)
{
    *count = 0;
    if (isnan(timeout) || max < 1)
        return E_VALUE;
    int n = poll(s->polled, s->n, until(timeout));
    if (n < 0)
        return errno == EINTR ? 0 : errno;
    if (n == 0)
        return 0;
    int first = 0;
    SelectorKey *next = collect(s, first, s->n, ready, ready + max);
    next = collect(s, 0, first, next, ready + max);
    *count = next - ready;
    return 0;
}
