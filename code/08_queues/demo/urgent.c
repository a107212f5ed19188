/* Three queues, the same letters: in which order they come out. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../queue.h"

/* ---- Letters ---- */
typedef struct Letter {
    int rank;    /* 1 is urgent */
    const char *to;
} Letter;

static Letter letters[] = {
    { 2, "ana" }, { 3, "ben" }, { 1, "cleo" }, { 2, "dan" }, { 1, "eva" },
};
enum { LETTERS = sizeof letters / sizeof *letters };

/* ---- Which comes first ---- */
static int by_rank(Value a, Value b)
{
    const Letter *one = a.p, *other = b.p;
    return one->rank - other->rank;
}

/* ---- In and out ---- */
static SUSPENDS int pass(const char *title, Queue *queue)
{
    int err = 0;
    must_have(queue, "queue");
    for (int i = 0; i < LETTERS && err == 0; i++)
        err = queue_put(queue, (Value){ .p = &letters[i] });
    printf("%-13s", title);
    while (err == 0 && !queue_empty(queue)) {
        Value letter = { .p = NULL };
        err = queue_get(queue, &letter);
        if (err == 0)
            printf("  %d %s", ((Letter *)letter.p)->rank,
                   ((Letter *)letter.p)->to);
    }
    puts("");
    queue_free(queue);
    return err;
}

/* ---- Three orders ---- */
static int pass_all(void *arg, Value *result)
{
    int err = pass("Queue", queue_new(0));
    if (err == 0)
        err = pass("LifoQueue", lifo_queue_new(0));
    if (err == 0)
        err = pass("PriorityQueue", priority_queue_new(0, by_rank));
    return err;
}

int main(void)
{
    must_succeed(run_virtual(pass_all, NULL), "run");
    return 0;
}
