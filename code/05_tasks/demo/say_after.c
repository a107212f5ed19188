/* The example of asyncio's manual: two who wait, one after the other, and both
 * at the same time. */
#include "../../03_futures/demo/virtual.h"
#include "run.h"

static double now(void)
{
    return loop_time(async_get_running_loop());
}

/* ---- Saying something later ---- */
static SUSPENDS int say_after(double delay, const char *what)
{
    int err = async_sleep(delay);
    if (err == 0)
        printf("%s\n", what);
    return err;
}

/* ---- One after the other ---- */
static int in_sequence(void *arg, Value *result)
{
    printf("started at %.0f s\n", now());
    int err = say_after(1, "hello");
    if (err == 0)
        err = say_after(2, "world");
    printf("finished at %.0f s\n", now());
    return err;
}

/* ---- As a task ---- */
typedef struct Saying {
    double delay;
    const char *what;
} Saying;

static int say(void *arg, Value *result)
{
    Saying *saying = arg;
    return say_after(saying->delay, saying->what);
}

static Task *start_saying(Saying *saying)
{
    return must_have(async_create_task(say, saying), "task");
}

/* ---- Both at the same time ---- */
static int at_once(void *arg, Value *result)
{
    Saying hello = { 1, "hello" }, world = { 2, "world" };
    Task *first = start_saying(&hello);
    Task *second = start_saying(&world);
    printf("started at %.0f s\n", now());
    int err = task_join(first, NULL);
    int also = task_join(second, NULL);
    printf("finished at %.0f s\n", now());
    return err != 0 ? err : also;
}

/* ---- As many as there are ---- */
static Saying sayings[] = { { 3, "again" }, { 1, "hello" }, { 2, "world" } };
enum { SAYINGS = sizeof sayings / sizeof *sayings };

static int all_at_once(void *arg, Value *result)
{
    Task *tasks[SAYINGS];
    int err = 0;
    printf("started at %.0f s\n", now());
    for (int i = 0; i < SAYINGS; i++)
        tasks[i] = start_saying(&sayings[i]);
    for (int i = 0; i < SAYINGS; i++) {
        int failed = task_join(tasks[i], NULL);
        err = err != 0 ? err : failed;
    }
    printf("finished at %.0f s\n", now());
    return err;
}

/* ---- All three ---- */
static void show(const char *title, CoroFn *function)
{
    puts(title);
    must_succeed(run_virtual(function, NULL), "run");
}

int main(void)
{
    show("One after the other:", in_sequence);
    show("Both at the same time:", at_once);
    show("As many as there are:", all_at_once);
    return 0;
}
