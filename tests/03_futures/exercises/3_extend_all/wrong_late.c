/* wrong: a result is written when the caller may have the array back */
#include "all_of.h"

#include <stdlib.h>

typedef struct Part {
    struct All *all;
    Future *future;      /* retained */
} Part;

typedef struct All {
    Future *outer;       /* retained */
    Value *results;      /* the caller's, while the outer future is pending */
    size_t missing;      /* results */
    size_t callbacks;    /* that have not run */
    size_t n;
    Part parts[];
} All;

/* ---- The end ---- */
static void leave(All *all)
{
    if (--all->callbacks > 0)
        return;
    for (size_t i = 0; i < all->n; i++)
        future_release(all->parts[i].future);
    future_release(all->outer);
    free(all);
}

/* ---- Being told ---- */
static void on_part_done(Future *future, void *arg)
{
    Part *part = arg;
    All *all = part->all;
    Value value;
    int err = future_result(future, &value);
    if (err == E_CANCELLED) {
        future_cancel(all->outer);
    } else if (err != 0) {
        future_set_error(all->outer, err, value);
    } else {
        all->results[part - all->parts] = value;
        if (--all->missing == 0)
            future_set_result(all->outer, (Value){ .p = all->results });
    }
    leave(all);
}

static void on_outer_done(Future *outer, void *arg)
{
    All *all = arg;
    if (future_cancelled(outer))
        for (size_t i = 0; i < all->n; i++)
            future_cancel(all->parts[i].future);
    leave(all);
}

/* ---- The beginning ---- */
/* What is done already has its callback in the ready queue: that cannot be
 * taken back, and finds the outer future done. */
static Future *give_up(All *all, size_t added)
{
    Future *outer = all->outer;
    for (size_t i = 0; i < added; i++)
        all->callbacks -= future_remove_done_callback(
            all->parts[i].future, on_part_done, &all->parts[i]);
    future_set_result(outer, (Value){ .p = NULL });
    leave(all);
    future_release(outer);
    return NULL;
}

static Future *start(All *all)
{
    Future *outer = future_retain(all->outer);
    all->callbacks = 1;
    if (future_add_done_callback(outer, on_outer_done, all) != 0)
        return give_up(all, 0);
    for (size_t i = 0; i < all->n; i++) {
        Part *part = &all->parts[i];
        if (future_add_done_callback(part->future, on_part_done, part) != 0) {
            future_remove_done_callback(outer, on_outer_done, all);
            return give_up(all, i);
        }
        all->callbacks++;
    }
    return outer;
}

Future *all_of(Loop *loop, Future *futures[], size_t n, Value results[])
{
    Future *outer = future_new(loop);
    if (outer != NULL && n == 0)
        future_set_result(outer, (Value){ .p = results });
    if (outer == NULL || n == 0)
        return outer;
    All *all = malloc(sizeof *all + n * sizeof *all->parts);
    if (all == NULL) {
        future_release(outer);
        return NULL;
    }
    *all = (All){ .outer = outer, .results = results, .missing = n, .n = n };
    for (size_t i = 0; i < n; i++)
        all->parts[i] = (Part){ all, future_retain(futures[i]) };
    return start(all);
}
