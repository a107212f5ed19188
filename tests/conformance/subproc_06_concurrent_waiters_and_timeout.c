/* subproc_06 - P6: many can wait for one child, and give up. */
#include "python.h"

/* ---- Who waits ---- */
/* The number of the waiter is its place in the outcomes. */
static int waiter(void *p, Value *result)
{
    int rc = 0;
    int err = process_wait(p, &rc);
    result->i = rc;
    return err;
}

/* ---- Three of them ---- */
static SUSPENDS void three_wait(void)
{
    Process *p;
    Outcome outcomes[3];
    char *argv[] = { "sleep", "0.05", NULL };
    must(async_create_subprocess_exec(argv, NULL, &p));
    must(async_gather_calls(CALLS({ waiter, p }, { waiter, p }, { waiter, p }),
                            outcomes, 0));
    for (int n = 0; n < 3; n++)
        printf("%s(%d, %lld)", n == 0 ? "[" : ", ", n, outcomes[n].value.i);
    puts("]");
    process_free(p);
}

/* ---- One that gives up ---- */
static SUSPENDS void one_gives_up(void)
{
    Process *p;
    int rc;
    char *argv[] = { "sleep", "30", NULL };
    must(async_create_subprocess_exec(argv, NULL, &p));
    if (async_wait_for_call(waiter, p, 0.02, NULL) == E_TIMEOUT)
        printf("wait timed out; child still running: %s\n",
               truth(!process_returncode(p, &rc)));
    must(process_kill(p));
    must(process_wait(p, &rc));
    printf("rc %d\n", rc);
    process_free(p);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    three_wait();
    one_gives_up();
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
