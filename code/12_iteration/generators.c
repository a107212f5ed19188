/* generators.c - all generators of a loop, and who closes those that nobody
 * has closed. */
#include <errno.h>
#include <stdlib.h>

#include "../03_futures/report.h"
#include "../06_gather/gather.h"
#include "generator_inside.h"

/* ---- The list ---- */
static const char generators_key;

/* Tasks end first: they may be in the middle of one. */
static void closing(Loop *loop, LoopLocal *local)
{
    Generators *all = (Generators *)local;
    Tasks *tasks = tasks_of(loop);
    if (tasks != NULL)
        tasks->local.closing(loop, &tasks->local);
    while (all->first != NULL) {
        AsyncGenerator *generator = all->first;
        generators_remove(generator);
        coro_free(generator->coro);
        generator->coro = NULL;
        generator->is_running = false;
        generator->references = 1;    /* whoever had others is gone */
        if (generator->is_orphan)
            generator_release(generator);
    }
}

static Generators *generators_of(Loop *loop)
{
    LoopLocal *local = loop_local(loop, &generators_key);
    if (local != NULL)
        return (Generators *)local;
    Generators *all = calloc(1, sizeof *all);
    if (all != NULL) {
        all->local = (LoopLocal){ &generators_key, closing, NULL };
        all->loop = loop;
        loop_local_add(loop, &all->local);
    }
    return all;
}

bool generators_add(AsyncGenerator *generator)
{
    Generators *all = generators_of(task_current->future.loop);
    if (all == NULL)
        return false;
    generator->all = all;
    generator->where = &all->first;
    generator->next = all->first;
    if (generator->next != NULL)
        generator->next->where = &generator->next;
    all->first = generator;
    return true;
}

void generators_remove(AsyncGenerator *generator)
{
    *generator->where = generator->next;
    if (generator->next != NULL)
        generator->next->where = generator->where;
    generator->all = NULL;
}

/* ---- Closing one ---- */
static void report(Loop *loop, int error)
{
    ErrorContext context = { .error = error,
        .message = "An error occurred during closing of an async generator" };
    loop_call_exception_handler(loop, &context);
}

static int close_one(void *arg, Value *result)
{
    AsyncGenerator *generator = arg;
    int err = async_generator_aclose(generator);
    if (err != 0 && err != E_CANCELLED)
        report(task_current->future.loop, err);
    return err == E_CANCELLED ? err : 0;
}

/* ---- Closing it in a task ---- */
/* Also when the task was cancelled before it began: then it is closed with all
 * others, if they are; and freed with the loop. */
static void closed(Future *task, void *arg)
{
    AsyncGenerator *generator = arg;
    if (!future_cancelled(task) || !generator_is_live(generator)) {
        generator_release(generator);
        return;
    }
    generator->closer = NULL;
    task_release(task);
}

void generator_hand_over(AsyncGenerator *generator)
{
    Loop *loop = generator->all->loop;
    if (loop_is_closed(loop))
        return;
    Task *task = loop_create_task(loop, close_one, generator);
    if (task != NULL &&
        future_add_done_callback(task, closed, generator) == 0) {
        generator->closer = task;
        generator->references++;
        return;
    }
    if (task != NULL)
        task_cancel(task);    /* it never begins */
    task_release(task);
    report(loop, ENOMEM);
}

/* ---- Closing all ---- */
/* Not the one that this task is closing. */
static bool has_to_close(AsyncGenerator *generator)
{
    return generator_is_live(generator) &&
           generator->closer != &task_current->future;
}

static size_t count_open(Generators *all)
{
    size_t n = 0;
    for (AsyncGenerator *g = all->first; g != NULL; g = g->next)
        n += has_to_close(g);
    return n;
}

static int close_or_wait(void *arg, Value *result)
{
    AsyncGenerator *generator = arg;
    if (generator->closer == NULL)
        return close_one(arg, result);
    return await(generator->closer, NULL);
}

/* Goes with the loop, if that closes meanwhile: then closing() above gives the
 * references up. */
typedef struct Round {
    Block block;     /* first */
    size_t n;
    Call calls[];
} Round;

static void drop_round(Block *block)
{
    free(block);
}

static const BlockKind round_kind = { "Generators were left closing",
                                      drop_round };

static SUSPENDS int close_all(Generators *all, Round *round)
{
    *round = (Round){ .block.kind = &round_kind };
    for (AsyncGenerator *g = all->first; g != NULL; g = g->next)
        if (has_to_close(g)) {
            g->references++;
            round->calls[round->n++] = (Call){ close_or_wait, g };
        }
    task_enter(&round->block);
    int err = async_gather_calls(round->calls, round->n, NULL,
                                 RETURN_EXCEPTIONS);
    task_exit(&round->block);
    while (round->n > 0)
        generator_release(round->calls[--round->n].arg);
    free(round);
    return err;
}

SUSPENDS int loop_shutdown_asyncgens(Loop *loop)
{
    if (task_current == NULL || task_current->future.loop != loop)
        return E_RUNTIME;
    Generators *all = (Generators *)loop_local(loop, &generators_key);
    if (all == NULL || all->first == NULL)
        return 0;
    Round *round = malloc(sizeof *round +
                          count_open(all) * sizeof *round->calls);
    return round != NULL ? close_all(all, round) : ENOMEM;
}
