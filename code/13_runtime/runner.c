/* runner.c - runs one task after the other, in a loop of its own. */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "observe_inside.h"
#include "runner_inside.h"

/* ---- What all runs share ---- */
typedef struct Shared {
    LoopLocal local;     /* first */
    Context *context;    /* retained, while the loop is open */
} Shared;

static const char shared_key;

static void drop_context(Loop *loop, LoopLocal *local)
{
    context_release(((Shared *)local)->context);
}

static int share_context(Loop *loop)
{
    Shared *shared = calloc(1, sizeof *shared);
    Context *context = shared != NULL ? context_copy() : NULL;
    if (context == NULL) {
        free(shared);
        return ENOMEM;
    }
    *shared = (Shared){ { &shared_key, drop_context, NULL }, context };
    loop_local_add(loop, &shared->local);
    return 0;
}

/* ---- Making ---- */
enum { NEVER_MADE, OPEN, CLOSED };    /* a Runner's state */

static int prepare(Loop *loop, const RunOptions *options)
{
    int err = share_context(loop);
    if (err == 0 && options->virtual_time)
        err = loop_use_virtual_time(loop);
    if (options->debug)
        loop_set_debug(loop, true);
    return err != 0 ? err : observe_begin(loop);
}

int runner_init(Runner *runner, const RunOptions *options)
{
    *runner = (Runner){ .state = NEVER_MADE };
    if (options != NULL)
        runner->options = *options;
    Loop *loop = loop_new();
    if (loop == NULL)
        return errno;
    int err = prepare(loop, &runner->options);
    if (err != 0) {
        loop_free(loop);
        return err;
    }
    runner->loop = loop;
    runner->state = OPEN;
    return 0;
}

Loop *runner_get_loop(Runner *runner)
{
    return runner->state == OPEN ? runner->loop : NULL;
}

/* ---- A run ---- */
static Task *create_main(Runner *runner, CoroFn *function, void *arg)
{
    Shared *shared = (Shared *)loop_local(runner->loop, &shared_key);
    TaskOptions options = { .stack_size = runner->options.stack_size,
                            .context = shared->context };
    return loop_create_task_with(runner->loop, function, arg, &options);
}

/* Cancelled by nobody but SIGINT, or stopped in mid-air; or it came last. */
static bool was_interrupted(Interrupts *interrupts, int err)
{
    if (interrupts->is_late && err == 0)
        return true;
    if (interrupts->is_immediate)
        return !task_done(interrupts->main) || err == E_CANCELLED;
    return err == E_CANCELLED && interrupts->has_cancelled &&
           task_uncancel(interrupts->main) == 0;
}

int runner_run(Runner *runner, CoroFn *function, void *arg, Value *result)
{
    if (runner->state != OPEN || loop_is_closed(runner->loop) ||
        async_get_running_loop() != NULL)
        return E_RUNTIME;
    if (function == NULL)
        return E_VALUE;
    Task *task = create_main(runner, function, arg);
    if (task == NULL)
        return errno;
    Interrupts interrupts;
    interrupts_begin(&interrupts, runner->loop, task);
    int err = loop_run_until_complete(runner->loop, task, result);
    interrupts_end(&interrupts);
    if (was_interrupted(&interrupts, err)) {
        err = E_KEYBOARD_INTERRUPT;
        if (result != NULL)
            *result = (Value){ .i = 0 };
    }
    task_release(task);
    return err;
}

/* ---- The end ---- */
int runner_close(Runner *runner)
{
    if (runner->state != OPEN)
        return 0;
    if (async_get_running_loop() != NULL)
        return E_RUNTIME;
    runner->state = CLOSED;
    bool is_closed = loop_is_closed(runner->loop);    /* by the program */
    int err = is_closed ? 0 : runner_shut_down(runner->loop);
    loop_free(runner->loop);
    runner->loop = NULL;
    return err;
}

/* ---- All in one ---- */
int async_run_with(CoroFn *function, void *arg, Value *result,
                   const RunOptions *options)
{
    Runner runner;
    if (async_get_running_loop() != NULL)
        return E_RUNTIME;
    int err = runner_init(&runner, options);
    if (err != 0)
        return err;
    err = runner_run(&runner, function, arg, result);
    int end = runner_close(&runner);
    return err != 0 ? err : end;
}

int async_run(CoroFn *function, void *arg, Value *result)
{
    return async_run_with(function, arg, result, NULL);
}

int async_main(CoroFn *function, void *arg)
{
    int err = async_run(function, arg, NULL);
    if (err == 0)
        return EXIT_SUCCESS;
    /* lint: may call fprintf: to print is what it was called for */
    fprintf(stderr, "%s: %s\n", error_name(err), error_message(err));
    return err == E_KEYBOARD_INTERRUPT ? 130 : EXIT_FAILURE;
}
