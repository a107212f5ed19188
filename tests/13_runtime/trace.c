/* Traces: what each kind of step becomes, in files that are valid JSON. */
#include "../../code/06_gather/gather.h"
#include "../../code/07_sync/event.h"
#include "../../code/08_queues/queue.h"
#include "traces.h"

/* ---- Traces of a body ---- */
/* The name is the test's own: tests may run side by side. */
static char path[64];

static void name_path(void)
{
    snprintf(path, sizeof path, "/tmp/weft_trace.%ld", (long)getpid());
}

static int trace_body(void *body, Value *result)
{
    CHECK_INT(loop_set_trace(async_get_running_loop(), path), 0);
    pause_turns(1);    /* from here on, steps are seen as a whole */
    return call_body(body, result);
}

static Events *trace_of(Body *body, const RunOptions *options)
{
    name_path();
    CHECK_INT(async_run_with(trace_body, &body, NULL, options), 0);
    return read_trace(path);
}

static Task *begin_as(const char *name, CoroFn *function, void *arg)
{
    TaskOptions options = { .name = name };
    Task *task = async_create_task_with(function, arg, &options);
    CHECK(task != NULL);
    return task;
}

/* ---- Steps and waits ---- */
static int wait_event(void *event, Value *result)
{
    return event_wait(event);
}

static void wait_in_many_ways(void)
{
    Event event = { 0 };
    Future *future = new_future();
    Task *sleeper = begin_as("sleeper", sleep_forever, NULL);
    Task *waiter = begin_as("waiter", wait_for, future);
    Task *in_event = begin_as("in event", wait_event, &event);
    Task *awaiter = begin_as("awaiter", wait_for, waiter);
    rest(1);
    task_cancel(sleeper);
    CHECK_INT(future_set_result(future, seven), 0);
    event_set(&event);
    CHECK_INT(task_join(in_event, NULL), 0);
    CHECK_INT(task_join(awaiter, NULL), 0);
    CHECK_INT(task_join(waiter, NULL), 0);
    CHECK_INT(task_join(sleeper, NULL), E_CANCELLED);
    future_release(future);
}

static void check_wait(Events *all, const char *label, const char *what)
{
    TraceEvent *slice = NULL;
    uint64_t track = track_of(all, label);
    for (size_t i = 0; (slice = find_event(all, 'X', what, i)) != NULL; i++)
        if (slice->track == track)
            break;
    CHECK(slice != NULL);
    CHECK_INT(slice->end - slice->begin, 1000000000);
}

/* In virtual time each waits for exactly a second, and runs for none. */
TEST(each_step_and_each_wait_is_a_slice)
{
    Events *all = trace_of(wait_in_many_ways, &virtual_run);
    check_wait(all, "sleeper", "sleep");
    check_wait(all, "waiter", "Future");
    check_wait(all, "in event", "an Event");
    check_wait(all, "awaiter", "waiter");
    for (size_t i = 0; i < count_events(all, 'X', "run"); i++) {
        TraceEvent *slice = find_event(all, 'X', "run", i);
        CHECK_INT(slice->begin, slice->end);
    }
    free(all);
}

TEST(in_real_time_slices_do_not_overlap)
{
    RunOptions real = { .debug = false };
    Events *all = trace_of(wait_in_many_ways, &real);
    TraceEvent *sleep = find_event(all, 'X', "sleep", 0);
    CHECK(sleep != NULL && sleep->end - sleep->begin >= 1000000000);
    free(all);
}

/* ---- Arrows ---- */
static int put_three(void *queue, Value *result)
{
    for (int i = 0; i < 3; i++)
        CHECK_INT(queue_put(queue, seven), 0);
    return 0;
}

static int get_three(void *queue, Value *result)
{
    Value value;
    for (int i = 0; i < 3; i++)
        CHECK_INT(queue_get(queue, &value), 0);
    return 0;
}

static void hand_over(void)
{
    Queue *queue = queue_new(1);
    Task *taker = begin_as("taker", get_three, queue);
    Task *giver = begin_as("giver", put_three, queue);
    CHECK_INT(task_join(giver, NULL), 0);
    CHECK_INT(task_join(taker, NULL), 0);
    rest(1);
    queue_free(queue);
}

/* Of each step, but two: main and the last task of the runner are made outside
 * of all steps. */
TEST(each_end_of_an_arrow_has_its_beginning)
{
    Events *all = trace_of(hand_over, &virtual_run);
    size_t lonely = 0, arrows = count_events(all, 'f', "wake");
    CHECK(arrows > 8);
    for (size_t i = 0; i < arrows; i++) {
        TraceEvent *end = find_event(all, 'f', "wake", i);
        TraceEvent *begin = origin_of(all, end);
        CHECK(begin == NULL || begin->begin <= end->begin);
        lonely += begin == NULL;
    }
    CHECK_INT(lonely, 2);
    CHECK_INT(count_events(all, 's', "wake"), arrows - lonely);
    free(all);
}

TEST(an_arrow_leads_from_who_wakes)
{
    unsetenv("WEFT_SHUFFLE");
    Events *all = trace_of(hand_over, &virtual_run);
    uint64_t giver = track_of(all, "giver"), taker = track_of(all, "taker");
    bool was_woken = false;
    for (size_t i = 0; i < count_events(all, 'f', "wake"); i++) {
        TraceEvent *end = find_event(all, 'f', "wake", i);
        TraceEvent *begin = origin_of(all, end);
        if (begin != NULL && begin->track == giver && end->track == taker)
            was_woken = true;
        CHECK(begin == NULL || begin->id == end->id);
    }
    CHECK(was_woken);
    free(all);
}

