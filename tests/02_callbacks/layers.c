/* What the loop offers the layers above it: loop_inside.h. */
#include "loops.h"

#include "../../code/02_callbacks/loop_inside.h"

#include <stddef.h>

/* ---- Observers ---- */
typedef struct Watcher {
    Observer observer;
    int calls;
    void *last_arg;
} Watcher;

static void observe(Observer *observer, Loop *loop, Callback *callback,
                    void *arg)
{
    Watcher *watcher = (Watcher *)observer;
    CHECK_PTR(loop, async_get_running_loop());
    watcher->calls++;
    watcher->last_arg = arg;
    callback(arg);
}

TEST(an_observer_is_called_in_place_of_each_callback)
{
    Loop *loop = in_virtual_time(new_loop());
    Watcher watcher = { { observe }, 0, NULL };
    int n = 0;
    loop_observe(loop, &watcher.observer);
    loop_call_soon(loop, count, &n);
    run_turn_of(loop);
    CHECK_INT(watcher.calls, 1);
    CHECK_PTR(watcher.last_arg, &n);
    CHECK_INT(n, 1);
    loop_observe(loop, NULL);
    loop_call_soon(loop, count, &n);
    run_turn_of(loop);
    CHECK_INT(watcher.calls, 1);
    CHECK_INT(n, 2);
    loop_free(loop);
}

TEST(an_observer_sees_every_kind_of_callback_once)
{
    Loop *loop = new_loop();
    Watcher watcher = { { observe }, 0, NULL };
    Pair p = ready_pair();
    int n = 0;
    loop_observe(loop, &watcher.observer);
    loop_call_soon(loop, count, &n);
    loop_cancel(loop, loop_call_soon(loop, never, NULL));
    loop_call_later(loop, 0, count, &n);
    loop_cancel(loop, loop_call_later(loop, 0, never, NULL));
    loop_add_reader(loop, p.a, count, &n);
    loop_add_writer(loop, p.b, count, &n);
    loop_add_signal_handler(loop, SIGUSR1, count, &n);
    loop_call_soon_threadsafe(loop, count, &n);
    CHECK_INT(kill(getpid(), SIGUSR1), 0);
    run_turn_of(loop);
    CHECK_INT(n, 6);
    CHECK_INT(watcher.calls, 6);
    loop_free(loop);
    pair_close(p);
}

/* ---- Data of a layer ---- */
typedef struct Data {
    LoopLocal local;
    int number;
} Data;

static const char key_one, key_two, key_three;
static int closed_sum;

static void close_data(Loop *loop, LoopLocal *local)
{
    CHECK(loop_is_closed(loop));
    CHECK_INT(loop_call_soon(loop, never, NULL), 0);
    CHECK_INT(loop_close(loop), 0);
    closed_sum += ((Data *)local)->number;
}

static Data *add_data(Loop *loop, const void *key, int number)
{
    Data *data = malloc(sizeof *data);
    CHECK(data != NULL);
    *data = (Data){ { key, number > 0 ? close_data : NULL, NULL }, number };
    loop_local_add(loop, &data->local);
    return data;
}

TEST(the_data_of_a_layer_are_found_by_their_key)
{
    Loop *loop = new_loop(), *other = new_loop();
    CHECK_PTR(loop_local(loop, &key_one), NULL);
    Data *one = add_data(loop, &key_one, 1), *two = add_data(loop, &key_two, 0);
    CHECK_PTR(loop_local(loop, &key_one), one);
    CHECK_PTR(loop_local(loop, &key_two), two);
    CHECK_PTR(loop_local(loop, &key_three), NULL);
    CHECK_PTR(loop_local(other, &key_one), NULL);
    loop_free(other);
    loop_free(loop);
}

TEST(a_layer_hears_once_that_the_loop_closes)
{
    Loop *loop = new_loop();
    add_data(loop, &key_one, 1);
    add_data(loop, &key_two, 0);    /* does not want to hear it */
    add_data(loop, &key_three, 10);
    CHECK_INT(closed_sum, 0);
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(closed_sum, 11);
    CHECK_INT(loop_close(loop), 0);
    CHECK(loop_local(loop, &key_one) != NULL);
    loop_free(loop);
    CHECK_INT(closed_sum, 11);
}

