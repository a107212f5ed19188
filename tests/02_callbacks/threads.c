/* Other threads: what they may call, and what they may not. */
#include "loops.h"

#include <pthread.h>
#include <stdatomic.h>

static pthread_t start(void *(*function)(void *), void *arg)
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, function, arg), 0);
    return thread;
}

static void nap(double seconds)
{
    struct timespec time = { 0, (long)(seconds * 1e9) };
    nanosleep(&time, NULL);
}

/* ---- Waking ---- */
static void *nap_and_stop(void *loop)
{
    nap(0.03);
    CHECK_INT(loop_call_soon_threadsafe(loop, loop_stop_callback, loop), 0);
    return NULL;
}

/* L11 */
TEST(a_posted_callback_wakes_a_sleeping_loop)
{
    Loop *loop = new_loop();
    loop_call_later(loop, 3600, never, NULL);
    for (int i = 0; i < 3; i++) {
        pthread_t thread = start(nap_and_stop, loop);
        run(loop);
        pthread_join(thread, NULL);
    }
    loop_free(loop);
}

static void *post_hello(void *loop)
{
    CHECK_INT(loop_call_soon_threadsafe(loop, tell, "hello"), 0);
    return NULL;
}

/* L11.  CPython: call_soon_threadsafe */
TEST(what_a_thread_has_posted_before_is_first)
{
    Loop *loop = ordered_loop();
    pthread_join(start(post_hello, loop), NULL);
    loop_call_soon(loop, tell, "world");
    run_turn_of(loop);
    CHECK_STR(story, "hello world");
    loop_free(loop);
}

static void post_and_call(void *loop)
{
    loop_call_soon(loop, tell, "1");
    loop_call_soon_threadsafe(loop, tell, "2");
    loop_call_soon_threadsafe(loop, tell, "3");
    loop_call_soon(loop, tell, "4");
    loop_call_soon_threadsafe(loop, tell, "5");
}

/* L11.  CPython: call_soon_threadsafe_same_thread */
TEST(posted_and_called_in_one_thread_keep_their_order)
{
    Loop *loop = ordered_loop();
    post_and_call(loop);
    run_turn_of(loop);
    CHECK_STR(story, "1 2 3 4 5");
    story[0] = '\0';
    loop_call_soon(loop, post_and_call, loop);
    run_turn_of(loop);
    CHECK_STR(story, "");
    run_turn_of(loop);
    CHECK_STR(story, "1 2 3 4 5");
    loop_free(loop);
}

static void post_again(void *counter)
{
    Loop *loop = async_get_running_loop();
    count(counter);
    CHECK_INT(loop_call_soon_threadsafe(loop, post_again, counter), 0);
}

/* L2, L11 */
TEST(a_posted_callback_that_posts_itself_runs_once_in_each_turn)
{
    Loop *loop = new_loop();
    int n = 0;
    loop_call_soon_threadsafe(loop, post_again, &n);
    for (int turn = 1; turn <= 100; turn++) {
        run_turn_of(loop);
        CHECK_INT(n, turn);
    }
    loop_free(loop);
}

/* L11 */
TEST(posted_callbacks_fit_however_many_they_are)
{
    Loop *loop = new_loop();
    int n = 0;
    for (int i = 0; i < 100000; i++)
        CHECK_INT(loop_call_soon_threadsafe(loop, count, &n), 0);
    run_turn_of(loop);
    CHECK_INT(n, 100000);
    loop_free(loop);
}

TEST(a_busy_loop_hears_what_is_posted)
{
    Loop *loop = new_loop();
    int n = 0;
    loop_call_soon(loop, post_again, &n);
    pthread_t thread = start(nap_and_stop, loop);
    run(loop);
    pthread_join(thread, NULL);
    CHECK(n > 0);
    loop_free(loop);
}

/* ---- A million ---- */
enum { THREADS = 4, SHARE = 250000 };

static Loop *target;
static int next_of[THREADS], total_run;

static void run_posted(void *arg)
{
    uintptr_t code = (uintptr_t)arg;
    int thread = code % THREADS, number = code / THREADS;
    CHECK_INT(number, next_of[thread]);
    next_of[thread]++;
    total_run++;
    if (total_run % 9973 == 0 || total_run == THREADS * SHARE)
        loop_stop(target);
}

