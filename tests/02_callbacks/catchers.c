/* A signal that several catch: loops in several threads, and the layers above
 * beside the program. */
#include "loops.h"

#include "../../code/02_callbacks/loop_inside.h"

#include <pthread.h>
#include <stdatomic.h>

static void send_signal(int signo)
{
    CHECK_INT(kill(getpid(), signo), 0);
}

static bool is_default(int signo)
{
    struct sigaction action;
    sigaction(signo, NULL, &action);
    return action.sa_handler == SIG_DFL;
}

static pthread_t start(void *(*function)(void *), void *arg)
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, function, arg), 0);
    return thread;
}

/* ---- Several loops ---- */
TEST(a_signal_reaches_each_loop_that_catches_it)
{
    Loop *one = new_loop(), *two = new_loop();
    CHECK_INT(loop_add_signal_handler(one, SIGUSR1, tell, "one"), 0);
    CHECK_INT(loop_add_signal_handler(two, SIGUSR1, tell, "two"), 0);
    CHECK_INT(loop_add_signal_handler(two, SIGUSR2, tell, "other"), 0);
    send_signal(SIGUSR1);
    run_turn_of(two);
    CHECK_STR(story, "two");
    run_turn_of(one);
    run_turn_of(two);
    CHECK_STR(story, "two one");
    CHECK_INT(loop_add_signal_handler(two, SIGUSR1, tell, "new"), 0);
    send_signal(SIGUSR1);
    run_turn_of(one);
    run_turn_of(two);
    CHECK_STR(story, "two one one new");
    loop_free(one);
    loop_free(two);
}

typedef struct Place {
    Loop *loop;
    pthread_t thread;
    int runs;
} Place;

static void arrive_at(void *arg)
{
    Place *place = arg;
    CHECK_PTR(async_get_running_loop(), place->loop);
    CHECK(pthread_equal(pthread_self(), place->thread));
    place->runs++;
    stop(NULL);
}

static void *run_place(void *arg)
{
    Place *place = arg;
    place->thread = pthread_self();
    run(place->loop);
    return NULL;
}

TEST(two_loops_in_two_threads_get_the_same_signal)
{
    Place places[2] = { { .loop = new_loop() }, { .loop = new_loop() } };
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        CHECK_INT(loop_add_signal_handler(places[i].loop, SIGUSR1, arrive_at,
                                          &places[i]), 0);
    for (int round = 1; round <= 20; round++) {
        for (int i = 0; i < 2; i++)
            threads[i] = start(run_place, &places[i]);
        send_signal(SIGUSR1);
        for (int i = 0; i < 2; i++) {
            pthread_join(threads[i], NULL);
            CHECK_INT(places[i].runs, round);
        }
    }
    loop_free(places[0].loop);
    loop_free(places[1].loop);
}

TEST(the_default_returns_with_the_last_loop)
{
    Loop *loops[3];
    for (int i = 0; i < 3; i++) {
        loops[i] = new_loop();
        CHECK_INT(loop_add_signal_handler(loops[i], SIGHUP, never, NULL), 0);
        CHECK_INT(loop_add_signal_handler(loops[i], SIGTERM, never, NULL), 0);
    }
    CHECK(loop_remove_signal_handler(loops[1], SIGHUP));
    CHECK(!loop_remove_signal_handler(loops[1], SIGHUP));
    CHECK(!is_default(SIGHUP));
    CHECK(loop_remove_signal_handler(loops[2], SIGHUP));
    CHECK(!is_default(SIGHUP));
    CHECK(loop_remove_signal_handler(loops[0], SIGHUP));
    CHECK(is_default(SIGHUP));
    for (int i = 0; i < 3; i++) {
        CHECK(!is_default(SIGTERM));
        loop_free(loops[i]);
    }
    CHECK(is_default(SIGTERM));
}

