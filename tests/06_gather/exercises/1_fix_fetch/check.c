/* Time is virtual.  What worked before the bugs were found still has to: that
 * test gives nothing. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/03_futures/report.h"
#include "../../../../code/06_gather/exercises/1_fix_fetch/fetch.h"

#include <math.h>

enum { SERVERS = 3, PATIENCE = 5 };

static Loop *loop;
static Server servers[SERVERS];
static int reports;

/* ---- Around each test ---- */
static void count_report(Loop *of, const ErrorContext *context, void *arg)
{
    reports++;
}

static void set_up(void)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    loop_set_exception_handler(loop, count_report, NULL);
    for (int i = 0; i < SERVERS; i++)
        servers[i] = (Server){ .dial_time = 1, .page_time = 2,
                               .page = { .i = 100 + i } };
    reports = 0;
}

static void tear_down(void)
{
    for (int i = 0; i < SERVERS; i++)
        CHECK_INT(servers[i].connections, 0);
    CHECK_INT(reports, 0);
    CHECK_INT(loop->users, 1);
    loop_free(loop);
}

/* ---- Who fetches ---- */
typedef struct Errand {
    double limit;     /* of all of it */
    int error;        /* of fetch() */
    double ended;
    Value page;
} Errand;

static Errand errand;

/* Afterwards it sleeps for long: a limit that is left would show. */
static int fetch_and_rest(void *arg, Value *result)
{
    Timeout timeout;
    CHECK_INT(timeout_enter(&timeout, errand.limit), 0);
    errand.error = fetch(servers, SERVERS, PATIENCE, &errand.page);
    errand.ended = loop_time(loop);
    int err = timeout_exit(&timeout, errand.error);
    int requests = errand.error == E_CANCELLED && err == E_CANCELLED;
    CHECK_INT(task_cancelling(async_current_task()), requests);
    if (requests > 0)
        task_uncancel(async_current_task());
    CHECK_INT(async_sleep(50), 0);
    return err;
}

/* At `when` the task is cancelled; after `limit` seconds its time is over. */
static int run(double when, double limit)
{
    errand = (Errand){ .limit = limit };
    Task *task = loop_create_task(loop, fetch_and_rest, NULL);
    CHECK(task != NULL);
    CHECK(loop_call_at(loop, when, future_cancel_callback, task) != 0);
    int err = loop_run_until_complete(loop, task, NULL);
    task_release(task);
    return err;
}

static void check_errand(int error, double when, int asked)
{
    CHECK_INT(errand.error, error);
    CHECK_DOUBLE(errand.ended, when, 0.01);
    for (int i = 0; i < SERVERS; i++)
        CHECK_INT(servers[i].dialled, i < asked);
    if (error == 0)
        CHECK_INT(errand.page.i, 99 + asked);
}

/* ---- The tests ---- */
TEST(who_answers_at_once_is_the_only_one_asked)
{
    set_up();
    CHECK_INT(run(INFINITY, INFINITY), 0);
    check_errand(0, 3, 1);
    tear_down();
}

TEST_FOR(1, who_refuses_leaves_no_limit)
{
    HINT("timeout_exit() belongs on each way out, also if dial() has failed");
    set_up();
    servers[0].dial_error = ECONNREFUSED;
    CHECK_INT(run(INFINITY, INFINITY), 0);
    check_errand(0, 4, 2);
    tear_down();

    set_up();    /* one that does not even refuse */
    servers[0].dial_time = servers[1].dial_time = 9;
    CHECK_INT(run(INFINITY, INFINITY), 0);
    check_errand(0, 2 * PATIENCE + 3, 3);
    tear_down();

    set_up();    /* all of them: it is the last one that counts */
    for (int i = 0; i < SERVERS; i++)
        servers[i].dial_error = ECONNREFUSED + i;
    CHECK_INT(run(INFINITY, INFINITY), ECONNREFUSED + 2);
    check_errand(ECONNREFUSED + 2, 3, 3);
    servers[2].dial_time = 9;
    tear_down();
}

TEST_FOR(1, no_connection_stays_open)
{
    HINT("who has dialled hangs up, whatever came of it, and nobody else does");
    set_up();
    servers[0].page_error = EPIPE;
    servers[1].page_time = 4.5;    /* with its dialling that is too long */
    CHECK_INT(run(INFINITY, INFINITY), 0);
    check_errand(0, 3 + PATIENCE + 3, 3);
    tear_down();

    set_up();
    for (int i = 0; i < SERVERS; i++)
        servers[i].page_time = 60;
    CHECK_INT(run(INFINITY, INFINITY), E_TIMEOUT);
    check_errand(E_TIMEOUT, 3 * PATIENCE, 3);
    tear_down();

    set_up();
    servers[1].dial_error = ECONNREFUSED;
    servers[0].page_error = EPIPE;
    CHECK_INT(run(4.5, INFINITY), E_CANCELLED);    /* in the third */
    check_errand(E_CANCELLED, 4.5, 3);
    tear_down();
}

TEST_FOR(1, who_is_cancelled_asks_nobody_else)
{
    HINT("E_CANCELLED that timeout_exit() has left is not from your limit");
    set_up();
    CHECK_INT(run(0.5, INFINITY), E_CANCELLED);    /* it dials */
    check_errand(E_CANCELLED, 0.5, 1);
    tear_down();

    set_up();
    CHECK_INT(run(2, INFINITY), E_CANCELLED);      /* it reads */
    check_errand(E_CANCELLED, 2, 1);
    tear_down();

    set_up();    /* the caller has a limit of its own, and that one is over */
    servers[0].page_time = servers[1].page_time = 9;
    CHECK_INT(run(INFINITY, 7), E_TIMEOUT);
    check_errand(E_CANCELLED, 7, 2);
    tear_down();
}
