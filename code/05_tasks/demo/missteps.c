/* Seven missteps with tasks, each of them taken on purpose, and its cure. */
#include "../../03_futures/demo/virtual.h"
#include "../../03_futures/report.h"
#include "run.h"

static void show(const char *what, int err)
{
    printf("   %s: %s\n", what, err == 0 ? "worked" : error_name(err));
}

static Task *start(CoroFn *function, void *arg)
{
    return must_have(async_create_task(function, arg), "task");
}

/* ---- Where there is no task ---- */
static SUSPENDS void sleep_in_callback(void *arg)
{
    show("sleep in a callback", async_sleep(1));
}

static int no_task(void *arg, Value *result)
{
    Loop *loop = async_get_running_loop();
    must_schedule(loop_call_soon(loop, sleep_in_callback, NULL));
    show("sleep in a task", async_sleep(1));
    return 0;
}

/* ---- Waiting for oneself ---- */
static int wait_for_myself(void *arg, Value *result)
{
    show("await the current task", await(async_current_task(), NULL));
    return 0;
}

/* ---- An error that is not looked at ---- */
static int deaf(void *arg, Value *result)
{
    async_sleep(3600);
    puts("   the deaf one works on");
    return 0;
}

static int polite(void *arg, Value *result)
{
    int err = async_sleep(3600);
    if (err != 0)
        return err;
    puts("   the polite one works on");
    return 0;
}

static SUSPENDS void cancel(const char *name, CoroFn *function)
{
    Task *task = start(function, NULL);
    async_sleep(1);
    task_cancel(task);
    show(name, task_join(task, NULL));
}

static int cancel_both(void *arg, Value *result)
{
    cancel("the deaf one, cancelled", deaf);
    cancel("the polite one, cancelled", polite);
    return 0;
}

/* ---- A failure that nobody waits for ---- */
static int fail(void *arg, Value *result)
{
    return E_LOOKUP;
}

static int start_and_forget(void *arg, Value *result)
{
    task_release(start(fail, NULL));
    async_sleep(1);
    show("the error of one that is joined", task_join(start(fail, NULL), NULL));
    return 0;
}

/* ---- A result that nobody takes ---- */
static int open_files;    /* so to speak */

static int open_file(void *arg, Value *result)
{
    int err = async_sleep(1);
    if (err == 0)
        result->i = ++open_files;
    return err;
}

static void close_file(Future *task, void *arg)
{
    if (future_error(task) == 0)
        open_files--;
}

static int leave_open(void *arg, Value *result)
{
    task_release(start(open_file, NULL));
    async_sleep(2);
    printf("   left open: %d\n", open_files);
    open_files = 0;
    Task *task = start(open_file, NULL);
    must_succeed(future_add_done_callback(task, close_file, NULL), "callback");
    task_release(task);
    async_sleep(2);
    printf("   with a callback that closes it, left open: %d\n", open_files);
    return 0;
}

/* ---- Lent to a task ---- */
static int print_number(void *number, Value *result)
{
    printf("   started with %d\n", *(int *)number);
    return 0;
}

static int lend(void *arg, Value *result)
{
    int number;
    for (number = 1; number <= 2; number++)
        task_release(start(print_number, &number));
    async_sleep(1);
    for (number = 1; number <= 2; number++) {
        Task *task =
            async_create_task_copy(print_number, &number, sizeof number);
        task_release(must_have(task, "task"));
    }
    async_sleep(1);
    return 0;
}

/* ---- Left behind ---- */
static int hold_a_lock(void *is_locked, Value *result)
{
    *(bool *)is_locked = true;
    int err = async_sleep(3600);
    *(bool *)is_locked = false;
    return err;
}

static int leave_behind(void *is_locked, Value *result)
{
    task_release(start(hold_a_lock, is_locked));
    return async_sleep(1);
}

static int end_it_first(void *is_locked, Value *result)
{
    Task *task = start(hold_a_lock, is_locked);
    int err = async_sleep(1);
    task_cancel(task);
    task_join(task, NULL);
    return err;
}

/* ---- All seven ---- */
static void report(Loop *loop, const ErrorContext *context, void *arg)
{
    printf("   reported: %s\n", context->message);
}

static void run_reported(CoroFn *function, void *arg)
{
    Loop *loop = virtual_loop();
    loop_set_exception_handler(loop, report, NULL);
    must_succeed(run_in(loop, function, arg), "run");
    loop_free(loop);
}

static void take(const char *title, CoroFn *misstep)
{
    puts(title);
    run_reported(misstep, NULL);
}

static void take_last(void)
{
    bool is_locked;
    puts("7. The loop is closed before the task has ended:");
    run_reported(leave_behind, &is_locked);
    printf("   still locked: %s\n", is_locked ? "yes" : "no");
    run_reported(end_it_first, &is_locked);
    printf("   cancelled and awaited: %s\n", is_locked ? "yes" : "no");
}

int main(void)
{
    take("1. Suspended where there is no task:", no_task);
    take("2. A task that waits for itself:", wait_for_myself);
    take("3. A cancellation that is not looked at:", cancel_both);
    take("4. A failure that nobody waits for:", start_and_forget);
    take("5. A result that nobody takes:", leave_open);
    take("6. A variable lent to a task, and changed:", lend);
    take_last();
    return 0;
}