TEST(closing_a_loop_leaves_the_handlers_of_others)
{
    Loop *one = new_loop(), *two = new_loop();
    loop_add_signal_handler(one, SIGUSR1, never, NULL);
    loop_add_signal_handler(two, SIGUSR1, tell, "program");
    loop_catch_signal(one, SIGUSR1, never, NULL);
    loop_catch_signal(two, SIGUSR1, tell, "layer");
    loop_add_signal_handler(one, SIGUSR2, never, NULL);
    send_signal(SIGUSR1);
    CHECK_INT(loop_close(one), 0);
    CHECK(!loop_remove_signal_handler(one, SIGUSR1));
    CHECK(!loop_drop_signal(one, SIGUSR1));
    CHECK_INT(loop_catch_signal(one, SIGUSR1, never, NULL), E_RUNTIME);
    CHECK(!is_default(SIGUSR1));
    CHECK(is_default(SIGUSR2));
    unsetenv("WEFT_SHUFFLE");
    run_turn_of(two);
    CHECK(strcmp(story, "program layer") == 0 ||
          strcmp(story, "layer program") == 0);
    loop_free(one);
    loop_free(two);
}

/* ---- The program and a layer ---- */
TEST(a_layer_catches_beside_the_program)
{
    Loop *loop = new_loop();
    int program = 0, layer = 0;
    CHECK_INT(loop_add_signal_handler(loop, SIGCHLD, count, &program), 0);
    CHECK_INT(loop_catch_signal(loop, SIGCHLD, count, &layer), 0);
    send_signal(SIGCHLD);
    run_turn_of(loop);
    CHECK_INT(program, 1);
    CHECK_INT(layer, 1);
    CHECK(loop_remove_signal_handler(loop, SIGCHLD));
    CHECK(!loop_remove_signal_handler(loop, SIGCHLD));
    CHECK(!is_default(SIGCHLD));
    send_signal(SIGCHLD);
    run_turn_of(loop);
    CHECK_INT(program, 1);
    CHECK_INT(layer, 2);
    CHECK_INT(loop_add_signal_handler(loop, SIGCHLD, count, &program), 0);
    CHECK(loop_drop_signal(loop, SIGCHLD));
    CHECK(!loop_drop_signal(loop, SIGCHLD));
    CHECK(!is_default(SIGCHLD));
    send_signal(SIGCHLD);
    run_turn_of(loop);
    CHECK_INT(program, 2);
    CHECK_INT(layer, 2);
    CHECK(loop_remove_signal_handler(loop, SIGCHLD));
    CHECK(is_default(SIGCHLD));
    loop_free(loop);
}

TEST(each_replaces_its_own)
{
    Loop *loop = new_loop();
    int program = 0, layer = 0;
    loop_catch_signal(loop, SIGUSR1, never, NULL);
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    CHECK_INT(loop_catch_signal(loop, SIGUSR1, count, &layer), 0);
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, count, &program), 0);
    send_signal(SIGUSR1);
    run_turn_of(loop);
    CHECK_INT(program, 1);
    CHECK_INT(layer, 1);
    CHECK(loop_drop_signal(loop, SIGUSR1));
    CHECK(!loop_drop_signal(loop, SIGUSR1));
    CHECK(loop_remove_signal_handler(loop, SIGUSR1));
    CHECK(!loop_remove_signal_handler(loop, SIGUSR1));
    CHECK(is_default(SIGUSR1));
    loop_free(loop);
}

TEST(a_layer_is_refused_what_a_program_is)
{
    Loop *loop = new_loop();
    CHECK_INT(loop_catch_signal(loop, 9999, never, NULL), E_VALUE);
    CHECK_INT(loop_catch_signal(loop, SIGUSR1, NULL, NULL), E_VALUE);
    CHECK_INT(loop_catch_signal(loop, SIGKILL, never, NULL), E_RUNTIME);
    CHECK(!loop_drop_signal(loop, SIGKILL));
    CHECK(!loop_drop_signal(loop, -1));
    loop_free(loop);
    CHECK(is_default(SIGUSR1));
}

TEST(the_signals_of_one_look_run_by_their_numbers)
{
    Loop *loop = ordered_loop(), *other = new_loop();
    int low = SIGUSR1 < SIGUSR2 ? SIGUSR1 : SIGUSR2;
    int high = SIGUSR1 + SIGUSR2 - low;
    loop_add_signal_handler(loop, high, tell, "d");
    loop_add_signal_handler(other, high, never, NULL);
    loop_add_signal_handler(other, low, never, NULL);
    loop_catch_signal(loop, low, tell, "b");
    loop_add_signal_handler(loop, SIGHUP, tell, "a");
    loop_add_signal_handler(loop, low, tell, "c");
    send_signal(high);
    send_signal(low);
    send_signal(SIGHUP);
    run_turn_of(loop);
    CHECK_STR(story, "a b c d");
    loop_free(loop);
    loop_free(other);
}

