/* What one generator yields, another one reads: lines become numbers, numbers
 * become sums; and the same loop reads a queue. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../iterator.h"

/* ---- Where lines come from ---- */
/* A line a second, as if somebody wrote at the end of a file. */
static int write_lines(void *reader, Value *result)
{
    static const char *const lines[] = { "3\n", "4 apples\n", "# a remark\n",
                                         "5\n", "\n", "10\n" };
    int err = 0;
    for (int i = 0; i < 6 && err == 0; i++) {
        err = async_sleep(1);
        if (err == 0)
            err = reader_feed_data(reader, lines[i], strlen(lines[i]));
    }
    reader_feed_eof(reader);
    return err;
}

/* ---- From lines to numbers ---- */
/* Lines that are none are passed over. */
static int numbers_of(void *lines, Value *result)
{
    Value line;
    int err;
    while ((err = async_next(*(AsyncIterator *)lines, &line)) == 0) {
        char *end;
        long long number = strtoll(line.s, &end, 10);
        if (end != line.s)
            err = async_yield((Value){ .i = number }, NULL);
        if (err != 0)
            break;
    }
    return err == E_STOP_ITERATION ? 0 : err;
}

/* ---- From numbers to sums ---- */
/* Of each number and the one before it. */
static int sums_of(void *numbers, Value *result)
{
    Value number;
    long long before = 0;
    int err;
    while ((err = async_next(*(AsyncIterator *)numbers, &number)) == 0) {
        err = async_yield((Value){ .i = before + number.i }, NULL);
        before = number.i;
        if (err != 0)
            break;
    }
    return err == E_STOP_ITERATION ? 0 : err;
}

/* ---- One behind the other ---- */
static SUSPENDS int print_sums(AsyncIterator lines)
{
    AsyncGenerator *some = must_have(async_generator_new(numbers_of, &lines),
                                     "generator");
    AsyncIterator numbers = async_generator_iter(some);
    AsyncGenerator *sums = must_have(async_generator_new(sums_of, &numbers),
                                     "generator");
    Value sum;
    int err;
    while ((err = async_generator_next(sums, &sum)) == 0)
        printf("%.0f s: %lld\n", loop_time(async_get_running_loop()), sum.i);
    async_generator_free(sums);
    async_generator_free(some);
    return err == E_STOP_ITERATION ? 0 : err;
}

static int follow(void *arg, Value *result)
{
    StreamReader *reader = must_have(reader_new(0), "reader");
    Task *writer = must_have(async_create_task(write_lines, reader), "task");
    int err = print_sums(reader_lines(reader));
    int also = task_join(writer, NULL);
    reader_free(reader);
    return err != 0 ? err : also;
}

/* ---- What is in a queue ---- */
static int put_squares(void *queue, Value *result)
{
    int err = 0;
    for (long long i = 1; i <= 5 && err == 0; i++)
        err = queue_put(queue, (Value){ .i = i * i });
    queue_shutdown(queue, false);
    return err;
}

/* ---- All into a list ---- */
static int collect(void *arg, Value *result)
{
    Queue *queue = must_have(queue_new(2), "queue");
    Task *task = must_have(async_create_task(put_squares, queue), "task");
    Value *items;
    size_t n;
    int err = async_collect(queue_items(queue), &items, &n);
    for (size_t i = 0; i < n; i++)
        printf("%lld%s", items[i].i, i + 1 < n ? " " : "\n");
    free(items);
    int also = task_join(task, NULL);
    queue_free(queue);
    return err != 0 ? err : also;
}

int main(void)
{
    must_succeed(run_virtual(follow, NULL), "lines");
    must_succeed(run_virtual(collect, NULL), "queue");
    return 0;
}
