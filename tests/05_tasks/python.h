/* python.h - what the tests share that were read from programs in Python: a
 * loop in which they run, and a text to which they print. */
#ifndef PYTHON_H
#define PYTHON_H

#include "../../code/03_futures/report.h"
#include "../../code/05_tasks/task.h"
#include "../check.h"

/* ---- Printing ---- */
static char printed[2000];

__attribute__((format(printf, 1, 2)))
static inline void print(const char *format, ...)
{
    va_list args;
    size_t size = strlen(printed);
    va_start(args, format);
    vsnprintf(printed + size, sizeof printed - size, format, args);
    va_end(args);
}

static inline void print_line(void *line)
{
    print("%s\n", (char *)line);
}

/* As Python prints a bool. */
static inline const char *truth(bool value)
{
    return value ? "True" : "False";
}

/* ---- Loops ---- */
/* In virtual time, and never shuffled: the order is what is tested. */
static inline Loop *new_loop(void)
{
    unsetenv("WEFT_SHUFFLE");
    Loop *loop = loop_new();
    CHECK_INT(loop_use_virtual_time(loop), 0);
    return loop;
}

/* For call_soon() and call_later() in the running loop. */
static inline void soon(Callback *callback, void *arg)
{
    CHECK(loop_call_soon(async_get_running_loop(), callback, arg) != 0);
}

static inline void later(double delay, Callback *callback, void *arg)
{
    CHECK(loop_call_later(async_get_running_loop(), delay, callback, arg) != 0);
}

static inline Future *new_future(void)
{
    return future_new(async_get_running_loop());
}

/* ---- Tasks ---- */
static inline Task *create(CoroFn *function, void *arg)
{
    Task *task = async_create_task(function, arg);
    CHECK(task != NULL);
    return task;
}

static inline Task *create_in(Loop *loop, CoroFn *function, void *arg)
{
    Task *task = loop_create_task(loop, function, arg);
    CHECK(task != NULL);
    return task;
}

static inline void cancel(void *task)
{
    task_cancel(task);
}

/* ---- Running ---- */
/* One turn, which waits for nothing. */
static inline void run_briefly(Loop *loop)
{
    loop_stop(loop);
    CHECK_INT(loop_run_forever(loop), 0);
}

/* Runs the function as a task; returns its error. */
static inline int run_in(Loop *loop, CoroFn *function, void *arg, Value *result)
{
    Task *task = create_in(loop, function, arg);
    int err = loop_run_until_complete(loop, task, result);
    task_release(task);
    return err;
}

/* What asyncio.run() does with a main that fails in nothing, and leaves no
 * task behind. */
static inline void run(CoroFn *function)
{
    Loop *loop = new_loop();
    CHECK_INT(run_in(loop, function, NULL, NULL), 0);
    CHECK_INT(async_all_tasks(loop, NULL, 0), 0);
    loop_free(loop);
}

#endif
