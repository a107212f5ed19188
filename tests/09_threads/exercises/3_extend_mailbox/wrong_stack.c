/* wrong: last in, first out */
#include "mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "../../../07_sync/event.h"

struct Mailbox {
    Loop *loop;
    Event some;               /* the loop's thread: there may be some */
    pthread_mutex_t mutex;    /* guards the rest */
    pthread_cond_t room_left;
    size_t room, first, count;
    bool is_shut, is_posted, is_freed;
    Value values[];
};

/* ---- Making ---- */
static void destroy(Mailbox *mailbox)
{
    pthread_cond_destroy(&mailbox->room_left);
    pthread_mutex_destroy(&mailbox->mutex);
    free(mailbox);
}

Mailbox *mailbox_new(Loop *loop, size_t room)
{
    Mailbox *mailbox = room > 0
        ? calloc(1, sizeof *mailbox + room * sizeof(Value)) : NULL;
    errno = room > 0 ? ENOMEM : EINVAL;
    if (mailbox == NULL)
        return NULL;
    mailbox->loop = loop;
    mailbox->room = room;
    event_init(&mailbox->some);
    pthread_mutex_init(&mailbox->mutex, NULL);
    pthread_cond_init(&mailbox->room_left, NULL);
    return mailbox;
}

/* A wake-up that is under way has a share in it. */
void mailbox_free(Mailbox *mailbox)
{
    if (mailbox == NULL)
        return;
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->is_freed = true;
    bool is_last = !mailbox->is_posted;
    pthread_mutex_unlock(&mailbox->mutex);
    if (is_last)
        destroy(mailbox);
}

/* ---- Waking the loop ---- */
static void arrive(void *arg)
{
    Mailbox *mailbox = arg;
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->is_posted = false;
    bool is_freed = mailbox->is_freed;
    pthread_mutex_unlock(&mailbox->mutex);
    if (is_freed)
        destroy(mailbox);
    else
        event_set(&mailbox->some);
}

/* Under the mutex. */
static int wake(Mailbox *mailbox)
{
    if (mailbox->is_posted)
        return 0;
    int err = loop_call_soon_threadsafe(mailbox->loop, arrive, mailbox);
    mailbox->is_posted = err == 0;
    return err;
}

/* ---- In any thread ---- */
/* Under the mutex. */
static int put(Mailbox *mailbox, Value value)
{
    int err = mailbox->is_shut ? E_QUEUE_SHUTDOWN : 0;
    if (err == 0 && mailbox->count == mailbox->room)
        err = E_QUEUE_FULL;
    if (err == 0)
        err = wake(mailbox);
    if (err != 0)
        return err;
    size_t last = mailbox->first + mailbox->count++;
    mailbox->values[last % mailbox->room] = value;
    return 0;
}

int mailbox_put_nowait(Mailbox *mailbox, Value value)
{
    pthread_mutex_lock(&mailbox->mutex);
    int err = put(mailbox, value);
    pthread_mutex_unlock(&mailbox->mutex);
    return err;
}

int mailbox_put(Mailbox *mailbox, Value value)
{
    if (async_get_running_loop() == mailbox->loop)
        return E_RUNTIME;
    pthread_mutex_lock(&mailbox->mutex);
    int err = put(mailbox, value);
    while (err == E_QUEUE_FULL) {
        pthread_cond_wait(&mailbox->room_left, &mailbox->mutex);
        err = put(mailbox, value);
    }
    pthread_mutex_unlock(&mailbox->mutex);
    return err;
}

void mailbox_shutdown(Mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->is_shut = true;
    wake(mailbox);
    pthread_cond_broadcast(&mailbox->room_left);
    pthread_mutex_unlock(&mailbox->mutex);
}

/* ---- In a task ---- */
static int take(Mailbox *mailbox, Value *value)
{
    pthread_mutex_lock(&mailbox->mutex);
    int err = mailbox->is_shut ? E_QUEUE_SHUTDOWN : E_QUEUE_EMPTY;
    if (mailbox->count > 0) {
        size_t last = mailbox->first + --mailbox->count;
        *value = mailbox->values[last % mailbox->room];
        pthread_cond_signal(&mailbox->room_left);
        err = 0;
    }
    pthread_mutex_unlock(&mailbox->mutex);
    return err;
}

/* What is put between the look and the wait sets the event: only in the loop's
 * thread, so not before we wait. */
SUSPENDS int mailbox_get(Mailbox *mailbox, Value *value)
{
    int err = take(mailbox, value);
    while (err == E_QUEUE_EMPTY) {
        event_clear(&mailbox->some);
        err = event_wait(&mailbox->some);
        if (err == 0)
            err = take(mailbox, value);
    }
    return err;
}
