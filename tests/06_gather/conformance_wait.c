/* Programs in Python that wait, behind a shield or for several, and what
 * CPython prints for them: the same lines, in the same order. */
#include <math.h>

#include "../../code/06_gather/wait.h"
#include "../05_tasks/python.h"

/* ---- Jobs ---- */
typedef struct Job {
    const char *name;
    int ms;
    int error;
    const char *says;
} Job;

static int do_job(void *arg, Value *result)
{
    Job *job = arg;
    int err = async_sleep(job->ms / 1000.0);
    if (err != 0)
        return err;
    if (job->says != NULL)
        print("%s\n", job->says);
    *result = (Value){ .s = job->name };
    return job->error;
}

static int sleep_10(void *arg, Value *result)
{
    return async_sleep(10);
}

static void release_all(Task *tasks[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        task_release(tasks[i]);
}

/* ---- shield_02: the inner one is cancelled ---- */
/* A shield is no future here.  A task that only waits behind one stands for it,
 * where the program asks how it ended. */
static int shield(void *future, Value *result)
{
    return async_shield(future, result);
}

static int fail(void *arg, Value *result)
{
    *result = (Value){ .s = "inner failed" };
    return E_VALUE;
}

static void set_true(void *flag)
{
    *(bool *)flag = true;
}

/* Where Python's shield() returns the future itself, ours does not yield. */
static int main_of_shield_02(void *arg, Value *result)
{
    Value value;
    Task *it = create(sleep_10, NULL), *s = create(shield, it);
    later(0.01, cancel, it);
    int err = await(s, NULL);
    print("%s via inner; shield cancelled %s main cancelling %d\n",
          error_name(err), truth(task_cancelled(s)),
          task_cancelling(async_current_task()));
    Task *bad = create(fail, NULL);
    err = async_shield(bad, &value);
    print("%s %s\n", error_name(err), value.s);
    Future *f = new_future();
    bool has_yielded = false;
    CHECK_INT(future_set_result(f, (Value){ .i = 3 }), 0);
    soon(set_true, &has_yielded);
    CHECK_INT(async_shield(f, &value), 0);
    print("shield of a done future is the future itself: %s\n",
          truth(value.i == 3 && !has_yielded));
    CHECK_INT(async_sleep(0), 0);
    release_all((Task *[]){ it, s, bad, f }, 4);
    return 0;
}

TEST(shield_02_inner_cancel_propagates)    /* H2 */
{
    run(main_of_shield_02);
    CHECK_STR(printed,
              "CancelledError via inner; shield cancelled True main cancelling"
              " 0\n"
              "ValueError inner failed\n"
              "shield of a done future is the future itself: True\n");
}

/* ---- seed_25: None on a cancellation ---- */
static int guard(void *task, Value *result)
{
    int err = async_shield(task, result);
    if (err == E_CANCELLED)
        *result = (Value){ .s = "None" };
    return err == E_CANCELLED ? 0 : err;
}

static int main_of_seed_25(void *arg, Value *result)
{
    Job something = { "something", 50, 0, NULL };
    Value value;
    Task *task = create(do_job, &something), *g = create(guard, task);
    CHECK_INT(async_sleep(0.01), 0);
    task_cancel(g);
    CHECK_INT(task_join(g, &value), 0);
    print("guarded returned %s\n", value.s);
    CHECK_INT(task_join(task, &value), 0);
    print("task goes on: %s\n", value.s);
    return 0;
}

TEST(seed_25_shield_result_none_on_cancel)
{
    run(main_of_seed_25);
    CHECK_STR(printed, "guarded returned None\n"
                       "task goes on: something\n");
}

/* ---- wait_02: until one fails ---- */
/* The names are sorted already. */
static void print_those(Task *tasks[], size_t n, bool are_done)
{
    bool is_first = true;
    for (size_t i = 0; i < n; i++) {
        if (task_done(tasks[i]) == are_done) {
            print("%s'%s'", is_first ? "" : ", ", task_get_name(tasks[i]));
            is_first = false;
        }
    }
}

static Task *create_named(Job *job)
{
    return async_create_task_with(do_job, job,
                                  &(TaskOptions){ .name = job->name });
}

static int main_of_wait_02(void *arg, Value *result)
{
    Job a = { "cancelled", 1000, 0, NULL }, b = { "ok", 20, 0, NULL },
        c = { "fails", 40, E_VALUE, NULL }, d = { "slow", 80, 0, NULL };
    Task *tasks[] = { create_named(&a), create_named(&c), create_named(&b),
                      create_named(&d) };
    later(0.01, cancel, tasks[0]);
    CHECK_INT(async_wait(tasks, 4, INFINITY, FIRST_EXCEPTION), 0);
    print("done [");
    print_those(tasks, 4, true);
    print("] pending [");
    print_those(tasks, 4, false);
    print("]\n");
    print("cancellation alone does not stop FIRST_EXCEPTION; c failed: %s\n",
          error_name(task_error(tasks[1])));
    CHECK_INT(await(tasks[3], NULL), 0);
    release_all(tasks, 4);
    return 0;
}

TEST(wait_02_first_exception)    /* A2 */
{
    run(main_of_wait_02);
    CHECK_STR(printed,
              "done ['cancelled', 'fails', 'ok'] pending ['slow']\n"
              "cancellation alone does not stop FIRST_EXCEPTION; c failed: "
              "ValueError\n");
}

/* ---- wait_04: for nothing, and cancelled ---- */
static int wait_for_one(void *task, Value *result)
{
    Future *future = task;
    return async_wait(&future, 1, INFINITY, ALL_COMPLETED);
}

static int main_of_wait_04(void *arg, Value *result)
{
    Job job = { "child survived", 30, 0, NULL };
    Value value;
    print("empty set: %s\n",
          error_name(async_wait(NULL, 0, INFINITY, ALL_COMPLETED)));
    Task *c = create(do_job, &job), *w = create(wait_for_one, c);
    CHECK_INT(async_sleep(0.01), 0);
    task_cancel(w);
    CHECK_INT(async_wait(&w, 1, INFINITY, ALL_COMPLETED), 0);
    print("waiter cancelled %s child cancelled %s\n", truth(task_cancelled(w)),
          truth(task_cancelled(c)));
    CHECK_INT(task_join(c, &value), 0);
    print("%s\n", value.s);
    task_release(w);
    return 0;
}

TEST(wait_04_invalid_args_and_cancel)    /* A4 */
{
    run(main_of_wait_04);
    CHECK_STR(printed, "empty set: ValueError\n"
                       "waiter cancelled True child cancelled False\n"
                       "child survived\n");
}

/* ---- seed_22: wait, then cancel the rest ---- */
static int main_of_seed_22(void *arg, Value *result)
{
    Job one = { "one", 50, 0, "Task 1 completed" },
        two = { "two", 500, 0, "Task 2 completed (must not print)" };
    Task *tasks[] = { create_named(&one), create_named(&two) };
    CHECK_INT(async_wait(tasks, 2, 0.15, ALL_COMPLETED), 0);
    for (int i = 0; i < 2; i++)
        if (task_done(tasks[i]))
            print("Completed task: %s\n", task_get_name(tasks[i]));
    for (int i = 0; i < 2; i++)
        if (task_cancel(tasks[i]))
            print("cancelled: %s\n", task_get_name(tasks[i]));
    CHECK_INT(await(tasks[1], NULL), E_CANCELLED);
    release_all(tasks, 2);
    return 0;
}

TEST(seed_22_wait_and_cancel_pending)
{
    run(main_of_seed_22);
    CHECK_STR(printed, "Task 1 completed\n"
                       "Completed task: one\n"
                       "cancelled: two\n");
}