/* ---- Arrows in any order ---- */
enum { PAIRS = 4 };

static int wake_one(void *future, Value *result)
{
    return future_set_result(future, seven);
}

/* waker0 wakes sleeper0, and so on; all in the same two turns. */
static void wake_in_pairs(void)
{
    char name[20];
    Task *tasks[2 * PAIRS];
    Future *futures[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
        futures[i] = new_future();
        snprintf(name, sizeof name, "sleeper%d", i);
        tasks[i] = begin_as(name, wait_for, futures[i]);
    }
    pause_turns(1);
    for (int i = 0; i < PAIRS; i++) {
        snprintf(name, sizeof name, "waker%d", i);
        tasks[PAIRS + i] = begin_as(name, wake_one, futures[i]);
    }
    for (int i = 0; i < 2 * PAIRS; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    for (int i = 0; i < PAIRS; i++)
        future_release(futures[i]);
}

static void check_pair(Events *all, int i)
{
    char name[20];
    snprintf(name, sizeof name, "sleeper%d", i);
    uint64_t sleeper = track_of(all, name);
    snprintf(name, sizeof name, "waker%d", i);
    uint64_t waker = track_of(all, name), last = 0;
    for (size_t n = 0; n < count_events(all, 'f', "wake"); n++) {
        TraceEvent *end = find_event(all, 'f', "wake", n);
        if (end->track == sleeper)
            last = origin_of(all, end)->track;
    }
    CHECK_INT(last, waker);
}

TEST(shuffled_turns_have_the_right_arrows)
{
    char *settings[] = { NULL, "WEFT_SHUFFLE=1", "WEFT_SHUFFLE=2",
                         "WEFT_SHUFFLE=3" };
    for (int n = 0; n < 4; n++) {
        set_environment(settings[n]);
        Events *all = trace_of(wake_in_pairs, &virtual_run);
        for (int i = 0; i < PAIRS; i++)
            check_pair(all, i);
        free(all);
    }
}

/* ---- Callbacks ---- */
static void call_some(void *arg)
{
}

static void complete(void *future)
{
    CHECK_INT(future_set_result(future, seven), 0);
}

static void use_all_callbacks(void)
{
    Loop *loop = async_get_running_loop();
    Future *future = new_future();
    CHECK(loop_call_soon(loop, call_some, NULL) != 0);
    CHECK(loop_call_later(loop, 0.001, call_some, NULL) != 0);
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, complete, future), 0);
    CHECK_INT(raise(SIGUSR1), 0);
    CHECK_INT(await(future, NULL), 0);
    future_release(future);
    rest(0.002);
}

TEST(timers_signals_and_callbacks_are_told_apart)
{
    const char *kinds[] = { "callback", "timer", "signal" };
    RunOptions real = { .debug = false };
    Events *all = trace_of(use_all_callbacks, &real);
    for (int i = 0; i < 3; i++) {
        TraceEvent *slice = find_event(all, 'X', kinds[i], 0);
        CHECK(slice != NULL);
        CHECK_INT(slice->track, 0);
    }
    CHECK_INT(count_events(all, 'X', "signal"), 1);
    CHECK(count_events(all, 'X', "timer") >= 2);
    free(all);
}

/* ---- Descriptors ---- */
static int ends[2];

static void read_byte(void *future)
{
    char byte;
    CHECK_INT(read(ends[0], &byte, 1), 1);
    complete(future);
}

static void read_once(void)
{
    Loop *loop = async_get_running_loop();
    Future *future = new_future();
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(loop_add_reader(loop, ends[0], read_byte, future), 0);
    CHECK_INT(write(ends[1], "x", 1), 1);
    CHECK_INT(await(future, NULL), 0);
    loop_remove_reader(loop, ends[0]);
    close(ends[0]);
    close(ends[1]);
    future_release(future);
}

TEST(the_callback_of_a_descriptor_names_it)
{
    char name[20];
    RunOptions real = { .debug = false };
    Events *all = trace_of(read_once, &real);
    snprintf(name, sizeof name, "fd %d", ends[0]);
    CHECK_INT(count_events(all, 'i', name), 1);
    CHECK_INT(find_event(all, 'i', name, 0)->track, 0);
    free(all);
}

/* ---- Names ---- */
static void use_odd_names(void)
{
    char longest[101];
    memset(longest, 'n', 100);
    longest[100] = '\0';
    CHECK_INT(task_join(begin_as(longest, return_seven, NULL), NULL), 0);
    const char *names[] = { "say \"hi\"", "back\\slash", "a\nb\tc\x01", "\xff",
                            "\xc3\xa9t\xc3\xa9", "\xe2\x82", "{}[],:" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CHECK_INT(task_join(begin_as(names[i], return_seven, NULL), NULL), 0);
}

/* read_trace() has seen that it is JSON. */
TEST(what_json_does_not_allow_in_a_name_is_masked)
{
    Events *all = trace_of(use_odd_names, &virtual_run);
    CHECK(track_of(all, "say ?hi?") != 0);
    CHECK(track_of(all, "back?slash") != 0);
    CHECK(track_of(all, "a?b?c?") != 0);
    CHECK(track_of(all, "??t??") != 0);
    CHECK(track_of(all, "{}[],:") != 0);
    for (size_t i = 0; i < all->n; i++)
        CHECK(strlen(all->event[i].label) < 64);
    free(all);
}
