/* weft.c - gathering tasks in Weft. */
#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/06_gather/gather.h"
#include "../bench.h"

enum { MOST = 100000 };

static int sleeper(void *arg, Value *result)
{
    return async_sleep(0.001);
}

static void measure(const char *name, size_t count)
{
    static Call calls[MOST];
    for (size_t i = 0; i < count; i++)
        calls[i] = (Call){ sleeper, NULL };
    begin_phase();
    int err = async_gather_calls(calls, count, NULL, 0);
    end_phase();
    require(err == 0, "not gathered");
    report(name, count);
}

/* The first round touches the memory. */
static int measure_all(void *arg, Value *result)
{
    measure("first_100000", 100000);
    measure("100", 100);
    measure("10000", 10000);
    measure("100000", 100000);
    return 0;
}

int main(void)
{
    return run(measure_all, NULL);
}
