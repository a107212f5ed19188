/* The example of asyncio's manual: three factorials, computed at the same time;
 * first without their results, and then with them. */
#include "work.h"

/* ---- One step ---- */
typedef struct Factorial {
    const char *name;
    int number;
    bool tells_more;
} Factorial;

static void tell(Factorial *of, int i)
{
    if (of->tells_more)
        printf("Task %s: Compute factorial(%d), currently i=%d...\n",
               of->name, of->number, i);
    else
        printf("Task %s: Compute factorial(%d)...\n", of->name, i);
}

/* ---- One factorial ---- */
static int factorial(void *arg, Value *result)
{
    Factorial *of = arg;
    long long f = 1;
    for (int i = 2; i <= of->number; i++) {
        tell(of, i);
        int err = async_sleep(1);
        if (err != 0)
            return err;
        f *= i;
    }
    printf("Task %s: factorial(%d) = %lld\n", of->name, of->number, f);
    result->i = f;
    return 0;
}

/* ---- Three calls ---- */
static int gather_calls(void *arg, Value *result)
{
    Factorial a = { "A", 2, false }, b = { "B", 3, false },
              c = { "C", 4, false };
    return async_gather_calls(CALLS({ factorial, &a }, { factorial, &b },
                                    { factorial, &c }), NULL, 0);
}

/* ---- Three tasks ---- */
static int gather_tasks(void *arg, Value *result)
{
    Factorial a = { "A", 2, true }, b = { "B", 3, true }, c = { "C", 4, true };
    Task *first = start(factorial, &a), *second = start(factorial, &b),
         *third = start(factorial, &c);
    Outcome of[3];
    int err = async_gather(FUTURES(first, second, third), of, 0);
    task_release(first);
    task_release(second);
    task_release(third);
    if (err == 0)
        printf("[%lld, %lld, %lld]\n", of[0].value.i, of[1].value.i,
               of[2].value.i);
    return err;
}

/* ---- Both ---- */
int main(void)
{
    must_succeed(run_virtual(gather_calls, NULL), "calls");
    must_succeed(run_virtual(gather_tasks, NULL), "tasks");
    return 0;
}
