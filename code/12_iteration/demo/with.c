/* What is entered is left, however the block ends: the example of the notes, a
 * block that fails, a lock, and a block that is cancelled. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../with.h"

static void say(const char *what)
{
    printf("   %.0f s: %s\n", loop_time(async_get_running_loop()), what);
}

/* ---- A connection ---- */
typedef struct Connection {
    const char *name;
} Connection;

static SUSPENDS int connect(void *connection, Value *entered)
{
    entered->p = connection;
    int err = async_sleep(1);
    say("enter");
    return err;
}

static SUSPENDS int disconnect(void *connection, int error)
{
    say(error == 0 ? "exit" : error_name(error));
    int err = async_sleep(1);
    say("left");
    return error != 0 ? error : err;
}

/* ---- The block ---- */
static int do_something(Value connection, void *error)
{
    say(((Connection *)connection.p)->name);
    return error != NULL ? *(int *)error : 0;
}

static int use_it(void *error, Value *result)
{
    Connection connection = { "666" };
    AsyncContextManager manager = { connect, disconnect, &connection };
    int err = async_with(manager, do_something, error);
    say(err == 0 ? "no error" : error_name(err));
    return 0;
}

/* ---- A lock ---- */
static int hold(Value entered, void *lock)
{
    printf("   locked: %s\n", lock_locked(lock) ? "yes" : "no");
    return E_LOOKUP;
}

static int use_lock(void *arg, Value *result)
{
    Lock lock;
    lock_init(&lock);
    int err = async_with(lock_manager(&lock), hold, &lock);
    printf("   after %s, locked: %s\n", error_name(err),
           lock_locked(&lock) ? "yes" : "no");
    return 0;
}

/* ---- Cancelled in the block ---- */
static SUSPENDS int wait_long(Value entered, void *arg)
{
    say("waits");
    return async_sleep(3600);
}

static int wait_in_it(void *connection, Value *result)
{
    AsyncContextManager manager = { connect, disconnect, connection };
    return async_with(manager, wait_long, NULL);
}

static int cancel_it(void *arg, Value *result)
{
    Connection connection = { "666" };
    Task *task = must_have(async_create_task(wait_in_it, &connection), "task");
    int err = async_sleep(5);
    task_cancel(task);
    int how = task_join(task, NULL);
    say(error_name(how));
    return err;
}

/* ---- All of them ---- */
static void show(const char *title, CoroFn *function, void *arg)
{
    puts(title);
    must_succeed(run_virtual(function, arg), "run");
}

int main(void)
{
    int error = E_LOOKUP;
    show("A block that succeeds:", use_it, NULL);
    show("The block fails:", use_it, &error);
    show("A lock:", use_lock, NULL);
    show("Cancelled in the block:", cancel_it, NULL);
    return 0;
}