/* ---- Removed in time ---- */
static void drop_both(void *arg)
{
    Loop *loop = async_get_running_loop();
    CHECK(loop_drop_signal(loop, SIGUSR1));
    CHECK(loop_remove_signal_handler(loop, SIGUSR1));
    tell("dropped");
}

/* Whichever runs first frees what the other would run, and itself. */
TEST(a_catcher_removed_while_it_is_in_the_ready_queue_is_not_called)
{
    Loop *loop = new_loop();
    for (int round = 0; round < 3; round++) {
        story[0] = '\0';
        loop_add_signal_handler(loop, SIGUSR1, drop_both, NULL);
        loop_catch_signal(loop, SIGUSR1, drop_both, NULL);
        send_signal(SIGUSR1);
        run_turn_of(loop);
        CHECK_STR(story, "dropped");
        run_turn_of(loop);
        CHECK_STR(story, "dropped");
        CHECK(is_default(SIGUSR1));
    }
    loop_free(loop);
}

/* Its old entry in the queue is stale, whatever lies there. */
TEST(removing_cancels_nothing_else)
{
    Loop *loop = new_loop();
    int n = 0;
    loop_add_signal_handler(loop, SIGUSR1, count, &n);
    send_signal(SIGUSR1);
    run_turn_of(loop);
    CHECK_INT(n, 1);
    for (int i = 0; i < 200; i++)
        loop_call_soon(loop, count, &n);
    CHECK(loop_remove_signal_handler(loop, SIGUSR1));
    run_turn_of(loop);
    CHECK_INT(n, 201);
    loop_free(loop);
}

/* ---- A storm ---- */
enum { ROUNDS = 100 };

static atomic_bool storm_is_over;

/* By default SIGURG is ignored: it may come when nobody catches it. */
static void *storm_until_over(void *arg)
{
    while (!atomic_load(&storm_is_over))
        pthread_kill(pthread_self(), SIGURG);
    return NULL;
}

static void count_and_drop(void *counter)
{
    count(counter);
    CHECK(loop_drop_signal(async_get_running_loop(), SIGURG));
}

static void *add_and_remove(void *arg)
{
    int program = 0, layer = 0;
    for (int round = 0; round < ROUNDS || program == 0 || layer == 0; round++) {
        Loop *loop = new_loop();
        CHECK_INT(loop_add_signal_handler(loop, SIGURG, count, &program), 0);
        CHECK_INT(loop_catch_signal(loop, SIGURG, count_and_drop, &layer), 0);
        for (int turn = 0; turn < round % 4; turn++)
            run_turn_of(loop);
        if (round % 2 == 0)
            CHECK(loop_remove_signal_handler(loop, SIGURG));
        loop_free(loop);
    }
    return NULL;
}

TEST_LIMIT(60, two_threads_add_and_remove_in_a_storm)
{
    pthread_t threads[2], storm = start(storm_until_over, NULL);
    for (int i = 0; i < 2; i++)
        threads[i] = start(add_and_remove, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    atomic_store(&storm_is_over, true);
    pthread_join(storm, NULL);
    CHECK(is_default(SIGURG));
}

/* ---- A thread that is cancelled ---- */
static void *signal_when_cancelled(void *arg)
{
    pthread_cancel(pthread_self());
    pthread_kill(pthread_self(), SIGUSR1);
    return arg;
}

/* Else removing would wait for ever for its handler. */
TEST(a_thread_that_is_cancelled_does_not_end_in_the_handler)
{
    LEAVES(CHECK_MEMORY, "the system loads what it cancels threads with");
    Loop *loop = new_loop();
    void *result;
    loop_add_signal_handler(loop, SIGUSR1, tell, "signal");
    pthread_join(start(signal_when_cancelled, story), &result);
    CHECK_PTR(result, story);
    run_turn_of(loop);
    CHECK_STR(story, "signal");
    loop_free(loop);
}
