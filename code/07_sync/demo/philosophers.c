/* Five philosophers and five forks, of which each of them needs two: all wait
 * for each other, until somebody looks; then the same with one rule more. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../lock.h"
#include "../semaphore.h"

/* ---- The table ---- */
/* Each fork lies to the right of one and to the left of the next. */
enum { FIVE = 5 };

static const char *names[FIVE] = { "Plato", "Hypatia", "Epicurus", "Zeno",
                                   "Diotima" };

typedef struct Table {
    Lock fork[FIVE];
    const char *holder[FIVE];    /* NULL: it lies there */
    Semaphore seats;
    bool in_order;               /* the rule: the lower fork first */
    Task *tasks[FIVE];
    int full;                    /* who have eaten */
} Table;

typedef struct Philosopher {
    Table *table;
    int place;
} Philosopher;

/* ---- A fork ---- */
static SUSPENDS int take(Table *table, int fork, int place)
{
    int err = lock_acquire(&table->fork[fork]);
    if (err == 0)
        table->holder[fork] = names[place];
    return err;
}

static void put_back(Table *table, int fork)
{
    table->holder[fork] = NULL;
    lock_release(&table->fork[fork]);
}

/* ---- Two forks ---- */
static SUSPENDS int eat(Table *table, int place)
{
    int err = async_sleep(1);
    if (err != 0)
        return err;
    table->full++;
    printf("%2.0f s: %s has eaten\n", loop_time(async_get_running_loop()),
           names[place]);
    return 0;
}

static SUSPENDS int take_both(Table *table, int place, int first, int second)
{
    int err = take(table, first, place);
    if (err != 0)
        return err;
    err = async_sleep(1);
    if (err == 0)
        err = take(table, second, place);
    if (err == 0) {
        err = eat(table, place);
        put_back(table, second);
    }
    put_back(table, first);
    return err;
}

/* ---- One philosopher ---- */
static int dine(void *arg, Value *result)
{
    Philosopher *self = arg;
    Table *table = self->table;
    int left = self->place, right = (self->place + 1) % FIVE;
    bool swap = table->in_order && right < left;
    int err = semaphore_acquire(&table->seats);
    if (err != 0)
        return err;
    err = take_both(table, self->place, swap ? right : left,
                    swap ? left : right);
    semaphore_release(&table->seats);
    return err;
}

/* ---- The watchdog ---- */
static void watchdog(void *arg)
{
    Table *table = arg;
    puts("after an hour:");
    for (int i = 0; i < FIVE; i++) {
        task_print_stack(table->tasks[i], stdout);
        printf("    and has fork");
        for (int fork = 0; fork < FIVE; fork++)
            if (table->holder[fork] == names[i])
                printf(" %d", fork);
        puts("");
    }
    for (int i = 0; i < FIVE; i++)
        task_cancel(table->tasks[i]);
}

/* ---- The dinner ---- */
static int dinner(void *arg, Value *result)
{
    Table *table = arg;
    Philosopher philosophers[FIVE];
    for (int i = 0; i < FIVE; i++) {
        TaskOptions options = { .name = names[i] };
        philosophers[i] = (Philosopher){ table, i };
        table->tasks[i] = must_have(
            async_create_task_with(dine, &philosophers[i], &options), "task");
    }
    Loop *loop = async_get_running_loop();
    Handle timer = must_schedule(loop_call_later(loop, 3600, watchdog, table));
    int err = async_gather(table->tasks, FIVE, NULL, RETURN_EXCEPTIONS);
    loop_cancel(loop, timer);
    printf("%d have eaten\n", table->full);
    for (int i = 0; i < FIVE; i++)
        task_release(table->tasks[i]);
    return err;
}

/* ---- Two dinners ---- */
static void serve(const char *title, int seats, bool in_order)
{
    Table table = { .in_order = in_order };
    puts(title);
    semaphore_init(&table.seats, seats);
    must_succeed(run_virtual(dinner, &table), "run");
}

int main(int argc, char **argv)
{
    int seats = argc > 1 ? atoi(argv[1]) : FIVE;
    serve("The left fork first:", seats > 0 ? seats : 1, false);
    serve("The lower fork first:", seats > 0 ? seats : 1, true);
    return 0;
}
