/* A reader breaks out of its loop.  What the generator had open is closed now,
 * or soon, or never. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../with.h"

static void say(const char *what)
{
    printf("   %.0f s: %s\n", loop_time(async_get_running_loop()), what);
}

/* ---- A generator that cleans up ---- */
/* To close takes a second, too. */
static int read_rows(void *arg, Value *result)
{
    int err = 0;
    say("the table is open");
    for (long long row = 1; err == 0; row++)
        err = async_yield((Value){ .i = row }, NULL);
    say(error_name(err));
    async_sleep(1);
    say("the table is closed");
    return err;
}

/* ---- Three rows are enough ---- */
static SUSPENDS int read_three(AsyncGenerator *rows)
{
    Value row;
    int err = 0;
    for (int i = 0; i < 3 && err == 0; i++)
        err = async_generator_next(rows, &row);
    say("three rows");
    return err;
}

static AsyncGenerator *open_rows(void)
{
    return must_have(async_generator_new(read_rows, NULL), "generator");
}

/* ---- Closed ---- */
static int close_it(void *arg, Value *result)
{
    AsyncGenerator *rows = open_rows();
    int err = read_three(rows);
    int also = async_generator_aclose(rows);
    say("the reader goes on");
    async_generator_free(rows);
    return err != 0 ? err : also;
}

/* ---- Freed ---- */
/* Its loop closes it, in a task that nobody waits for. */
static int free_it(void *arg, Value *result)
{
    AsyncGenerator *rows = open_rows();
    int err = read_three(rows);
    async_generator_free(rows);
    say("the reader goes on");
    return err != 0 ? err : async_sleep(5);
}

/* ---- Freed too late ---- */
static int leave_at_once(void *arg, Value *result)
{
    AsyncGenerator *rows = open_rows();
    int err = read_three(rows);
    async_generator_free(rows);
    say("the reader ends, and its loop is closed");
    return err;
}

/* ---- All generators of a loop ---- */
static int end_in_order(void *arg, Value *result)
{
    AsyncGenerator *rows = open_rows();
    int err = read_three(rows);
    int also = loop_shutdown_asyncgens(async_get_running_loop());
    say("the reader ends, and its loop is closed");
    async_generator_free(rows);
    return err != 0 ? err : also;
}

/* ---- Closed however it ends ---- */
static SUSPENDS int read_and_fail(Value rows, void *arg)
{
    int err = read_three(rows.p);
    return err != 0 ? err : E_LOOKUP;
}

static int close_with(void *arg, Value *result)
{
    AsyncGenerator *rows = open_rows();
    int err = async_with(async_closing(rows), read_and_fail, NULL);
    say(error_name(err));
    async_generator_free(rows);
    return 0;
}

/* ---- All five ---- */
static void show(const char *title, CoroFn *function)
{
    puts(title);
    must_succeed(run_virtual(function, NULL), "run");
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    show("1. Closed:", close_it);
    show("2. Freed:", free_it);
    show("3. Freed, and the loop ends:", leave_at_once);
    show("4. All are closed before it ends:", end_in_order);
    show("5. async_with():", close_with);
    return 0;
}
