// cplusplus.cpp - a program in C++ with the macros of origins.h.
#define WEFT_ORIGINS
extern "C" {
#include "../../../code/06_gather/taskgroup.h"
#include "../../../code/06_gather/wait.h"
#include "../../../code/11_subprocesses/process.h"
#include "../../../code/12_iteration/iterator.h"
#include "../../../code/12_iteration/with.h"
#include "../../../code/13_runtime/runner.h"
#include "../../../code/13_runtime/origins.h"
}

// ---- A task
static int hurry(void *, Value *result)
{
    result->i = 7;
    return async_sleep(0);
}

static int wait_for_all(void *, Value *result)
{
    Future *future = future_new(async_get_running_loop());
    Task *task = async_create_task(hurry, nullptr);
    TaskGroup *group = taskgroup_enter();
    taskgroup_create_task(group, hurry, nullptr);
    int err = taskgroup_exit(group, await(task, result));
    taskgroup_free(group);
    task_release(task);
    future_release(future);
    return err;
}

int main()
{
    Value value;
    return async_run(wait_for_all, nullptr, &value);
}
