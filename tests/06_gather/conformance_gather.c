/* Programs in Python that gather, and what CPython prints for them: the same
 * lines, in the same order.  asyncio.wait([task]) is await() here, which tells
 * of an error and raises none. */
#include "../../code/06_gather/gather.h"
#include "../05_tasks/python.h"

/* ---- gather_02: the first error, and the siblings go on ---- */
typedef struct Job {
    const char *name;
    int ms;
    bool fails;
} Job;

static int do_job(void *arg, Value *result)
{
    Job *job = arg;
    int err = async_sleep(job->ms / 1000.0);
    if (err != 0) {
        print("%s cancelled (must not print)\n", job->name);
        return err;
    }
    print("end %s\n", job->name);
    *result = (Value){ .s = job->name };
    return job->fails ? E_VALUE : 0;
}

static int main_of_gather_02(void *arg, Value *result)
{
    Job a = { "a", 90, false }, b = { "b", 10, true }, c = { "c", 50, false };
    Task *tasks[] = { create(do_job, &a), create(do_job, &b),
                      create(do_job, &c) };
    Outcome outcomes[3];
    int err = async_gather(tasks, 3, outcomes, 0);
    print("gather raised %s %s\n", error_name(err), outcomes[1].value.s);
    CHECK_INT(outcomes[1].error, err);
    CHECK_INT(async_sleep(0.15), 0);
    print("main end\n");
    for (int i = 0; i < 3; i++)
        task_release(tasks[i]);
    return 0;
}

TEST(gather_02_first_exception_siblings_continue)    /* G2 */
{
    run(main_of_gather_02);
    CHECK_STR(printed, "end b\n"
                       "gather raised ValueError b\n"
                       "end c\n"
                       "end a\n"
                       "main end\n");
}

/* ---- gather_04: who gathers is cancelled ---- */
static int sleep_as_child(void *number, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED)
        print("child %s cancelled\n", (char *)number);
    return err;
}

static int gather_two(void *arg, Value *result)
{
    int err = async_gather_calls(CALLS({ sleep_as_child, "1" },
                                       { sleep_as_child, "2" }), NULL, 0);
    if (err == E_CANCELLED)
        print("outer cancelled after its children\n");
    return err;
}

static int main_of_gather_04(void *arg, Value *result)
{
    Task *task = create(gather_two, NULL);
    CHECK_INT(async_sleep(0.01), 0);
    task_cancel(task);
    await(task, NULL);
    print("%s\n", truth(task_cancelled(task)));
    task_release(task);
    return 0;
}

TEST(gather_04_cancel_outer_cancels_children)    /* G4 */
{
    run(main_of_gather_04);
    CHECK_STR(printed, "child 1 cancelled\n"
                       "child 2 cancelled\n"
                       "outer cancelled after its children\n"
                       "True\n");
}

/* ---- gather_06: one several times ---- */
static int return_7(void *arg, Value *result)
{
    print("runs once\n");
    int err = async_sleep(0.01);
    *result = (Value){ .i = 7 };
    return err;
}

static int main_of_gather_06(void *arg, Value *result)
{
    Task *t = create(return_7, NULL);
    Outcome all[3];
    CHECK_INT(async_gather(FUTURES(t, t, t), all, 0), 0);
    print("[%lld, %lld, %lld]\n", all[0].value.i, all[1].value.i,
          all[2].value.i);
    task_release(t);
    return 0;
}

TEST(gather_06_duplicates)    /* G6 */
{
    run(main_of_gather_06);
    CHECK_STR(printed, "runs once\n"
                       "[7, 7, 7]\n");
}

/* ---- gather_08: cancelled when it has failed ---- */
static int fail(void *arg, Value *result)
{
    return E_VALUE;
}

static int be_good(void *arg, Value *result)
{
    int err = async_sleep(0.02);
    if (err == 0)
        print("good finished\n");
    return err;
}

static int gather_bad_and_good(void *arg, Value *result)
{
    Task **tasks = arg;
    return async_gather(tasks, 2, NULL, 0);
}

/* A gather is no future here.  A task that only gathers stands for it. */
static int main_of_gather_08(void *arg, Value *result)
{
    Task *tasks[] = { create(fail, NULL), create(be_good, NULL) };
    Task *g = create(gather_bad_and_good, tasks);
    int err = await(g, NULL);
    print("%s; g.cancel() -> %s\n", error_name(err), truth(task_cancel(g)));
    CHECK_INT(async_sleep(0.03), 0);
    task_release(g);
    task_release(tasks[0]);
    task_release(tasks[1]);
    return 0;
}

TEST(gather_08_cancel_after_failure_is_noop)    /* G7 */
{
    run(main_of_gather_08);
    CHECK_STR(printed, "ValueError; g.cancel() -> False\n"
                       "good finished\n");
}

