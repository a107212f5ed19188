/* wakeup.c - the pipe to itself, and what other threads post.
 *
 * Who raises ALERT_KNOCKED from outside writes a byte, so the pipe can be read
 * whenever the loop has to look; the loop itself raises it only while there is
 * something in the ready queue.  What is left for the loop is published before
 * the alert is raised, and fetched after it is lowered: so it is found. */
#include "wakeup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "loop_inside.h"

/* ---- Making ---- */
static int prepare(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
                   fcntl(fd, F_SETFD, FD_CLOEXEC) < 0
               ? errno
               : 0;
}

static void close_pipe(Wakeup *wakeup)
{
    close(wakeup->pipe[0]);
    close(wakeup->pipe[1]);
}

int wakeup_init(Wakeup *wakeup)
{
    *wakeup = (Wakeup){ .first = NULL };
    wakeup->last = &wakeup->first;
    if (pipe(wakeup->pipe) < 0)
        return errno;
    int err = prepare(wakeup->pipe[0]);
    if (err == 0)
        err = prepare(wakeup->pipe[1]);
    if (err == 0)
        err = pthread_mutex_init(&wakeup->mutex, NULL);
    if (err != 0)
        close_pipe(wakeup);
    return err;
}

/* ---- Knocking ---- */
/* If the pipe is full the byte is not written; then it can be read, too.  A
 * thread that is to be cancelled may not end in write(): it is somewhere inside
 * a signal handler, or has a mutex in its hands. */
void wakeup_knock(Loop *loop)
{
    if (atomic_fetch_or(&loop->alerts, ALERT_KNOCKED) & ALERT_KNOCKED)
        return;
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    while (write(loop->wakeup.pipe[1], "", 1) < 0 && errno == EINTR)
        continue;
    pthread_setcancelstate(before, &before);
}

int wakeup_answer(Loop *loop)
{
    char bytes[64];
    ssize_t length;
    do {
        length = read(loop->wakeup.pipe[0], bytes, sizeof bytes);
    } while (length == sizeof bytes);
    int err = length < 0 && errno == EBADF ? EBADF : 0;
    atomic_fetch_and(&loop->alerts, ~(unsigned)ALERT_KNOCKED);
    if (loop->wakeup.signals > 0)
        signals_push(loop);
    wakeup_adopt(loop, 1);
    return err;
}

/* ---- Posting ---- */
bool loop_post(Loop *loop, Posted *posted)
{
    Wakeup *wakeup = &loop->wakeup;
    posted->next = NULL;
    pthread_mutex_lock(&wakeup->mutex);
    bool is_open = !wakeup->is_closed;
    if (is_open) {
        *wakeup->last = posted;
        wakeup->last = &posted->next;
        wakeup_knock(loop);
    }
    pthread_mutex_unlock(&wakeup->mutex);
    return is_open;
}

int loop_call_soon_threadsafe(Loop *loop, Callback *callback, void *arg)
{
    if (callback == NULL)
        return E_VALUE;
    Posted *posted = malloc(sizeof *posted);
    if (posted == NULL)
        return ENOMEM;
    *posted = (Posted){ .entry = { callback, arg } };
    if (loop_post(loop, posted))
        return 0;
    free(posted);
    return E_RUNTIME;
}

/* ---- Adopting ---- */
static Entry fetch(Wakeup *wakeup)
{
    Posted *posted = wakeup->first;
    Entry entry = posted->entry;
    wakeup->first = posted->next;
    if (wakeup->first == NULL)
        wakeup->last = &wakeup->first;
    if (!posted->is_lent)
        free(posted);
    return entry;
}

/* The loop has one place reserved for this: so even without memory, one posted
 * callback runs in each turn, and none is lost. */
void wakeup_adopt(Loop *loop, size_t spare)
{
    Wakeup *wakeup = &loop->wakeup;
    pthread_mutex_lock(&wakeup->mutex);
    while (wakeup->first != NULL &&
           (ready_make_room(&loop->ready) || spare-- > 0)) {
        Entry entry = fetch(wakeup);
        loop_push(loop, entry.callback, entry.arg);
    }
    if (wakeup->first != NULL)
        atomic_fetch_or(&loop->alerts, ALERT_KNOCKED);
    pthread_mutex_unlock(&wakeup->mutex);
}

/* ---- Guests ---- */
bool loop_invite(Loop *loop, Guest *guest)
{
    Wakeup *wakeup = &loop->wakeup;
    pthread_mutex_lock(&wakeup->mutex);
    bool is_open = !wakeup->is_closed;
    guest->where = is_open ? &wakeup->guests : NULL;
    if (is_open) {
        guest->next = wakeup->guests;
        if (guest->next != NULL)
            guest->next->where = &guest->next;
        wakeup->guests = guest;
    }
    pthread_mutex_unlock(&wakeup->mutex);
    return is_open;
}

static void leave(Guest *guest)
{
    *guest->where = guest->next;
    if (guest->next != NULL)
        guest->next->where = guest->where;
    guest->where = NULL;
}

void loop_dismiss(Loop *loop, Guest *guest)
{
    pthread_mutex_lock(&loop->wakeup.mutex);
    if (guest->where != NULL)
        leave(guest);
    pthread_mutex_unlock(&loop->wakeup.mutex);
}

/* Each is told while nobody holds the mutex: it may have one of its own. */
static void tell_guests(Wakeup *wakeup)
{
    for (;;) {
        pthread_mutex_lock(&wakeup->mutex);
        Guest *guest = wakeup->guests;
        if (guest != NULL)
            leave(guest);
        pthread_mutex_unlock(&wakeup->mutex);
        if (guest == NULL)
            return;
        guest->closing(guest);
    }
}

/* ---- Closing ---- */
void wakeup_close(Loop *loop)
{
    Wakeup *wakeup = &loop->wakeup;
    signals_close(loop);
    pthread_mutex_lock(&wakeup->mutex);
    wakeup->is_closed = true;
    while (wakeup->first != NULL)
        fetch(wakeup);
    close_pipe(wakeup);
    pthread_mutex_unlock(&wakeup->mutex);
    tell_guests(wakeup);
}

void wakeup_free(Wakeup *wakeup)
{
    pthread_mutex_destroy(&wakeup->mutex);
}
