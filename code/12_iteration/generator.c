/* generator.c - a coroutine inside a task, resumed for one value at a time.
 *
 * The task that asks for a value runs on the generator's stack meanwhile.  If
 * it suspends there, it goes on there: `at` of the task remembers the innermost
 * coroutine. */
#include "generator.h"

#include <errno.h>
#include <stdlib.h>

#include "generator_inside.h"

/* ---- Making ---- */
static int body(void *arg, Value *result)
{
    AsyncGenerator *generator = arg;
    return generator->function(generator->arg, result);
}

AsyncGenerator *async_generator_new(CoroFn *function, void *arg)
{
    if (function == NULL) {
        errno = EINVAL;
        return NULL;
    }
    AsyncGenerator *generator = malloc(sizeof *generator);
    Coro *coro = generator != NULL ? coro_new(body, generator, 0) : NULL;
    if (coro == NULL) {
        free(generator);
        errno = ENOMEM;
        return NULL;
    }
    coro_set_name(coro, "an async generator");
    *generator = (AsyncGenerator){ .coro = coro, .function = function,
                                   .arg = arg, .references = 1 };
    return generator;
}

/* ---- Ending ---- */
/* One that has not begun needs no report, as another coroutine would. */
static void end(AsyncGenerator *generator)
{
    if (generator->all == NULL && generator->coro != NULL)
        generator->coro->state = CORO_DONE;
    coro_free(generator->coro);
    generator->coro = NULL;
}

void generator_release(AsyncGenerator *generator)
{
    if (--generator->references > 0)
        return;
    end(generator);
    if (generator->all != NULL)
        generators_remove(generator);
    task_release(generator->closer);
    task_release(generator->host);
    free(generator);
}

void async_generator_free(AsyncGenerator *generator)
{
    if (generator == NULL)
        return;
    generator->is_orphan = true;
    if (generator_is_live(generator) && !generator->is_running)
        generator_hand_over(generator);
    generator_release(generator);
}

/* ---- Inside ---- */
/* lint: suspends by itself */
SUSPENDS int async_yield(Value value, Value *sent)
{
    Coro *coro = coro_current();
    if (coro == NULL || coro->function != body)
        return E_RUNTIME;
    AsyncGenerator *generator = coro->arg;
    Value in = coro_yield(value);
    if (sent != NULL)
        *sent = in;
    int thrown = generator->thrown;
    generator->thrown = 0;
    return thrown;
}

/* ---- For one value ---- */
/* What it has ended with, as who asks for a value sees it: an error has its
 * detail, the end has nothing. */
static int take_end(AsyncGenerator *generator, Value *out)
{
    Value detail = { .i = 0 };
    int err = coro_result(generator->coro, &detail);
    end(generator);
    if (err == 0)
        return E_STOP_ITERATION;
    if (out != NULL)
        *out = detail;
    return err == E_STOP_ITERATION ? E_RUNTIME : err;
}

/* Until the next value, or the end.  Meanwhile its owner may free it. */
/* lint: suspends by itself */
static SUSPENDS int go_on(AsyncGenerator *generator, Value in, Value *out)
{
    TaskRecord *task = task_current;
    Block *outer = task->blocks;
    generator->references++;
    generator->is_running = true;
    bool has_value = coro_resume(generator->coro, in, out);
    generator->is_running = false;
    if (has_value && task->blocks != outer && generator->host == NULL)
        generator->host = future_retain(&task->future);
    int err = has_value ? 0 : take_end(generator, out);
    if (generator->is_orphan && generator->closer == NULL &&
        generator_is_live(generator))
        generator_hand_over(generator);
    generator_release(generator);
    return err;
}

static int refusal(AsyncGenerator *generator)
{
    if (task_current == NULL || generator->is_running)
        return E_RUNTIME;
    bool is_ours = generator->all == NULL ||
                   generator->all->loop == task_current->future.loop;
    bool is_of_thread = generator->coro == NULL ||
                        generator->coro->thread == coro_current()->thread;
    return is_ours && is_of_thread ? 0 : E_RUNTIME;
}

/* ---- Asking ---- */
SUSPENDS int async_generator_send(AsyncGenerator *generator, Value in,
                                  Value *out)
{
    if (out != NULL)
        *out = (Value){ .i = 0 };
    int err = refusal(generator);
    if (err != 0)
        return err;
    if (generator->coro == NULL)
        return E_STOP_ITERATION;
    if (generator->all == NULL && in.i != 0)
        return E_VALUE;
    if (generator->all == NULL && !generators_add(generator))
        return ENOMEM;
    return go_on(generator, in, out);
}

SUSPENDS int async_generator_next(AsyncGenerator *generator, Value *out)
{
    return async_generator_send(generator, (Value){ .i = 0 }, out);
}

/* ---- Throwing ---- */
SUSPENDS int async_generator_throw(AsyncGenerator *generator, int error,
                                   Value *out)
{
    if (out != NULL)
        *out = (Value){ .i = 0 };
    int err = refusal(generator);
    if (err == 0 && error == 0)
        err = E_VALUE;
    if (err != 0)
        return err;
    if (generator->coro == NULL)
        return E_STOP_ITERATION;
    if (generator->all == NULL) {
        end(generator);
        return error;
    }
    generator->thrown = error;
    return go_on(generator, (Value){ .i = 0 }, out);
}

SUSPENDS int async_generator_aclose(AsyncGenerator *generator)
{
    int err = async_generator_throw(generator, E_GENERATOR_EXIT, NULL);
    if (err == 0)
        return E_RUNTIME;    /* it yielded once more */
    return err == E_GENERATOR_EXIT || err == E_STOP_ITERATION ? 0 : err;
}
