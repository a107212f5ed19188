/* wrong: only the first who listens gets the values */
#include "hub.h"

#include <errno.h>
#include <stdlib.h>

struct Hub {
    Listener *first;
    size_t count;
    bool is_closed;
};

struct Listener {
    Hub *hub;                /* NULL: dropped, or the hub is closed */
    Queue *queue;
    Listener *next;
    bool is_dropped;
};

/* ---- The list ---- */
static void join(Hub *hub, Listener *listener)
{
    Listener **at = &hub->first;
    while (*at != NULL)
        at = &(*at)->next;
    *at = listener;
    hub->count++;
}

static void unlist(Listener *listener)
{
    Listener **at = &listener->hub->first;
    while (*at != listener)
        at = &(*at)->next;
    *at = listener->next;
    listener->hub->count--;
    listener->hub = NULL;
}

/* It still gets what is there. */
static void end(Listener *listener)
{
    unlist(listener);
    queue_shutdown(listener->queue, false);
}

/* ---- Publishing ---- */
size_t hub_publish(Hub *hub, Value value)
{
    for (Listener *at = hub->first, *next; at != NULL; at = next) {
        next = NULL;
        if (queue_put_nowait(at->queue, value) != 0) {
            at->is_dropped = true;
            end(at);
        }
    }
    return hub->count;
}

size_t hub_count(Hub *hub)
{
    return hub->count;
}

/* ---- The hub ---- */
Hub *hub_new(void)
{
    return calloc(1, sizeof(Hub));
}

void hub_close(Hub *hub)
{
    hub->is_closed = true;
    while (hub->first != NULL)
        end(hub->first);
}

void hub_free(Hub *hub)
{
    if (hub != NULL)
        hub_close(hub);
    free(hub);
}

/* ---- Listening ---- */
static Listener *new_listener(Hub *hub, size_t room)
{
    Listener *listener = malloc(sizeof *listener);
    Queue *queue = queue_new(room);
    if (listener == NULL || queue == NULL) {
        free(listener);
        queue_free(queue);
        return NULL;
    }
    *listener = (Listener){ .hub = hub, .queue = queue };
    return listener;
}

Listener *hub_listen(Hub *hub, size_t room)
{
    errno = hub->is_closed ? ECANCELED : room == 0 ? EINVAL : 0;
    if (errno != 0)
        return NULL;
    Listener *listener = new_listener(hub, room);
    if (listener != NULL)
        join(hub, listener);
    else
        errno = ENOMEM;
    return listener;
}

SUSPENDS int listener_next(Listener *listener, Value *value)
{
    int err = queue_get(listener->queue, value);
    if (err == E_QUEUE_SHUTDOWN && listener->is_dropped)
        return E_QUEUE_FULL;
    return err;
}

void listener_leave(Listener *listener)
{
    if (listener == NULL)
        return;
    if (listener->hub != NULL)
        unlist(listener);
    queue_free(listener->queue);
    free(listener);
}
