/* Programs in Python with task groups, and what CPython prints for them: the
 * same lines, in the same order. */
#include "../../code/06_gather/taskgroup.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
enum { KEY_ERROR = E_USER, ZERO_DIVISION };

static int end(TaskGroup *tg, int error)
{
    int err = taskgroup_exit(tg, error);
    taskgroup_free(tg);
    return err;
}

static void define_errors(void)
{
    CHECK_INT(error_define(KEY_ERROR, "KeyError", "no such key"), 0);
    CHECK_INT(error_define(ZERO_DIVISION, "ZeroDivisionError", "by 0"), 0);
}

/* As Python prints a list of names. */
static void print_errors(TaskGroup *tg)
{
    size_t n;
    const Outcome *errors = taskgroup_errors(tg, &n);
    print("[");
    for (size_t i = 0; i < n; i++)
        print("%s'%s'", i > 0 ? ", " : "", error_name(errors[i].error));
    print("]\n");
}

/* ---- taskgroup_02: a child fails ---- */
static int out[2], count;

static int fail_late(void *arg, Value *result)
{
    int err = async_sleep(0.01);
    return err == 0 ? E_VALUE : err;
}

static int be_good(void *number, Value *result)
{
    int err = async_sleep(10);
    if (err == E_CANCELLED)
        out[count++] = *(int *)number;
    return err;
}

static int main_of_taskgroup_02(void *arg, Value *result)
{
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, fail_late, NULL);
    taskgroup_create_task(tg, be_good, &(int){ 1 });
    taskgroup_create_task(tg, be_good, &(int){ 2 });
    CHECK_INT(taskgroup_exit(tg, 0), E_GROUP);
    print("group of %zu ", taskgroup_count(tg, E_VALUE));
    print_errors(tg);
    taskgroup_free(tg);
    print("siblings cancelled [%d, %d]\n", out[0], out[1]);
    print("main cancelling %d\n", task_cancelling(async_current_task()));
    return 0;
}

TEST(taskgroup_02_child_error_cancels_siblings)    /* TG2 */
{
    run(main_of_taskgroup_02);
    CHECK_STR(printed, "group of 1 ['ValueError']\n"
                       "siblings cancelled [1, 2]\n"
                       "main cancelling 0\n");
}

/* ---- taskgroup_04: the body fails, and a child, too ---- */
static int fail_to_clean_up(void *arg, Value *result)
{
    return async_sleep(10) == E_CANCELLED ? KEY_ERROR : 0;
}

static int main_of_taskgroup_04(void *arg, Value *result)
{
    define_errors();
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, fail_to_clean_up, NULL);
    int err = async_sleep(0.01);
    err = taskgroup_exit(tg, err != 0 ? err : ZERO_DIVISION);
    print("%s ", error_name(err));
    print_errors(tg);
    taskgroup_free(tg);
    return 0;
}

TEST(taskgroup_04_body_error_and_several_errors)    /* TG4 */
{
    run(main_of_taskgroup_04);
    CHECK_STR(printed, "ExceptionGroup ['KeyError', 'ZeroDivisionError']\n");
}

/* ---- taskgroup_06: a cancelled child is no failure ---- */
typedef struct Named {
    const char *name;
    int ms;
} Named;

static int sleep_named(void *arg, Value *result)
{
    Named *named = arg;
    int err = async_sleep(named->ms / 1000.0);
    if (err == 0)
        print("child %s finished\n", named->name);
    return err;
}

static int main_of_taskgroup_06(void *arg, Value *result)
{
    TaskGroup *tg = taskgroup_enter();
    Task *a = taskgroup_create_task(tg, sleep_named, &(Named){ "a", 1000 });
    Task *b = taskgroup_create_task(tg, sleep_named, &(Named){ "b", 30 });
    int err = async_sleep(0.01);
    task_cancel(a);
    CHECK_INT(taskgroup_exit(tg, err), 0);
    print("exited normally; a cancelled %s b cancelled %s\n",
          truth(task_cancelled(a)), truth(task_cancelled(b)));
    taskgroup_free(tg);
    return 0;
}

