/* selector.c - the selector, over select().
 *
 * A descriptor is registered exactly when it is in `readers`, in `writers`, or
 * in both.  `end` is larger than every registered descriptor, and at most
 * `capacity`. */
#if !defined SELECTOR_STRICT && defined __APPLE__
#define _DARWIN_UNLIMITED_SELECT 1    /* asks macOS for sets of any size */
#endif
#include "selector.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

/* ---- The selector ---- */
struct Selector {
    void **data;                       /* by descriptor */
    fd_set *readers, *writers;         /* the question: rows of fd_sets */
    fd_set *readable, *writable;       /* the answer: rows as long */
    int capacity;                      /* descriptors that fit in all five */
    int end;                           /* past the highest registered */
    int first;                         /* where the next answer starts */
};

/* ---- Large sets ---- */
/* A row of fd_sets is one large fd_set, because an fd_set is a whole number of
 * words.  Descriptor fd is bit fd % FD_SETSIZE of the set fd / FD_SETSIZE. */
static bool has(fd_set *row, int fd)
{
    return FD_ISSET(fd % FD_SETSIZE, &row[fd / FD_SETSIZE]);
}

static void put(fd_set *row, int fd, int member)
{
    if (member)
        FD_SET(fd % FD_SETSIZE, &row[fd / FD_SETSIZE]);
    else
        FD_CLR(fd % FD_SETSIZE, &row[fd / FD_SETSIZE]);
}

/* ---- The limit ---- */
/* POSIX promises sets of FD_SETSIZE bits.  These systems take larger ones. */
#if !defined SELECTOR_STRICT && (defined __linux__ || defined __APPLE__ || \
    defined __FreeBSD__ || defined __NetBSD__ || defined __OpenBSD__)
enum { LIMIT = INT_MAX - INT_MAX % FD_SETSIZE };
_Static_assert(sizeof(fd_set) * CHAR_BIT == FD_SETSIZE, "no bits between sets");
#else
enum { LIMIT = FD_SETSIZE };
#endif

/* ---- A longer row ---- */
static bool grow_row(fd_set **row, size_t used, size_t sets)
{
    fd_set *larger = realloc(*row, sets * sizeof **row);
    if (larger == NULL)
        return false;
    memset(larger + used, 0, (sets - used) * sizeof *larger);
    *row = larger;
    return true;
}

/* ---- Growing ---- */
/* Makes room for fd.  Where it fails, some rows may have become longer than
 * capacity says: no harm, and nothing else has changed. */
static bool reserve(Selector *s, int fd)
{
    if (fd < s->capacity)
        return true;
    size_t used = s->capacity / FD_SETSIZE, sets = fd / FD_SETSIZE + 1;
    if (sets > SIZE_MAX / FD_SETSIZE / sizeof *s->data)
        return false;
    if (!grow_row(&s->readers, used, sets) ||
        !grow_row(&s->writers, used, sets) ||
        !grow_row(&s->readable, used, sets) ||
        !grow_row(&s->writable, used, sets))
        return false;
    size_t capacity = sets * FD_SETSIZE;
    void **data = realloc(s->data, capacity * sizeof *data);
    if (data == NULL)
        return false;
    s->data = data;
    s->capacity = capacity;
    return true;
}

/* ---- Making and freeing ---- */
Selector *selector_new(void)
{
    Selector *s = calloc(1, sizeof *s);
    if (s != NULL && !reserve(s, 0)) {
        selector_free(s);
        s = NULL;
        errno = ENOMEM;
    }
    return s;
}

void selector_free(Selector *s)
{
    if (s == NULL)
        return;
    free(s->data);
    free(s->readers);
    free(s->writers);
    free(s->readable);
    free(s->writable);
    free(s);
}

/* ---- What is watched ---- */
static bool are_events(int events)
{
    return events != 0 && (events & ~(EVENT_READ | EVENT_WRITE)) == 0;
}

static bool is_registered(Selector *s, int fd)
{
    return fd >= 0 && fd < s->end &&
           (has(s->readers, fd) || has(s->writers, fd));
}

static void watch(Selector *s, int fd, int events, void *data)
{
    put(s->readers, fd, events & EVENT_READ);
    put(s->writers, fd, events & EVENT_WRITE);
    s->data[fd] = data;
}

/* ---- Watching ---- */
int selector_register(Selector *s, int fd, int events, void *data)
{
    if (!are_events(events))
        return E_VALUE;
    if (is_registered(s, fd))
        return EEXIST;
    if (fcntl(fd, F_GETFD) < 0)
        return EBADF;
    if (fd >= LIMIT)
        return ERANGE;
    if (!reserve(s, fd))
        return ENOMEM;
    watch(s, fd, events, data);
    if (s->end <= fd)
        s->end = fd + 1;
    return 0;
}

