/* lifetime.c - how a loop is made, closed and freed.
 *
 * Closing gives up everything but the memory; that goes when the last user has
 * released it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loop_inside.h"

/* ---- What a loop needs ---- */
static bool is_debug_wanted(void)
{
    const char *text = getenv("WEFT_DEBUG");
    return text != NULL && strcmp(text, "1") == 0;
}

/* The place reserved is wakeup_adopt()'s. */
static int equip(Loop *loop)
{
    loop->selector = selector_new();
    if (loop->selector == NULL || !ready_init(&loop->ready) ||
        !loop_reserve(loop))
        return ENOMEM;
    return selector_register(loop->selector, loop->wakeup.pipe[0], EVENT_READ,
                             NULL);
}

/* ---- Making ---- */
Loop *loop_new(void)
{
    Loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL)
        return NULL;
    int err = wakeup_init(&loop->wakeup);
    if (err != 0) {
        free(loop);
        errno = err;
        return NULL;
    }
    loop->users = 1;
    timers_init(&loop->timers);
    err = equip(loop);
    if (err != 0) {
        loop_free(loop);
        errno = err;
        return NULL;
    }
    loop_set_debug(loop, is_debug_wanted());
    return loop;
}

/* ---- Closing ---- */
int loop_close(Loop *loop)
{
    if (loop_is_running(loop))
        return E_RUNTIME;
    if (loop_is_closed(loop))
        return 0;
    atomic_fetch_or(&loop->alerts, ALERT_CLOSED);
    loop_retain(loop);    /* whoever is told of it may free it */
    for (LoopLocal *local = loop->locals; local != NULL; local = local->next)
        if (local->closing != NULL)
            local->closing(loop, local);
    wakeup_close(loop);
    watches_free(&loop->watches);
    timers_free(&loop->timers);
    selector_free(loop->selector);
    loop->selector = NULL;
    loop->ready.head = loop->ready.tail;
    loop_release(loop);
    return 0;
}

bool loop_is_closed(Loop *loop)
{
    return (loop_alerts(loop) & ALERT_CLOSED) != 0;
}

void loop_free(Loop *loop)
{
    if (loop != NULL && loop_close(loop) == 0)
        loop_release(loop);
}

/* ---- Its memory ---- */
Loop *loop_retain(Loop *loop)
{
    loop->users++;
    return loop;
}

void loop_release(Loop *loop)
{
    if (--loop->users > 0)
        return;
    for (LoopLocal *local = loop->locals, *next; local != NULL; local = next) {
        next = local->next;
        free(local);
    }
    ready_free(&loop->ready);
    wakeup_free(&loop->wakeup);
    free(loop);
}

/* ---- Data of other layers ---- */
LoopLocal *loop_local(Loop *loop, const void *key)
{
    LoopLocal *local = loop->locals;
    while (local != NULL && local->key != key)
        local = local->next;
    return local;
}

void loop_local_add(Loop *loop, LoopLocal *local)
{
    local->next = loop->locals;
    loop->locals = local;
}

void loop_drop(Loop *loop, Callback *callback, Callback *drop)
{
    Ready *ready = &loop->ready;
    for (uint64_t i = ready->head; i != ready->tail; i++) {
        Entry *entry = &ready->ring[i & ready->mask];
        if (entry->callback == callback) {
            entry->callback = NULL;
            drop(entry->arg);
        }
    }
}

/* ---- Debug mode ---- */
void loop_set_debug(Loop *loop, bool debug)
{
    if (debug)
        atomic_fetch_or(&loop->alerts, ALERT_DEBUG);
    else
        atomic_fetch_and(&loop->alerts, ~(unsigned)ALERT_DEBUG);
}

bool loop_get_debug(Loop *loop)
{
    return (loop_alerts(loop) & ALERT_DEBUG) != 0;
}
