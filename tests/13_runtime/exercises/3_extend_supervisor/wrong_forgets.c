/* wrong: each failure is the first */
#include "supervise.h"

#include <errno.h>
#include <stdlib.h>

#include "../../../06_gather/taskgroup.h"

/* ---- All of them ---- */
typedef struct Supervisor {
    const Policy *policy;
    const Service *culprit;    /* NULL: nobody was given up */
    int error;                 /* the culprit's */
} Supervisor;

typedef struct Keeper {
    Supervisor *supervisor;
    const Service *service;
    unsigned failures;         /* in a row */
} Keeper;

/* ---- One ---- */
static double now(void)
{
    return loop_time(async_get_running_loop());
}

/* Before the next start; < 0: there is none. */
static double pause_of(const Policy *policy, unsigned failures)
{
    double pause = policy->pause;
    if (failures > policy->most)
        return -1;
    for (unsigned i = 1; i < failures && pause < policy->longest; i++)
        pause *= 2;
    return pause < policy->longest ? pause : policy->longest;
}

/* Any error but 0 ends all. */
static int give_up(Keeper *keeper, int error)
{
    Supervisor *supervisor = keeper->supervisor;
    if (supervisor->culprit == NULL) {
        supervisor->culprit = keeper->service;
        supervisor->error = error;
    }
    return E_RUNTIME;
}

static SUSPENDS int recover(Keeper *keeper, int error, double ran)
{
    const Policy *policy = keeper->supervisor->policy;
    keeper->failures = ran >= 0 ? 1 : keeper->failures + 1;
    double pause = pause_of(policy, keeper->failures);
    if (policy->failed != NULL)
        policy->failed(keeper->service, error, pause, policy->arg);
    return pause < 0 ? give_up(keeper, error) : async_sleep(pause);
}

static int keep(void *arg, Value *result)
{
    Keeper *keeper = arg;
    const Service *service = keeper->service;
    for (;;) {
        Value ignored = { .i = 0 };
        double begun = now();
        int err = service->run(service->arg, &ignored);
        if (task_cancelling(async_current_task()) > 0)
            return E_CANCELLED;    /* whatever it makes of that */
        if (err == 0)
            return 0;
        err = recover(keeper, err, now() - begun);
        if (err != 0)
            return err;
    }
}

/* ---- The group ---- */
static SUSPENDS int run_all(TaskGroup *group, Keeper keepers[], size_t n)
{
    int err = 0;
    for (size_t i = 0; i < n && err == 0; i++) {
        TaskOptions options = { .name = keepers[i].service->name };
        if (taskgroup_create_task_with(group, keep, &keepers[i],
                                       &options) == NULL)
            err = errno;
    }
    int ended = taskgroup_exit(group, err);
    taskgroup_free(group);
    return err != 0 ? err : ended;
}

SUSPENDS int supervise(const Service services[], size_t n,
                       const Policy *policy, const Service **culprit)
{
    Supervisor supervisor = { .policy = policy };
    Keeper *keepers = calloc(n + 1, sizeof *keepers);
    TaskGroup *group = keepers != NULL ? taskgroup_enter() : NULL;
    int err = ENOMEM;
    if (group != NULL) {
        for (size_t i = 0; i < n; i++)
            keepers[i] = (Keeper){ &supervisor, &services[i], 0 };
        err = run_all(group, keepers, n);
    }
    free(keepers);
    if (culprit != NULL)
        *culprit = supervisor.culprit;
    return supervisor.culprit != NULL ? supervisor.error : err;
}
