/* children.c - several futures that one thing waits for. */
#include "children.h"

#include <errno.h>
#include <stdlib.h>

/* ---- One has ended ---- */
/* From now on the waiter is nobody's. */
static void tell(Child *child)
{
    Children *all = child->all;
    child->is_watched = false;
    all->done++;
    all->ended(all, child->future);
}

static void wake(void *waiter)
{
    tell((Child *)waiter);    /* the waiter is its first member */
}

/* ---- Room ---- */
static bool reserve(Loop *loop, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!loop_reserve(loop)) {
            while (i-- > 0)
                loop_unreserve(loop);
            return false;
        }
    }
    return true;
}

/* ---- Watching ---- */
static void watch(Child *child, Children *all, Future *future)
{
    *child = (Child){ .waiter.wake = wake, .all = all,
                      .future = future_retain(future),
                      .is_watched = future->state == PENDING };
    if (child->is_watched)
        future_add_waiter(future, &child->waiter);
}

int children_begin(Children *all, Loop *loop, Future *futures[], size_t n)
{
    all->child = calloc(n > 0 ? n : 1, sizeof *all->child);
    if (all->child == NULL || !reserve(loop, n)) {
        free(all->child);
        return ENOMEM;
    }
    all->parked.task = NULL;
    all->loop = loop_retain(loop);
    all->n = n;
    all->done = 0;
    all->is_over = false;
    for (size_t i = 0; i < n; i++)
        watch(&all->child[i], all, futures[i]);
    return 0;
}

int children_refusal(Future *futures[], size_t n)
{
    int err = task_current == NULL ? E_RUNTIME : 0;
    for (size_t i = 0; i < n && err == 0; i++)
        err = task_refusal(task_current, futures[i]);
    return err;
}

/* ---- Those that are done already ---- */
void children_tell_done(Children *all)
{
    for (size_t i = 0; i < all->n; i++)
        if (!all->child[i].is_watched)
            tell(&all->child[i]);
}

void children_wake_done(Children *all)
{
    loop_adopt(all->loop);
    for (size_t i = 0; i < all->n; i++) {
        Child *child = &all->child[i];
        if (!child->is_watched)
            future_wake(child->future, &child->waiter);
        child->is_watched = true;
    }
}

/* ---- The end ---- */
void children_end(Children *all)
{
    for (size_t i = 0; i < all->n; i++) {
        Child *child = &all->child[i];
        if (child->is_watched)
            future_remove_waiter(child->future, &child->waiter);
        future_release(child->future);
        loop_unreserve(all->loop);
    }
    free(all->child);
    all->n = 0;
    loop_release(all->loop);
}

/* ---- Waiting ---- */
void children_over(Children *all)
{
    all->is_over = true;
    if (all->parked.task != NULL)
        task_unpark(&all->parked);
}

SUSPENDS int children_wait(Children *all)
{
    return all->is_over ? 0 : task_park(&all->parked);
}

void children_forget(Parked *parked)
{
    children_end((Children *)parked);
}

Future *children_awaited(Parked *parked, size_t i)
{
    Children *all = (Children *)parked;
    return i < all->n ? all->child[i].future : NULL;
}
