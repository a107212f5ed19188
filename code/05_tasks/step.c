/* step.c - a task runs from one suspension to the next: that is a step.
 *
 * A step begins in the ready queue, with task_wake().  It ends in suspend(), or
 * with the task. */
#include "task_inside.h"

_Thread_local TaskRecord *task_current;

Task *async_current_task(void)
{
    return task_current != NULL ? &task_current->future : NULL;
}

/* ---- A step ---- */
static void run(TaskRecord *task)
{
    task_current = task;
    context_now = task->context;
}

void task_step(TaskRecord *task)
{
    run(task);
    coro_enter(task->at);
    task_current = NULL;
    context_now = NULL;
}

static inline TaskRecord *waiting(void *waiter)
{
    return (TaskRecord *)((char *)waiter - offsetof(TaskRecord, waiter));
}

/* ---- Apart ---- */
/* In the middle of somebody else's step, or callback: no other task may run
 * before we are back there. */
static _Thread_local unsigned apart;

void task_step_apart(TaskRecord *task)
{
    TaskRecord *before = task_current;
    Context *context = context_now;
    apart++;
    task_step(task);
    apart--;
    task_current = before;
    context_now = context;
}

/* An observer sees one step at a time. */
void task_wake(void *waiter)
{
    TaskRecord *task = waiting(waiter);
    if (task->future.loop->observer == NULL)
        task_step(task);
    else
        task_step_apart(task);
}

/* ---- The hand-off ---- */
/* A turn begins here, and not in the loop, if the loop would look at nothing
 * before it. */
static bool begin_turn(Loop *loop)
{
    if (loop->stopping || loop->timers.count > 0 || loop->watches.count > 0 ||
        ready_is_empty(&loop->ready))
        return false;
    loop->ready.turn_end = loop->ready.tail;
    return true;
}

/* Who wants to see each callback, or each turn, wants it from the loop. */
static bool may_hand_off(Loop *loop)
{
    return apart == 0 && loop_alerts(loop) == 0 && loop->observer == NULL &&
           loop->ready.numbers == NULL;
}

Coro *task_next(Loop *loop)
{
    Ready *ready = &loop->ready;
    if (!may_hand_off(loop) ||
        (ready->head == ready->turn_end && !begin_turn(loop)) ||
        ready->ring[ready->head & ready->mask].callback != task_wake)
        return coro_root();
    TaskRecord *task = waiting(ready_take(ready).arg);
    run(task);
    return task->at;
}

/* ---- Suspending ---- */
/* The running task stops here; what woke it is the caller's business.
 * E_CANCELLED: so it was told meanwhile.  This is coro_switch(), written out:
 * right after a jump a return is dear, and so there is one less. */
static int suspend(TaskRecord *task)
{
    Coro *here = coro_now;
    if (task->blocks != NULL)
        task_look_at_blocks(task);
    task->at = here;
    Coro *next = task_next(task->future.loop);
    if (_setjmp(here->here) == 0)
        coro_go(here, next);
    coro_land(here);
    if (!task->must_cancel)
        return 0;
    task->must_cancel = false;
    return E_CANCELLED;
}

/* ---- For a turn ---- */
/* lint: suspends by itself */
SUSPENDS int task_pause(void)
{
    TaskRecord *task = task_current;
    if (task == NULL)
        return E_RUNTIME;
    loop_adopt(task->future.loop);
    loop_push(task->future.loop, task_wake, &task->waiter);
    return suspend(task);
}

/* ---- For a future ---- */
static void enlist(TaskRecord *task, Future *future)
{
    task->awaits = future_retain(future);
    future_add_waiter(future, &task->waiter);
    if (task->must_cancel && future_cancel_with(future, task->future.message))
        task->must_cancel = false;
}

int task_refusal(TaskRecord *task, Future *future)
{
    if (future == NULL)
        return E_VALUE;
    if (task == NULL || future == &task->future || future_is_freed(future) ||
        future->loop != task->future.loop)
        return E_RUNTIME;
    return 0;
}

void task_leave(TaskRecord *task)
{
    Future *future = task->awaits;
    task->awaits = NULL;
    future_remove_waiter(future, &task->waiter);
    future_release(future);
}

/* What it has.  Who awaits a cancelled future is told why it was cancelled. */
static int take_result(TaskRecord *task, Future *future, Value *result)
{
    if (future->state == CANCELLED)
        task_set_message(task, future->message);
    return future_result(future, result);
}

/* lint: suspends by itself */
SUSPENDS int await(Future *future, Value *result)
{
    TaskRecord *task = task_current;
    int err = task_refusal(task, future);
    if (err != 0)
        return err;
    if (future->state != PENDING)
        return take_result(task, future, result);
    enlist(task, future);
    err = suspend(task);
    if (result != NULL)
        *result = (Value){ .i = 0 };
    if (task->awaits == NULL)
        return E_CANCELLED;    /* it was torn out of a circle */
    future->is_retrieved = true;    /* who is cancelled wants no report */
    if (err == 0 || future->state == CANCELLED)
        err = take_result(task, future, result);
    task->awaits = NULL;
    future_release(future);
    return err;
}

/* While a task runs its loop has a reference, too.  So ours goes first, and is
 * not lost with our stack if the loop closes meanwhile. */
SUSPENDS int task_join(Task *task, Value *result)
{
    bool is_kept = task != NULL && task->state == PENDING &&
                   task_record(task) != NULL;
    if (is_kept)
        future_release(task);
    int err = await(task, result);
    if (!is_kept)
        future_release(task);
    return err;
}

/* ---- For anything else ---- */
static void wake(Parked *parked, int state)
{
    Loop *loop = parked->task->future.loop;
    parked->state = state;
    loop_adopt(loop);
    loop_push(loop, task_wake, &parked->task->waiter);
}

void task_unpark(Parked *parked)
{
    if (parked->state == PENDING)
        wake(parked, FINISHED);
}

void task_unpark_cancelled(Parked *parked)
{
    if (parked->state == PENDING)
        wake(parked, CANCELLED);
}

bool task_cancel_parked(Parked *parked, const char *message)
{
    if (parked->state != PENDING)
        return false;
    if (parked->kind->cancel != NULL)
        return parked->kind->cancel(parked, message);
    wake(parked, CANCELLED);
    return true;
}

/* lint: suspends by itself */
SUSPENDS int task_park(Parked *parked)
{
    TaskRecord *task = task_current;
    if (task == NULL)
        return E_RUNTIME;
    parked->task = task;
    parked->state = PENDING;
    task->parked = parked;
    if (task->must_cancel && task_cancel_parked(parked, task->future.message))
        task->must_cancel = false;
    int err = suspend(task);
    task->parked = NULL;
    return parked->state == CANCELLED ? E_CANCELLED : err;
}