static void *post_share(void *arg)
{
    for (uintptr_t i = 0; i < SHARE; i++) {
        void *code = (void *)(i * THREADS + (uintptr_t)arg);
        CHECK_INT(loop_call_soon_threadsafe(target, run_posted, code), 0);
    }
    return NULL;
}

/* L11: while the loop starts, runs and stops. */
TEST_LIMIT(120, a_million_posted_callbacks_run_once_in_each_thread_s_order)
{
    pthread_t threads[THREADS];
    target = ordered_loop();
    for (uintptr_t i = 0; i < THREADS; i++)
        threads[i] = start(post_share, (void *)i);
    while (total_run < THREADS * SHARE)
        run(target);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(next_of[i], SHARE);
    run_turn_of(target);
    CHECK_INT(total_run, THREADS * SHARE);
    loop_free(target);
}

static atomic_int accepted;

static void *post_until_refused(void *arg)
{
    int err;
    while ((err = loop_call_soon_threadsafe(target, count, &total_run)) == 0)
        atomic_fetch_add(&accepted, 1);
    CHECK_INT(err, E_RUNTIME);
    CHECK_INT(loop_call_soon_threadsafe(target, never, NULL), E_RUNTIME);
    return NULL;
}

/* L11, L12 */
TEST_LIMIT(60, threads_post_while_the_loop_closes)
{
    for (int round = 0; round < 40; round++) {
        pthread_t threads[THREADS];
        target = new_loop();
        total_run = 0;
        atomic_store(&accepted, 0);
        for (int i = 0; i < THREADS; i++)
            threads[i] = start(post_until_refused, NULL);
        for (int i = 0; i < round % 4; i++)    /* each turn is longer */
            run_turn_of(target);
        CHECK_INT(loop_close(target), 0);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        CHECK(total_run <= atomic_load(&accepted));
        loop_free(target);
    }
}

/* L12 */
TEST(what_was_accepted_before_the_last_turn_has_run)
{
    Loop *loop = new_loop();
    int n = 0;
    for (int i = 0; i < 1000; i++)
        CHECK_INT(loop_call_soon_threadsafe(loop, count, &n), 0);
    run_turn_of(loop);
    CHECK_INT(loop_call_soon_threadsafe(loop, never, NULL), 0);
    CHECK_INT(n, 1000);
    loop_close(loop);
    CHECK_INT(loop_call_soon_threadsafe(loop, never, NULL), E_RUNTIME);
    loop_free(loop);
}

/* ---- Running elsewhere ---- */
static void *run_refused(void *loop)
{
    CHECK(loop_is_running(loop));
    CHECK_PTR(async_get_running_loop(), NULL);
    CHECK_INT(loop_run_forever(loop), E_RUNTIME);
    CHECK_INT(loop_close(loop), E_RUNTIME);
    loop_free(loop);    /* ignored */
    CHECK_PTR(async_get_running_loop(), NULL);
    CHECK(loop_is_running(loop));
    return NULL;
}

static void run_in_second_thread(void *loop)
{
    pthread_join(start(run_refused, loop), NULL);
    tell("refused");
}

/* L12 */
TEST(a_loop_does_not_run_in_two_threads)
{
    Loop *loop = new_loop();
    loop_call_soon(loop, run_in_second_thread, loop);
    run_turn_of(loop);
    CHECK_STR(story, "refused");
    loop_free(loop);
}

static void *run_here(void *loop)
{
    CHECK_INT(loop_run_forever(loop), 0);
    return NULL;
}

TEST(a_loop_may_run_in_one_thread_and_then_in_another)
{
    Loop *loop = new_loop();
    int n = 0;
    for (int i = 0; i < 3; i++) {
        loop_call_soon(loop, count, &n);
        loop_call_soon(loop, stop, NULL);
        pthread_join(start(run_here, loop), NULL);
        loop_call_soon(loop, count, &n);
        run_turn_of(loop);
    }
    CHECK_INT(n, 6);
    loop_free(loop);
}

enum { RALLY = 2000 };

static Loop *sides[2];
static int hits;

static void hit(void *arg)
{
    int side = sides[1] == async_get_running_loop();
    bool over = ++hits >= RALLY;
    if (over)
        stop(NULL);
    if (hits <= RALLY)
        CHECK_INT(loop_call_soon_threadsafe(sides[!side], hit, NULL), 0);
}

