/* The same three pieces of work, one after the other, gathered, in a group in
 * which one fails, and within a limit: from when to when each task runs, as an
 * Observer sees it. */
#include "../../05_tasks/task_inside.h"
#include "work.h"

/* ---- A piece of work ---- */
typedef struct Piece {
    const char *name;
    double seconds;
    int error;
} Piece;

static Piece one = { "one", 1, 0 }, two = { "two", 2, 0 },
             three = { "three", 3, 0 }, bad = { "two", 1.5, E_LOOKUP };

static int do_piece(void *arg, Value *result)
{
    Piece *piece = arg;
    task_set_name(async_current_task(), piece->name);
    int err = async_sleep(piece->seconds);
    return err != 0 ? err : piece->error;
}

/* ---- One after the other ---- */
static int in_a_row(void *arg, Value *result)
{
    Piece *pieces[] = { &one, &two, &three };
    int err = 0;
    for (int i = 0; i < 3 && err == 0; i++)
        err = task_join(start(do_piece, pieces[i]), NULL);
    return err;
}

/* ---- Gathered ---- */
static int gathered(void *arg, Value *result)
{
    return async_gather_calls(CALLS({ do_piece, &one }, { do_piece, &two },
                                    { do_piece, &three }), NULL, 0);
}

/* ---- In a group, and one fails ---- */
static int grouped(void *arg, Value *result)
{
    Piece *pieces[] = { &one, &bad, &three };
    TaskGroup *group = must_have(taskgroup_enter(), "group");
    for (int i = 0; i < 3; i++)
        must_have(taskgroup_create_task(group, do_piece, pieces[i]), "task");
    int err = taskgroup_exit(group, 0);
    taskgroup_free(group);
    return err;
}

/* ---- Within a limit ---- */
static int limited(void *arg, Value *result)
{
    Timeout limit;
    must_succeed(timeout_enter(&limit, 2.5), "timeout");
    return timeout_exit(&limit, gathered(arg, result));
}

/* ---- One task ---- */
/* We hold it, or the next one might have its address. */
typedef struct Run {
    Task *task;    /* NULL: none */
    double from;
} Run;

static const char *form;
static double start_time;
static Run runs[4];    /* one for each task of a form */

static Run *run_of(Task *task, double seconds)
{
    Run *run = runs;
    while (run->task != NULL && run->task != task)
        run++;
    if (run->task == NULL)
        *run = (Run){ future_retain(task), seconds };
    return run;
}

static void print_end(Run *run, double seconds)
{
    Task *task = run->task;
    const char *ends = task_cancelled(task) ? "cancelled"
                     : task_error(task) != 0 ? "failed" : "done";
    printf("%-6s  %-5s  %4.1f  %3.1f  %s\n", form, task_get_name(task),
           run->from, seconds, ends);
}

/* ---- The observer ---- */
/* A task is there from its first step to its last. */
static void watch(Observer *observer, Loop *loop, Callback *callback, void *arg)
{
    if (callback != task_wake) {
        callback(arg);
        return;
    }
    TaskRecord *task =
        (TaskRecord *)((char *)arg - offsetof(TaskRecord, waiter));
    Run *run = run_of(&task->future, loop_time(loop) - start_time);
    callback(arg);
    if (task_done(run->task))
        print_end(run, loop_time(loop) - start_time);
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
    memset(runs, 0, sizeof runs);
    run_in(loop, named, &function);    /* how it ends is in the table */
    for (int i = 0; i < 4; i++)
        task_release(runs[i].task);
}

int main(void)
{
    Loop *loop = virtual_loop();
    loop_observe(loop, &(Observer){ watch });
    printf("form    task   from   to  ends\n");
    trace(loop, "row", in_a_row);
    trace(loop, "gather", gathered);
    trace(loop, "group", grouped);
    trace(loop, "limit", limited);
    loop_free(loop);
    return 0;
}