TEST(freeing_closes_and_tells_the_layers)
{
    Loop *loop = new_loop();
    add_data(loop, &key_one, 5);
    loop_free(loop);
    CHECK_INT(closed_sum, 5);
}

/* ---- Memory ---- */
TEST(who_retains_a_loop_keeps_its_memory_past_free)
{
    Loop *loop = new_loop();
    Data *data = add_data(loop, &key_one, 5);
    CHECK_PTR(loop_retain(loop), loop);
    loop_retain(loop);
    loop_free(loop);
    CHECK_INT(closed_sum, 5);
    CHECK(loop_is_closed(loop));
    CHECK_PTR(loop_local(loop, &key_one), data);
    CHECK_INT(loop_call_soon(loop, never, NULL), 0);
    CHECK_INT(loop_call_soon_threadsafe(loop, never, NULL), E_RUNTIME);
    CHECK(!loop_cancel(loop, 1));
    CHECK_INT(loop_run_forever(loop), E_RUNTIME);
    loop_release(loop);
    CHECK(loop_is_closed(loop));
    loop_release(loop);    /* now it goes: else it would be left behind */
}

static void free_it(void *loop)
{
    loop_free(loop);
    CHECK(!loop_is_closed(loop));
}

TEST(a_running_loop_is_not_freed_even_if_retained)
{
    Loop *loop = new_loop();
    loop_retain(loop);
    loop_call_soon(loop, free_it, loop);
    run_turn_of(loop);
    loop_release(loop);
    CHECK(!loop_is_closed(loop));
    loop_free(loop);
}

/* ---- Dropping ---- */
static int kept, dropped;

TEST(drop_takes_out_what_would_run_a_callback)
{
    Loop *loop = new_loop();
    Handle handle = 0;
    for (int i = 0; i < 100; i++) {
        handle = loop_call_soon(loop, never, &dropped);
        loop_call_soon(loop, count, &kept);
    }
    loop_drop(loop, never, count);
    CHECK_INT(dropped, 100);
    CHECK_INT(kept, 0);
    CHECK(!loop_cancel(loop, handle));
    loop_drop(loop, never, count);
    CHECK_INT(dropped, 100);
    run_turn_of(loop);
    CHECK_INT(kept, 100);
    loop_free(loop);
}

static void drop_the_rest(void *arg)
{
    loop_drop(async_get_running_loop(), drop_the_rest, count);
    ++kept;
}

TEST(drop_reaches_the_rest_of_the_turn)
{
    Loop *loop = new_loop();
    for (int i = 0; i < 10; i++)
        loop_call_soon(loop, drop_the_rest, &dropped);
    run_turn_of(loop);
    CHECK_INT(kept, 1);
    CHECK_INT(dropped, 9);
    loop_free(loop);
}

TEST(drop_leaves_out_what_was_cancelled)
{
    Loop *loop = new_loop();
    loop_cancel(loop, loop_call_soon(loop, never, &dropped));
    loop_drop(loop, never, count);
    CHECK_INT(dropped, 0);
    loop_free(loop);
}

/* ---- Reservations ---- */
TEST(a_reserved_place_is_kept_however_full_the_queue_is)
{
    enum { PLACES = 200 };
    Loop *loop = ordered_loop();
    int n = 0;
    for (int i = 0; i < PLACES; i++)
        CHECK(loop_reserve(loop));
    for (int i = 0; i < 1000; i++)
        CHECK(loop_call_soon(loop, count, &n) != 0);
    for (int i = 0; i < PLACES; i++)
        CHECK(loop_push(loop, count, &n) != 0);
    run_turn_of(loop);
    CHECK_INT(n, 1000 + PLACES);
    for (int i = 0; i < PLACES; i++)
        loop_unreserve(loop);
    loop_free(loop);
}

TEST(a_pushed_callback_is_cancelled_by_its_handle)
{
    Loop *loop = new_loop();
    CHECK(loop_reserve(loop));
    Handle handle = loop_push(loop, never, NULL);
    CHECK(loop_cancel(loop, handle));
    CHECK(!loop_cancel(loop, handle));
    run_turn_of(loop);
    loop_unreserve(loop);
    loop_free(loop);
}
