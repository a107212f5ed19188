/* child_test.c - a stop that comes between the end of a child and the step of
 * the task that waits for it.  From outside nobody can aim at that moment. */
#include "../../../check.h"
#include "weft.h"

#include <math.h>

static bool is_stopped;

static SUSPENDS int wait_and_be_stopped(Future *futures[], size_t n,
                                        double timeout,
                                        enum ReturnWhen when)
{
    int err = async_wait(futures, n, timeout, when);
    if (!is_stopped)
        return err;
    task_cancel(async_current_task());
    return async_sleep(0);
}

#define async_wait wait_and_be_stopped
#include "child.c"

/* ---- A job that fails ---- */
static int fail_often(void *arg, Value *result)
{
    static const Limits limits = { .timeout = INFINITY, .grace = 1,
                                   .retries = 3 };
    child_run(arg, &limits);
    return 0;
}

static unsigned count_tries(char *command)
{
    Job job = { .number = 1, .command = command };
    CHECK_INT(async_run(fail_often, &job, NULL), 0);
    CHECK(job.is_over);
    CHECK_INT(job.fate, ENDED);
    CHECK_INT(job.status, 1);
    spool_clear(&job.output);
    spool_clear(&job.error);
    return job.tries;
}

/* ---- Its tries ---- */
TEST(what_fails_is_tried_again)
{
    CHECK_INT(count_tries("exit 1"), 4);
}

TEST(after_a_stop_there_is_no_other_try)
{
    is_stopped = true;
    CHECK_INT(count_tries("exit 1"), 1);
}
