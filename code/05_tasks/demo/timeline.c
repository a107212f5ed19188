/* Two sleeps as two calls and as two tasks: which task waits when, as an
 * Observer sees it. */
#include "../../02_callbacks/demo/must.h"
#include "../task_inside.h"
#include "run.h"

/* ---- The work ---- */
typedef struct Sleep {
    double seconds;
    const char *name;
} Sleep;

static Sleep hello = { 1, "hello" }, world = { 2, "world" };

static int sleeper(void *sleep, Value *result)
{
    return async_sleep(((Sleep *)sleep)->seconds);
}

/* ---- Two calls ---- */
static int calls(void *arg, Value *result)
{
    int err = sleeper(&hello, result);
    return err != 0 ? err : sleeper(&world, result);
}

/* ---- Two tasks ---- */
static Task *start(Sleep *sleep)
{
    TaskOptions options = { .name = sleep->name };
    Task *task = async_create_task_with(sleeper, sleep, &options);
    must_have(task != NULL, sleep->name);
    return task;
}

static SUSPENDS int both(Sleep *first, Sleep *second)
{
    Task *one = start(first), *two = start(second);
    int err = task_join(one, NULL), other = task_join(two, NULL);
    return err != 0 ? err : other;
}

static int tasks(void *arg, Value *result)
{
    return both(&hello, &world);
}

static int reverse(void *arg, Value *result)
{
    return both(&world, &hello);
}

/* ---- One wait ---- */
typedef struct Wait {
    TaskRecord *task;
    const char *what;    /* NULL: it does not wait */
    double from;
} Wait;

static const char *form;
static double start_time;
static Wait waits[3];    /* one for each task of a form */

static void begin(Wait *wait, double now)
{
    TaskRecord *task = wait->task;
    wait->from = now;
    wait->what = task->parked != NULL ? task->parked->kind->what
               : task->awaits != NULL ? task_name(task->awaits) : NULL;
}

static void end(Wait *wait, double now)
{
    if (wait->what != NULL)
        printf("%-7s  %-5s  %4.0f  %2.0f  %s\n", form,
               task_name(&wait->task->future), wait->from, now, wait->what);
}

/* ---- The observer ---- */
/* A task waits from the end of a step to the beginning of its next one.  The
 * step may be its last, so we hold it until we have looked at it. */
static void watch(Observer *observer, Loop *loop, Callback *callback, void *arg)
{
    if (callback != task_wake) {
        callback(arg);
        return;
    }
    TaskRecord *task =
        (TaskRecord *)((char *)arg - offsetof(TaskRecord, waiter));
    Wait *wait = waits;
    while (wait->task != NULL && wait->task != task)
        wait++;
    wait->task = (TaskRecord *)future_retain(&task->future);
    end(wait, loop_time(loop) - start_time);
    callback(arg);
    begin(wait, loop_time(loop) - start_time);
    future_release(&task->future);
}

/* ---- One form after the other ---- */
static int named(void *function, Value *result)
{
    task_set_name(async_current_task(), "main");
    return (*(CoroFn **)function)(NULL, result);
}

static void trace(Loop *loop, const char *name, CoroFn *function)
{
    form = name;
    start_time = loop_time(loop);
    memset(waits, 0, sizeof waits);
    must_be_0(run_in(loop, named, &function), name);
}

int main(void)
{
    Loop *loop = loop_new();
    must_have(loop != NULL, "loop");
    must_be_0(loop_use_virtual_time(loop), "virtual time");
    loop_observe(loop, &(Observer){ watch });
    printf("form     task   from  to  waits for\n");
    trace(loop, "calls", calls);
    trace(loop, "tasks", tasks);
    trace(loop, "reverse", reverse);
    loop_free(loop);
    return 0;
}
