/* Time is virtual; the signals are real. */
#include "../../../check.h"
#include "../../../../code/13_runtime/exercises/2_build_graceful/service.h"

enum { SIGNALS = 6, E_CLOSED = E_USER, E_STUCK };

/* ---- A service ---- */
/* serve sleeps, and ends with an error; cancelled, it cleans up. */
static struct {
    double time, cleanup;
    int error, cleanup_error;    /* -1: E_CANCELLED */
    double begun, ended;
    int cancelled, interrupted;
} guest;

/* stop sleeps, and fails with that; cancelled, it cleans up. */
static struct {
    double time, cleanup;
    int error;
    int calls;
    double begun, ended;
    bool was_cancelled, was_beside;
} door;

/* A task that is left over, and cleans up so long. */
static double leftover, leftover_ended;

static Loop *loop;

static double now(void)
{
    return loop_time(loop);
}

static int clean_up(void *arg, Value *result)
{
    int err = async_sleep(1000);
    if (err == E_CANCELLED)
        CHECK_INT(async_sleep(leftover), 0);
    leftover_ended = now();
    return err;
}

static int stop(void *arg, Value *result)
{
    CHECK_PTR(arg, &guest);
    door.calls++;
    door.begun = now();
    door.was_beside = guest.ended < 0;
    int err = async_sleep(door.time);
    door.was_cancelled = err == E_CANCELLED;
    if (door.was_cancelled)
        CHECK_INT(async_sleep(door.cleanup), 0);
    door.ended = now();
    return err != 0 ? err : door.error;
}

/* ---- Signals ---- */
typedef struct Signal {
    double when;    /* 0: no more */
    int number;
} Signal;

static Signal signals[SIGNALS];

static void send(void *arg)
{
    CHECK_INT(kill(getpid(), ((Signal *)arg)->number), 0);
}

static int serve(void *arg, Value *result)
{
    CHECK_PTR(arg, &guest);
    loop = async_get_running_loop();
    guest.begun = now();
    for (Signal *at = signals; at->when > 0; at++)
        CHECK(loop_call_at(loop, guest.begun + at->when, send, at) != 0);
    if (leftover > 0)
        task_release(async_create_task(clean_up, NULL));
    int err = async_sleep(guest.time);
    if (err == E_CANCELLED) {
        guest.cancelled++;
        guest.interrupted = async_sleep(guest.cleanup);
        err = guest.cleanup_error == -1 ? err : guest.cleanup_error;
    } else {
        err = guest.error;
    }
    guest.ended = now();
    return err;
}

/* ---- Around each test ---- */
static void set_up(double time)
{
    unsetenv("WEFT_SHUFFLE");
    memset(&guest, 0, sizeof guest);
    memset(&door, 0, sizeof door);
    memset(signals, 0, sizeof signals);
    guest.time = time;
    guest.cleanup_error = -1;
    guest.ended = -1;
    leftover = 0;
}

static void run(double grace, int err, double ended, int cancelled)
{
    Service service = { serve, stop, &guest, grace };
    RunOptions options = { .virtual_time = true };
    struct sigaction after;
    CHECK_INT(run_service(&service, &options), err);
    CHECK_DOUBLE(guest.ended - guest.begun, ended, 0.05);
    CHECK_INT(guest.cancelled, cancelled);
    CHECK_INT(guest.interrupted, 0);
    CHECK_INT(sigaction(SIGTERM, NULL, &after), 0);
    CHECK(after.sa_handler == SIG_DFL);
}

/* ---- The tests ---- */
TEST_FOR(1, it_runs_and_may_end_in_time)
{
    HINT("a callback for SIGTERM, and a task for stop");
    set_up(3);
    run(10, 0, 3, 0);
    set_up(3);
    guest.error = E_CLOSED;
    run(10, E_CLOSED, 3, 0);
    CHECK_INT(door.calls, 0);
    set_up(8);
    signals[0] = (Signal){ 2, SIGTERM };
    guest.error = E_CLOSED;
    door.time = 1;
    run(10, E_CLOSED, 8, 0);
    CHECK_INT(door.calls, 1);
    CHECK(door.was_beside && !door.was_cancelled);
    CHECK_DOUBLE(door.begun - guest.begun, 2, 0.05);
}

TEST_FOR(1, what_has_not_ended_in_time_is_cancelled)
{
    HINT("a timer, from the signal on; and what is E_CANCELLED then?");
    set_up(800);
    signals[0] = (Signal){ 2, SIGTERM };
    guest.cleanup = 5;
    run(10, 0, 17, 1);
    set_up(800);
    signals[0] = (Signal){ 2, SIGTERM };
    guest.cleanup_error = E_STUCK;
    run(10, E_STUCK, 12, 1);
    set_up(4);    /* it says so itself, and nobody has cancelled it */
    signals[0] = (Signal){ 2, SIGTERM };
    guest.error = E_CANCELLED;
    run(10, E_CANCELLED, 4, 0);
}

TEST_FOR(1, a_second_signal_is_impatient)
{
    HINT("at once, but only once: then let it clean up");
    set_up(800);
    signals[0] = (Signal){ 2, SIGTERM };
    signals[1] = (Signal){ 3, SIGTERM };
    signals[2] = (Signal){ 4, SIGTERM };
    signals[3] = (Signal){ 5, SIGTERM };
    guest.cleanup = 50;
    run(10, 0, 53, 1);
    CHECK_INT(door.calls, 1);
}

TEST_FOR(1, stop_ends_before_all_ends)
{
    HINT("cancel it when serve has returned, and wait for it; ask its error");
    set_up(8);
    signals[0] = (Signal){ 2, SIGTERM };
    door.time = 100;
    door.cleanup = 3;
    leftover = 1;
    run(50, 0, 8, 0);
    CHECK(door.was_cancelled);
    CHECK_DOUBLE(door.ended - guest.ended, 3, 0.05);
    CHECK_DOUBLE(leftover_ended - guest.ended, 4, 0.05);
    set_up(8);
    signals[0] = (Signal){ 2, SIGTERM };
    door.error = E_CLOSED;
    run(50, E_CLOSED, 8, 0);
    set_up(8);
    signals[0] = (Signal){ 2, SIGTERM };
    door.error = E_CLOSED;
    guest.error = E_STUCK;
    run(50, E_STUCK, 8, 0);
    set_up(80);
    signals[0] = (Signal){ 2, SIGTERM };
    Service service = { serve, NULL, &guest, 1 };
    RunOptions options = { .virtual_time = true };
    CHECK_INT(run_service(&service, &options), 0);
    CHECK_DOUBLE(guest.ended - guest.begun, 3, 0.05);
}

TEST_FOR(1, other_signals_and_other_times)
{
    HINT("SIGINT is the runner's; and who is left over may clean up in peace");
    set_up(80);
    signals[0] = (Signal){ 2, SIGINT };
    run(10, E_KEYBOARD_INTERRUPT, 2, 1);
    CHECK_INT(door.calls, 0);
    set_up(80);
    signals[0] = (Signal){ 2, SIGTERM };
    signals[1] = (Signal){ 4, SIGINT };
    run(10, E_KEYBOARD_INTERRUPT, 4, 1);
    set_up(3);
    signals[0] = (Signal){ 2, SIGTERM };
    signals[1] = (Signal){ 5, SIGTERM };
    signals[2] = (Signal){ 6, SIGTERM };
    leftover = 10;
    run(10, 0, 3, 0);
    set_up(3);
    signals[0] = (Signal){ 5, SIGTERM };
    leftover = 10;
    run(10, 0, 3, 0);
    CHECK_INT(door.calls, 0);
}