TEST_LIMIT(60, two_loops_in_two_threads_call_each_other)
{
    sides[0] = new_loop();
    sides[1] = new_loop();
    pthread_t thread = start(run_here, sides[1]);
    loop_call_soon(sides[0], hit, NULL);
    run(sides[0]);
    pthread_join(thread, NULL);
    CHECK_INT(hits, RALLY + 1);
    loop_free(sides[0]);
    loop_free(sides[1]);
}

/* ---- Debug mode ---- */
static bool is_refused;    /* what the foreign thread expects */

static void call_from_outside(void *loop)
{
    Pair p = pair_new();
    Handle handles[3];
    errno = 0;
    handles[0] = loop_call_soon(loop, tell, "soon");
    CHECK_INT(errno, is_refused ? EINVAL : 0);
    errno = 0;
    handles[1] = loop_call_at(loop, 0, tell, "at");
    CHECK_INT(errno, is_refused ? EINVAL : 0);
    handles[2] = loop_call_later(loop, -1e9, tell, "later");
    for (int i = 0; i < 3; i++)
        CHECK_INT(handles[i] == 0, is_refused);
    int wanted = is_refused ? E_RUNTIME : 0;
    CHECK_INT(loop_add_reader(loop, p.a, never, NULL), wanted);
    CHECK_INT(loop_add_writer(loop, p.b, never, NULL), wanted);
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, never, NULL), wanted);
    CHECK_INT(loop_call_soon_threadsafe(loop, tell, "posted"), 0);
    CHECK_INT(loop_remove_reader(loop, p.a), !is_refused);
    CHECK_INT(loop_remove_writer(loop, p.b), !is_refused);
    CHECK_INT(loop_remove_signal_handler(loop, SIGUSR1), !is_refused);
    pair_close(p);
}

static void *from_a_thread(void *loop)
{
    call_from_outside(loop);
    return NULL;
}

static void *from_a_thread_with_a_loop(void *loop)
{
    Loop *own = new_loop();
    loop_call_soon(own, call_from_outside, loop);
    run_turn_of(own);
    loop_free(own);
    return NULL;
}

/* The loop's own thread waits meanwhile: so this is no race, only misuse. */
static void let_others_call(void *arg)
{
    Loop *loop = async_get_running_loop();
    pthread_join(start(from_a_thread, loop), NULL);
    pthread_join(start(from_a_thread_with_a_loop, loop), NULL);
}

/* L18.  CPython: check_thread */
TEST(debug_mode_refuses_calls_from_other_threads)
{
    Loop *loop = ordered_loop();
    loop_set_debug(loop, true);
    is_refused = true;
    loop_call_soon(loop, let_others_call, NULL);
    run_turn_of(loop);
    run_turn_of(loop);
    CHECK_STR(story, "posted posted");
    loop_free(loop);
}

/* L18.  CPython: check_thread */
TEST(without_debug_mode_nobody_checks)
{
    Loop *loop = ordered_loop();
    loop_set_debug(loop, false);
    is_refused = false;
    loop_call_soon(loop, let_others_call, NULL);
    run_turn_of(loop);
    run_turn_of(loop);
    CHECK_STR(story, "soon posted soon posted later later at at");
    loop_free(loop);
}

/* L18 */
TEST(a_loop_that_does_not_run_is_nobody_s)
{
    Loop *loop = ordered_loop();
    loop_set_debug(loop, true);
    is_refused = false;
    pthread_join(start(from_a_thread, loop), NULL);
    run_turn_of(loop);
    CHECK_STR(story, "soon posted later at");
    loop_free(loop);
}

/* ---- A thread that is cancelled ---- */
static void *post_when_cancelled(void *loop)
{
    pthread_cancel(pthread_self());
    CHECK_INT(loop_call_soon_threadsafe(loop, stop, NULL), 0);
    return NULL;
}

TEST(a_thread_that_is_cancelled_while_it_posts_leaves_no_lock_behind)
{
    LEAVES(CHECK_MEMORY, "the system loads what it cancels threads with");
    Loop *loop = new_loop();
    pthread_join(start(post_when_cancelled, loop), NULL);
    run(loop);
    loop_free(loop);
}
