/* seed_05 - three coroutines at once. */
#include "python.h"

/* ---- A coroutine ---- */
typedef struct Factorial {
    const char *name;
    int number;
} Factorial;

static int factorial(void *arg, Value *result)
{
    Factorial *of = arg;
    int f = 1;
    for (int i = 2; i <= of->number; i++) {
        printf("Task %s: Compute factorial(%d)...\n", of->name, i);
        int err = async_sleep(0.05);
        if (err != 0)
            return err;
        f *= i;
    }
    printf("Task %s: factorial(%d) = %d\n", of->name, of->number, f);
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Factorial a = { "A", 2 }, b = { "B", 3 }, c = { "C", 4 };
    return async_gather_calls(CALLS({ factorial, &a }, { factorial, &b },
                                    { factorial, &c }), NULL, 0);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