int selector_modify(Selector *s, int fd, int events, void *data)
{
    if (!are_events(events))
        return E_VALUE;
    if (!is_registered(s, fd))
        return ENOENT;
    watch(s, fd, events, data);
    return 0;
}

int selector_unregister(Selector *s, int fd)
{
    if (!is_registered(s, fd))
        return ENOENT;
    watch(s, fd, 0, NULL);
    return 0;
}

/* ---- The time to wait ---- */
enum { LONGEST_WAIT = 24 * 60 * 60 };

/* Rounds up: who waits for a timer must never wake before it. */
static struct timeval *until(double timeout, struct timeval *time)
{
    if (timeout == INFINITY)
        return NULL;
    if (timeout < 0)
        timeout = 0;
    if (timeout > LONGEST_WAIT)
        timeout = LONGEST_WAIT;
    double exact = timeout * 1e6;
    int64_t microseconds = exact;
    if (microseconds < exact)
        microseconds++;
    time->tv_sec = microseconds / 1000000;
    time->tv_usec = microseconds % 1000000;
    return time;
}

/* ---- Asking select() ---- */
/* select() overwrites its sets with the answer, so it gets copies.  If it fails
 * it leaves them alone. */
static void copy_question(Selector *s)
{
    while (s->end > 0 && !is_registered(s, s->end - 1))
        s->end--;
    size_t bytes = ((size_t)s->end + 63) / 64 * 8;
    memcpy(s->readable, s->readers, bytes);
    memcpy(s->writable, s->writers, bytes);
}

static int ask(Selector *s, double timeout)
{
    struct timeval time;
    return select(s->end, s->readable, s->writable, NULL,
                  until(timeout, &time));
}

/* ---- Closed descriptors ---- */
static bool was_closed(Selector *s, int fd)
{
    return is_registered(s, fd) && fcntl(fd, F_GETFD) < 0;
}

/* select() refuses the whole question for one closed descriptor, and does not
 * say which.  Asks again without the closed ones, and counts them as ready. */
static int ask_around_closed(Selector *s)
{
    for (int fd = 0; fd < s->end; fd++)
        if (was_closed(s, fd)) {
            put(s->readable, fd, false);
            put(s->writable, fd, false);
        }
    int n = ask(s, 0);
    if (n < 0)
        return errno == EBADF ? 0 : n;    /* closed this moment: next time */
    for (int fd = 0; fd < s->end; fd++)
        if (was_closed(s, fd)) {
            put(s->readable, fd, has(s->readers, fd));
            put(s->writable, fd, has(s->writers, fd));
            n++;
        }
    return n;
}

/* ---- Reading the answer ---- */
/* Whether none of the 64 descriptors from fd on is ready; fd % 64 is 0, so
 * theirs are the same eight bytes, whatever the size of a word. */
static bool none_of_64(Selector *s, int fd)
{
    uint64_t r, w;
    memcpy(&r, (char *)s->readable + fd / 8, sizeof r);
    memcpy(&w, (char *)s->writable + fd / 8, sizeof w);
    return (r | w) == 0;
}

/* Writes what is ready among the descriptors from..to-1 to *next and on, before
 * stop; returns what is then the next place. */
static SelectorKey *collect(Selector *s, int from, int to, SelectorKey *next,
                            SelectorKey *stop)
{
    for (int fd = from; fd < to && next < stop; fd++) {
        if (fd % 64 == 0 && none_of_64(s, fd)) {
            fd += 63;
            continue;
        }
        int events = (has(s->readable, fd) ? EVENT_READ : 0) |
                     (has(s->writable, fd) ? EVENT_WRITE : 0);
        if (events != 0)
            *next++ = (SelectorKey){ fd, events, s->data[fd] };
    }
    return next;
}

/* ---- Waiting ---- */
int selector_select(Selector *s, double timeout, SelectorKey *ready, int max,
                    int *count)
{
    *count = 0;
    if (isnan(timeout) || max < 1)
        return E_VALUE;
    copy_question(s);
    int n = ask(s, timeout);
    if (n < 0 && errno == EBADF)
        n = ask_around_closed(s);
    if (n < 0)
        return errno == EINTR ? 0 : errno;
    if (n == 0)
        return 0;
    int first = s->first < s->end ? s->first : 0;
    SelectorKey *next = collect(s, first, s->end, ready, ready + max);
    next = collect(s, 0, first, next, ready + max);
    *count = next - ready;
    s->first = *count == max ? next[-1].fd + 1 : 0;
    return 0;
}
