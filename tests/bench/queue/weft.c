/* weft.c - values through a queue in Weft. */
#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/06_gather/gather.h"
#include "../../../code/08_queues/queue.h"
#include "../bench.h"

enum { VALUES = 1000000 };

static Queue *queue;

/* ---- The two ends ---- */
static int produce(void *arg, Value *result)
{
    int err = 0;
    for (long long i = 0; i < VALUES && err == 0; i++)
        err = queue_put(queue, (Value){ .i = i });
    return err;
}

static int consume(void *arg, Value *result)
{
    Value value = { .i = 0 };
    int err = 0;
    for (long i = 0; i < VALUES && err == 0; i++) {
        err = queue_get(queue, &value);
        result->i += value.i;
    }
    return err;
}

/* ---- Through one queue ---- */
static void measure(const char *name, size_t size)
{
    Outcome outcomes[2];
    queue = queue_new(size);
    require(queue != NULL, "no queue");
    begin_phase();
    int err = async_gather_calls(CALLS({ produce, NULL }, { consume, NULL }),
                                 outcomes, 0);
    end_phase();
    require(err == 0 && outcomes[1].value.i == VALUES * (VALUES - 1LL) / 2,
            "not every value has come");
    report(name, VALUES);
    queue_free(queue);
}

static int measure_all(void *arg, Value *result)
{
    measure("of_1", 1);
    measure("of_100", 100);
    return 0;
}

int main(void)
{
    return run(measure_all, NULL);
}
