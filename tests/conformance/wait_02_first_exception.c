/* wait_02 - A2: until the first error; a cancellation is none. */
#include "python.h"

/* ---- Tasks ---- */
typedef struct Job {
    int ms;
    bool fail;
} Job;

static int job(void *arg, Value *result)
{
    Job *of = arg;
    int err = async_sleep(of->ms / 1000.0);
    if (err != 0)
        return err;
    return of->fail ? E_VALUE : 0;
}

static Task *create_named(Job *of, const char *name)
{
    return async_create_task_with(job, of, &(TaskOptions){ .name = name });
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* sorted(t.get_name() for t in tasks), of those that are done, or are not:
 * async_wait() makes no sets. */
static void print_names(Task *tasks[], size_t count, bool done)
{
    const char *names[4];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (task_done(tasks[i]) == done)
            names[n++] = task_get_name(tasks[i]);
    qsort(names, n, sizeof names[0], by_name);
    printf("[");
    for (size_t i = 0; i < n; i++)
        printf("%s'%s'", i > 0 ? ", " : "", names[i]);
    printf("]");
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Job jobs[] = { { 1000, false }, { 20, false }, { 40, true },
                   { 80, false } };
    Task *a = create_named(&jobs[0], "cancelled");
    Task *b = create_named(&jobs[1], "ok");
    Task *c = create_named(&jobs[2], "fails");
    Task *d = create_named(&jobs[3], "slow");
    Task *all[] = { a, b, c, d };
    loop_call_later(running_loop(), 0.01, cancel_task, a);
    must(async_wait(all, 4, INFINITY, FIRST_EXCEPTION));
    printf("done ");
    print_names(all, 4, true);
    printf(" pending ");
    print_names(all, 4, false);
    printf("\ncancellation alone does not stop FIRST_EXCEPTION; "
           "c failed: %s\n", error_name(task_error(c)));
    must(await(d, NULL));
    for (int i = 0; i < 4; i++)
        task_release(all[i]);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
