/* Programs in Python with timeouts, and what CPython prints for them: the same
 * lines, in the same order. */
#include <math.h>

#include "../../code/06_gather/taskgroup.h"
#include "../../code/06_gather/timeout.h"
#include "../05_tasks/python.h"

/* ---- Helpers ---- */
static double now(void)
{
    return loop_time(async_get_running_loop());
}

static int cancelling(void)
{
    return task_cancelling(async_current_task());
}

/* ---- timeout_02: the outer one fires ---- */
static int sleep_in_two(Timeout *outer)
{
    Timeout inner;
    CHECK_INT(timeout_enter(outer, 0.02), 0);
    CHECK_INT(timeout_enter(&inner, 5), 0);
    int err = timeout_exit(&inner, async_sleep(10));
    if (err == E_CANCELLED)
        print("inner block sees %s, inner expired %s\n", error_name(err),
              truth(timeout_expired(&inner)));
    return timeout_exit(outer, err);
}

static int main_of_timeout_02(void *arg, Value *result)
{
    Timeout outer;
    int err = sleep_in_two(&outer);
    print("outer %s %s\n", error_name(err), truth(timeout_expired(&outer)));
    return 0;
}

TEST(timeout_02_nested_outer_fires)    /* M2 */
{
    run(main_of_timeout_02);
    CHECK_STR(printed,
              "inner block sees CancelledError, inner expired False\n"
              "outer TimeoutError True\n");
}

/* ---- timeout_04: cancelled by somebody else ---- */
static int sleep_in_five(void *is_expired, Value *result)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 5), 0);
    int err = timeout_exit(&timeout, async_sleep(10));
    if (err == E_TIMEOUT)
        print("must not print\n");
    *(bool *)is_expired = timeout_expired(&timeout);
    return err;
}

static int main_of_timeout_04(void *arg, Value *result)
{
    bool is_expired = true;
    Task *t = create(sleep_in_five, &is_expired);
    CHECK_INT(async_sleep(0.01), 0);
    task_cancel(t);
    await(t, NULL);
    print("cancelled %s expired %s\n", truth(task_cancelled(t)),
          truth(is_expired));
    task_release(t);
    return 0;
}

TEST(timeout_04_external_cancel_is_not_timeout)    /* M3 */
{
    run(main_of_timeout_04);
    CHECK_STR(printed, "cancelled True expired False\n");
}

/* ---- timeout_06: another deadline ---- */
static int survive(Timeout *cm)
{
    CHECK_INT(timeout_enter(cm, 0.02), 0);
    CHECK_INT(timeout_reschedule(cm, now() + 0.2), 0);
    int err = async_sleep(0.04);
    print("survived the first deadline\n");
    CHECK_INT(timeout_reschedule(cm, INFINITY), 0);
    print("when is None: %s\n", truth(timeout_when(cm) == INFINITY));
    return timeout_exit(cm, err);
}

static int set_late(Timeout *cm)
{
    CHECK_INT(timeout_enter(cm, INFINITY), 0);
    print("no deadline: %s\n", truth(timeout_when(cm) == INFINITY));
    CHECK_INT(timeout_reschedule(cm, now() + 0.01), 0);
    return timeout_exit(cm, async_sleep(10));
}

/* The line "re-enter: RuntimeError" has no counterpart: timeout_enter() makes a
 * new timeout in the old place. */
static int main_of_timeout_06(void *arg, Value *result)
{
    Timeout cm, unused = { .state = 0 };
    CHECK_INT(survive(&cm), 0);
    int err = set_late(&cm);
    print("%s %s\n", error_name(err), truth(timeout_expired(&cm)));
    err = timeout_reschedule(&cm, now() + 1);
    print("reschedule after exit: %s\n", error_name(err));
    err = timeout_reschedule(&unused, now() + 1);
    print("reschedule before enter: %s\n", error_name(err));
    return 0;
}

TEST(timeout_06_reschedule_when)    /* M4 */
{
    run(main_of_timeout_06);
    CHECK_STR(printed, "survived the first deadline\n"
                       "when is None: True\n"
                       "no deadline: True\n"
                       "TimeoutError True\n"
                       "reschedule after exit: RuntimeError\n"
                       "reschedule before enter: RuntimeError\n");
}

/* ---- timeout_08: the body wants something else ---- */
static int swallow(Timeout *cm)
{
    CHECK_INT(timeout_enter(cm, 0.01), 0);
    if (async_sleep(10) == E_CANCELLED)
        print("body swallowed the cancellation\n");
    return timeout_exit(cm, 0);
}

static int replace(Timeout *cm)
{
    CHECK_INT(timeout_enter(cm, 0.01), 0);
    CHECK_INT(async_sleep(10), E_CANCELLED);
    return timeout_exit(cm, E_USER);
}

static int main_of_timeout_08(void *arg, Value *result)
{
    Timeout cm;
    CHECK_INT(error_define(E_USER, "KeyError", "no such key"), 0);
    CHECK_INT(swallow(&cm), 0);
    print("no TimeoutError, expired %s cancelling %d\n",
          truth(timeout_expired(&cm)), cancelling());
    print("%s passes, ", error_name(replace(&cm)));
    print("expired %s cancelling %d\n", truth(timeout_expired(&cm)),
          cancelling());
    return 0;
}

TEST(timeout_08_body_swallows_or_replaces)    /* M6 */
{
    run(main_of_timeout_08);
    CHECK_STR(printed, "body swallowed the cancellation\n"
                       "no TimeoutError, expired True cancelling 0\n"
                       "KeyError passes, expired True cancelling 0\n");
}

/* ---- timeout_10: around a group ---- */
static int cleaned[2], cleaned_count;

static int clean_up(void *number, Value *result)
{
    int err = async_sleep(10);
    cleaned[cleaned_count++] = *(int *)number;
    return err;
}

static int limit_group(int numbers[2])
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, 0.02), 0);
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, clean_up, &numbers[0]);
    taskgroup_create_task(tg, clean_up, &numbers[1]);
    int err = taskgroup_exit(tg, 0);
    taskgroup_free(tg);
    return timeout_exit(&timeout, err);
}

static int main_of_timeout_10(void *arg, Value *result)
{
    int numbers[] = { 1, 2 };
    int err = limit_group(numbers);
    print("%s%s\n", error_name(err),
          err != E_GROUP ? " (not an exception group)" : "");
    print("cleaned [%d, %d]\n", cleaned[0], cleaned[1]);
    print("cancelling %d\n", cancelling());
    return 0;
}

TEST(timeout_10_around_taskgroup)    /* M7, TG5 */
{
    run(main_of_timeout_10);
    CHECK_STR(printed, "TimeoutError (not an exception group)\n"
                       "cleaned [1, 2]\n"
                       "cancelling 0\n");
}