TEST(taskgroup_06_cancelled_child_does_not_abort)    /* TG6 */
{
    run(main_of_taskgroup_06);
    CHECK_STR(printed, "child b finished\n"
                       "exited normally; a cancelled True b cancelled False\n");
}

/* ---- taskgroup_08: one in the other ---- */
static int sleep_long(void *name, Value *result)
{
    int err = async_sleep(10);
    print("%s cancelled\n", (char *)name);
    return err;
}

static int hold_inner_group(void *arg, Value *result)
{
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, sleep_long, "inner child");
    return end(tg, 0);
}

static void nest_in_a_child(void)
{
    TaskGroup *tg = taskgroup_enter();
    Task *it = taskgroup_create_task(tg, hold_inner_group, NULL);
    taskgroup_create_task(tg, fail_late, NULL);
    print("%s ", error_name(taskgroup_exit(tg, 0)));
    print_errors(tg);
    print("inner group task cancelled %s\n", truth(task_cancelled(it)));
    taskgroup_free(tg);
}

static void nest_in_the_block(void)
{
    size_t n, inner_n;
    TaskGroup *outer = taskgroup_enter(), *inner = taskgroup_enter();
    taskgroup_create_task(inner, fail_late, NULL);
    taskgroup_create_task(outer, sleep_long, "outer child");
    int err = taskgroup_exit(outer, taskgroup_exit(inner, 0));
    const Outcome *error = taskgroup_errors(outer, &n);
    const Outcome *inner_error = taskgroup_errors(inner, &inner_n);
    CHECK(n == 1 && inner_n == 1);
    print("%s of %s of %s\n", error_name(err), error_name(error->error),
          error_name(inner_error->error));
    taskgroup_free(inner);
    taskgroup_free(outer);
}

static int main_of_taskgroup_08(void *arg, Value *result)
{
    nest_in_a_child();
    nest_in_the_block();
    return 0;
}

TEST(taskgroup_08_nested)    /* TG8 */
{
    run(main_of_taskgroup_08);
    CHECK_STR(printed, "inner child cancelled\n"
                       "ExceptionGroup ['ValueError']\n"
                       "inner group task cancelled True\n"
                       "outer child cancelled\n"
                       "ExceptionGroup of ExceptionGroup of ValueError\n");
}

/* ---- taskgroup_10: two fail at once ---- */
static int fail_with(void *error, Value *result)
{
    return *(int *)error;
}

static int sleep_10(void *arg, Value *result)
{
    return async_sleep(10);
}

static int main_of_taskgroup_10(void *arg, Value *result)
{
    define_errors();
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, fail_with, &(int){ E_VALUE });
    taskgroup_create_task(tg, fail_with, &(int){ KEY_ERROR });
    taskgroup_create_task(tg, sleep_10, NULL);
    CHECK_INT(taskgroup_exit(tg, 0), E_GROUP);
    print_errors(tg);
    taskgroup_free(tg);
    return 0;
}

TEST(taskgroup_10_two_children_fail_same_tick)    /* TG4 */
{
    run(main_of_taskgroup_10);
    CHECK_STR(printed, "['ValueError', 'KeyError']\n");
}

/* ---- seed_23: both have completed ---- */
static int return_number(void *number, Value *result)
{
    int n = *(int *)number;
    int err = async_sleep(0.01 * n);
    *result = (Value){ .i = n };
    return err;
}

static int main_of_seed_23(void *arg, Value *result)
{
    Value one, two;
    TaskGroup *tg = taskgroup_enter();
    Task *task1 = taskgroup_create_task(tg, return_number, &(int){ 1 });
    Task *task2 = taskgroup_create_task(tg, return_number, &(int){ 2 });
    CHECK_INT(taskgroup_exit(tg, 0), 0);
    CHECK_INT(task_result(task1, &one), 0);
    CHECK_INT(task_result(task2, &two), 0);
    print("Both tasks have completed now. %lld %lld\n", one.i, two.i);
    taskgroup_free(tg);
    return 0;
}

TEST(seed_23_taskgroup_both_completed)
{
    run(main_of_seed_23);
    CHECK_STR(printed, "Both tasks have completed now. 1 2\n");
}
