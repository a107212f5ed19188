/* Several threads submit, wait, cancel and ask at once, while a loop opens and
 * closes: nothing is lost, nothing is left.  A bounded number of rounds. */
#include "workers.h"

#include <sched.h>

/* ---- Chance ---- */
/* Each thread has its own; the same numbers in every run. */
typedef struct Chance {
    uint32_t state;
} Chance;

static unsigned below(Chance *chance, unsigned limit)
{
    chance->state = chance->state * 1664525 + 1013904223;
    return (chance->state >> 16) % limit;
}

/* ---- One pool, many threads ---- */
enum { THREADS = 3, ROUNDS = 300 };

typedef struct Crowd {
    Executor *executor;
    Loop *loop;                  /* the present one */
    pthread_mutex_t mutex;       /* guards it */
    atomic_int submitted, ran, cancelled, called, asked, answered, gone;
} Crowd;

typedef struct One {
    Crowd *crowd;
    Chance chance;
    pthread_t thread;
} One;

static int count_job(void *arg, Value *result)
{
    Crowd *crowd = arg;
    result->i = atomic_fetch_add(&crowd->ran, 1);
    return 0;
}

static void count_call(ConcurrentFuture *future, void *arg)
{
    CHECK(concurrent_future_done(future));
    atomic_fetch_add(&((Crowd *)arg)->called, 1);
}

static void *submit_many(void *arg)
{
    One *one = arg;
    Crowd *crowd = one->crowd;
    for (int i = 0; i < ROUNDS; i++) {
        ConcurrentFuture *future = submit(crowd->executor, count_job, crowd);
        atomic_fetch_add(&crowd->submitted, 1);
        CHECK_INT(concurrent_future_add_done_callback(future, count_call,
                                                      crowd), 0);
        if (below(&one->chance, 3) == 0 && concurrent_future_cancel(future))
            atomic_fetch_add(&crowd->cancelled, 1);
        if (below(&one->chance, 2) == 0) {
            int err = concurrent_future_result(future, INFINITY, NULL);
            CHECK_INT(err == E_CANCELLED, concurrent_future_cancelled(future));
        }
        concurrent_future_release(future);
    }
    return NULL;
}

static void begin_ones(One ones[], Crowd *crowd, void *(*function)(void *))
{
    for (unsigned i = 0; i < THREADS; i++) {
        ones[i] = (One){ .crowd = crowd, .chance = { i + 1 } };
        ones[i].thread = new_thread(function, &ones[i]);
    }
}

static void join_ones(One ones[])
{
    for (int i = 0; i < THREADS; i++)
        join_thread(ones[i].thread);
}

TEST(each_job_runs_once_or_is_cancelled)
{
    static Crowd crowd;
    One ones[THREADS];
    crowd.executor = new_pool(3);
    begin_ones(ones, &crowd, submit_many);
    join_ones(ones);
    executor_free(crowd.executor);
    CHECK_INT(crowd.submitted, THREADS * ROUNDS);
    CHECK_INT(crowd.ran + crowd.cancelled, THREADS * ROUNDS);
    CHECK_INT(crowd.called, THREADS * ROUNDS);
}

/* ---- A loop that opens and closes ---- */
static int nap(void *arg, Value *result)
{
    *result = seven;
    return async_sleep(*(int *)arg * 1e-4);
}

/* The loop may close at any moment, but its memory stays meanwhile. */
static ConcurrentFuture *ask(One *one, int *time)
{
    Crowd *crowd = one->crowd;
    ConcurrentFuture *future = NULL;
    pthread_mutex_lock(&crowd->mutex);
    if (crowd->loop != NULL)
        future = async_run_coroutine_threadsafe(nap, time, crowd->loop);
    pthread_mutex_unlock(&crowd->mutex);
    return future;
}

static void *ask_many(void *arg)
{
    static int times[] = { 0, 1, 2, 3 };
    One *one = arg;
    Crowd *crowd = one->crowd;
    for (int i = 0; i < ROUNDS; ) {
        ConcurrentFuture *future = ask(one, &times[below(&one->chance, 4)]);
        if (future == NULL) {
            sched_yield();
            continue;
        }
        i++;
        atomic_fetch_add(&crowd->asked, 1);
        if (below(&one->chance, 4) == 0)
            concurrent_future_cancel(future);
        int err = result_of(future, NULL);    /* whatever comes, it comes */
        CHECK(err == 0 || err == E_CANCELLED);
        atomic_fetch_add(&crowd->answered, 1);
    }
    atomic_fetch_add(&crowd->gone, 1);
    return NULL;
}

static int work_a_little(void *arg, Value *result)
{
    Crowd *crowd = arg;
    Loop *loop = async_get_running_loop();
    for (int i = 0; i < 4; i++) {
        Future *future = loop_run_in_executor(loop, crowd->executor, count_job,
                                              crowd);
        CHECK(future != NULL);
        atomic_fetch_add(&crowd->submitted, 1);
        if (i % 2 == 1 && future_cancel(future))
            atomic_fetch_add(&crowd->cancelled, 1);
        if (i % 4 == 0)
            CHECK_INT(await(future, NULL), 0);
        future_release(future);
    }
    return 0;
}

static void ignore(Loop *loop, const ErrorContext *context, void *arg)
{
}

static void open_and_close(Crowd *crowd)
{
    Loop *loop = real_loop();
    loop_set_exception_handler(loop, ignore, NULL);
    pthread_mutex_lock(&crowd->mutex);
    crowd->loop = loop;
    pthread_mutex_unlock(&crowd->mutex);
    CHECK_INT(run(loop, work_a_little, crowd), 0);
    CHECK_INT(loop_close(loop), 0);    /* who asks it now is refused */
    pthread_mutex_lock(&crowd->mutex);
    crowd->loop = NULL;
    pthread_mutex_unlock(&crowd->mutex);
    loop_free(loop);
}

TEST(who_asks_a_loop_that_closes_always_goes_on)
{
    static Crowd crowd;
    One ones[THREADS];
    CHECK_INT(pthread_mutex_init(&crowd.mutex, NULL), 0);
    crowd.executor = new_pool(2);
    begin_ones(ones, &crowd, ask_many);
    while (crowd.gone < THREADS)
        open_and_close(&crowd);
    join_ones(ones);
    executor_free(crowd.executor);
    CHECK_INT(crowd.asked, THREADS * ROUNDS);
    CHECK_INT(crowd.answered, crowd.asked);
    CHECK(crowd.ran <= crowd.submitted);
    CHECK(crowd.ran + crowd.cancelled >= crowd.submitted);
    pthread_mutex_destroy(&crowd.mutex);
}