/* ---- gather_10: the first child that ends, ends it ---- */
static int clean_up(void *arg, Value *result)
{
    Job *job = arg;
    int err = async_sleep(10);
    CHECK_INT(async_sleep(job->ms / 1000.0), 0);
    print("child %s cleaned up\n", job->name);
    return err;
}

/* The tasks are the caller's, since asyncio.gather() does not wait for all. */
typedef struct Outer {
    Task *tasks[2];
    int flags;
} Outer;

static int gather_outer(void *arg, Value *result)
{
    Outer *outer = arg;
    int err = async_gather(outer->tasks, 2, NULL, outer->flags);
    if (err == E_CANCELLED)
        print("outer resumes, return_exceptions = %s\n",
              truth(outer->flags & RETURN_EXCEPTIONS));
    return err;
}

static int main_of_gather_10(void *arg, Value *result)
{
    Job quick = { "quick", 10, false }, slow = { "slow", 40, false };
    for (int flags = 0; flags <= RETURN_EXCEPTIONS; flags++) {
        Outer outer = { { create(clean_up, &quick), create(clean_up, &slow) },
                        flags };
        Task *task = create(gather_outer, &outer);
        CHECK_INT(async_sleep(0.01), 0);
        task_cancel(task);
        CHECK_INT(task_join(task, NULL), E_CANCELLED);
        CHECK_INT(async_sleep(0.05), 0);
        task_release(outer.tasks[0]);
        task_release(outer.tasks[1]);
    }
    return 0;
}

TEST(gather_10_cancel_outer_first_child_ends_it)    /* G4 */
{
    run(main_of_gather_10);
    CHECK_STR(printed, "child quick cleaned up\n"
                       "outer resumes, return_exceptions = False\n"
                       "child slow cleaned up\n"
                       "child quick cleaned up\n"
                       "child slow cleaned up\n"
                       "outer resumes, return_exceptions = True\n");
}

/* ---- seed_05: factorials ---- */
typedef struct Factorial {
    const char *name;
    int number;
} Factorial;

static int factorial_05(void *arg, Value *result)
{
    Factorial *of = arg;
    int f = 1;
    for (int i = 2; i <= of->number; i++) {
        print("Task %s: Compute factorial(%d)...\n", of->name, i);
        CHECK_INT(async_sleep(0.05), 0);
        f *= i;
    }
    print("Task %s: factorial(%d) = %d\n", of->name, of->number, f);
    return 0;
}

static Factorial a_2 = { "A", 2 }, b_3 = { "B", 3 }, c_4 = { "C", 4 };

static int main_of_seed_05(void *arg, Value *result)
{
    return async_gather_calls(CALLS({ factorial_05, &a_2 },
                                    { factorial_05, &b_3 },
                                    { factorial_05, &c_4 }), NULL, 0);
}

TEST(seed_05_factorial_gather)
{
    run(main_of_seed_05);
    CHECK_STR(printed, "Task A: Compute factorial(2)...\n"
                       "Task B: Compute factorial(2)...\n"
                       "Task C: Compute factorial(2)...\n"
                       "Task A: factorial(2) = 2\n"
                       "Task B: Compute factorial(3)...\n"
                       "Task C: Compute factorial(3)...\n"
                       "Task B: factorial(3) = 6\n"
                       "Task C: Compute factorial(4)...\n"
                       "Task C: factorial(4) = 24\n");
}

/* ---- seed_06: factorials, and their results ---- */
static int factorial_06(void *arg, Value *result)
{
    Factorial *of = arg;
    int f = 1;
    for (int i = 2; i <= of->number; i++) {
        print("Task %s: Compute factorial(%d), currently i=%d...\n", of->name,
              of->number, i);
        CHECK_INT(async_sleep(0.05), 0);
        f *= i;
    }
    print("Task %s: factorial(%d) = %d\n", of->name, of->number, f);
    *result = (Value){ .i = f };
    return 0;
}

static int main_of_seed_06(void *arg, Value *result)
{
    Outcome all[3];
    int err = async_gather_calls(CALLS({ factorial_06, &a_2 },
                                       { factorial_06, &b_3 },
                                       { factorial_06, &c_4 }), all, 0);
    print("[%lld, %lld, %lld]\n", all[0].value.i, all[1].value.i,
          all[2].value.i);
    return err;
}

TEST(seed_06_factorial_gather_results)
{
    run(main_of_seed_06);
    CHECK_STR(printed, "Task A: Compute factorial(2), currently i=2...\n"
                       "Task B: Compute factorial(3), currently i=2...\n"
                       "Task C: Compute factorial(4), currently i=2...\n"
                       "Task A: factorial(2) = 2\n"
                       "Task B: Compute factorial(3), currently i=3...\n"
                       "Task C: Compute factorial(4), currently i=3...\n"
                       "Task B: factorial(3) = 6\n"
                       "Task C: Compute factorial(4), currently i=4...\n"
                       "Task C: factorial(4) = 24\n"
                       "[2, 6, 24]\n");
}
