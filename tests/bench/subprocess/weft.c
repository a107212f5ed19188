/* weft.c - children in Weft: a task starts one and waits for it. */
#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/06_gather/gather.h"
#include "../../../code/11_subprocesses/process.h"
#include "parent.h"

/* ---- Children, one after the other ---- */
static int run_children(void *arg, Value *result)
{
    char *argv[] = { "/bin/true", NULL };
    int err = 0;
    for (int i = 0; i < *(int *)arg && err == 0; i++) {
        Process *process;
        int returncode = -1;
        err = async_create_subprocess_exec(argv, NULL, &process);
        if (err != 0)
            break;
        err = process_wait(process, &returncode);
        require(returncode == 0, "a child failed");
        process_free(process);
    }
    return err;
}

/* ---- So many at a time ---- */
static void measure(const char *name, int together)
{
    Call calls[TOGETHER];
    int each = CHILDREN / together;
    for (int i = 0; i < together; i++)
        calls[i] = (Call){ run_children, &each };
    begin_wall();
    require(async_gather_calls(calls, (size_t)together, NULL, 0) == 0,
            "a child failed");
    report_wall(name, CHILDREN);
}

static int measure_all(void *arg, Value *result)
{
    measure("one", 1);
    measure("together_32", TOGETHER);
    grow_large();
    measure("large_one", 1);
    measure("large_32", TOGETHER);
    return 0;
}

int main(void)
{
    return run(measure_all, NULL);
}
