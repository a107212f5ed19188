/* watch.c - readers and writers: a table by descriptor, beside the selector.
 *
 * The selector watches a descriptor for reading exactly if it has a reader
 * here, and for writing if it has a writer.  Each of them has a place reserved
 * in the ready queue. */
#include "watch.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "loop_inside.h"

/* ---- The table ---- */
_Static_assert(1 << READER == EVENT_READ && 1 << WRITER == EVENT_WRITE,
               "an event is the bit of its index");

void watches_free(Watches *watches)
{
    free(watches->by_fd);
    *watches = (Watches){ NULL, 0, 0 };
}

static bool has_room_for(Watches *watches, int fd)
{
    if (fd < watches->capacity)
        return true;
    int capacity = fd < 32 ? 64 : fd > INT_MAX / 2 ? INT_MAX : 2 * fd;
    if ((size_t)capacity > SIZE_MAX / sizeof(Watch))
        return false;
    Watch *by_fd = realloc(watches->by_fd, capacity * sizeof *by_fd);
    if (by_fd == NULL)
        return false;
    memset(by_fd + watches->capacity, 0,
           (capacity - watches->capacity) * sizeof *by_fd);
    watches->by_fd = by_fd;
    watches->capacity = capacity;
    return true;
}

/* What the descriptor is watched for. */
static int events_of(Watches *watches, int fd)
{
    if (fd < 0 || fd >= watches->capacity)
        return 0;
    Watch *watch = &watches->by_fd[fd];
    return (watch->calls[READER].callback != NULL ? EVENT_READ : 0) |
           (watch->calls[WRITER].callback != NULL ? EVENT_WRITE : 0);
}

/* ---- Beginning to watch ---- */
static int start_watching(Loop *loop, int fd, int event)
{
    int before = events_of(&loop->watches, fd);
    if (!loop_reserve(loop))
        return ENOMEM;
    int err = before != 0
                  ? selector_modify(loop->selector, fd, before | event, NULL)
                  : selector_register(loop->selector, fd, event, NULL);
    if (err == 0 && !has_room_for(&loop->watches, fd)) {
        selector_unregister(loop->selector, fd);
        err = ENOMEM;
    }
    if (err == 0)
        loop->watches.count++;
    else
        loop_unreserve(loop);
    return err;
}

/* ---- Adding ---- */
static int add(Loop *loop, int fd, int which, Entry entry)
{
    if (entry.callback == NULL)
        return E_VALUE;
    if (loop_alerts(loop) != 0 && !loop_accepts(loop))
        return E_RUNTIME;
    if ((events_of(&loop->watches, fd) & 1 << which) == 0) {
        int err = start_watching(loop, fd, 1 << which);
        if (err != 0)
            return err;
    }
    Watch *watch = &loop->watches.by_fd[fd];
    ready_cancel(&loop->ready, watch->queued[which]);
    watch->calls[which] = entry;
    return 0;
}

int loop_add_reader(Loop *loop, int fd, Callback *callback, void *arg)
{
    return add(loop, fd, READER, (Entry){ callback, arg });
}

int loop_add_writer(Loop *loop, int fd, Callback *callback, void *arg)
{
    return add(loop, fd, WRITER, (Entry){ callback, arg });
}

/* ---- Removing ---- */
static bool stop_watching(Loop *loop, int fd, int which)
{
    int events = events_of(&loop->watches, fd);
    int others = events & ~(1 << which);
    if (events == others)
        return false;
    Watch *watch = &loop->watches.by_fd[fd];
    ready_cancel(&loop->ready, watch->queued[which]);
    watch->calls[which].callback = NULL;
    loop->watches.count--;
    loop_unreserve(loop);
    if (others != 0)
        selector_modify(loop->selector, fd, others, NULL);
    else
        selector_unregister(loop->selector, fd);
    return true;
}

bool loop_remove_reader(Loop *loop, int fd)
{
    return stop_watching(loop, fd, READER);
}

bool loop_remove_writer(Loop *loop, int fd)
{
    return stop_watching(loop, fd, WRITER);
}

/* ---- What is ready ---- */
/* What the last look has pushed has run by now, or was cancelled: a turn lies
 * between two looks.  So no callback is in the queue twice. */
void watches_push(Loop *loop, const SelectorKey *ready, int count)
{
    for (int i = 0; i < count; i++) {
        if (events_of(&loop->watches, ready[i].fd) == 0)
            continue;    /* the pipe of the wake-up */
        Watch *watch = &loop->watches.by_fd[ready[i].fd];
        for (int which = READER; which <= WRITER; which++)
            if (ready[i].events & 1 << which)
                watch->queued[which] =
                    loop_push(loop, watch->calls[which].callback,
                              watch->calls[which].arg);
    }
}
