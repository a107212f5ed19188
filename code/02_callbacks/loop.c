/* loop.c - the event loop: look what is ready, run it, again.
 *
 * A turn runs what was ready when it began; what that schedules runs in the
 * next one.  Descriptors and timers are looked at between turns only. */
#include <errno.h>
#include <math.h>
#include <time.h>

#include "loop_inside.h"

static _Thread_local Loop *running_loop;

/* ---- Now or later ---- */
bool loop_accepts(Loop *loop)
{
    unsigned alerts = loop_alerts(loop);
    return (alerts & ALERT_CLOSED) == 0 &&
           ((alerts & ALERT_DEBUG) == 0 || !loop_is_foreign(loop));
}

static bool is_allowed(Loop *loop, Callback *callback)
{
    if (callback == NULL || !loop_accepts(loop)) {
        errno = EINVAL;
        return false;
    }
    loop_adopt(loop);
    return true;
}

Handle loop_call_soon(Loop *loop, Callback *callback, void *arg)
{
    if ((callback == NULL || loop_alerts(loop) != 0) &&
        !is_allowed(loop, callback))
        return 0;
    if (!ready_make_room(&loop->ready)) {
        errno = ENOMEM;
        return 0;
    }
    return loop_push(loop, callback, arg);
}

bool loop_cancel(Loop *loop, Handle handle)
{
    return handle & TIMER_HANDLE ? timers_cancel(loop, handle)
                                 : ready_cancel(&loop->ready, handle);
}

/* ---- The clock ---- */
static double real_time(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

double loop_time(Loop *loop)
{
    return loop->is_virtual ? loop->virtual_now : real_time();
}

int loop_use_virtual_time(Loop *loop)
{
    if (loop_is_running(loop) || loop_is_closed(loop) ||
        (loop->timers.count > 0 && !loop->is_virtual))
        return E_RUNTIME;
    loop->is_virtual = true;
    return 0;
}

/* ---- How long to sleep ---- */
/* A millisecond at least: who wakes up for each of many timers does little
 * else. */
static const double SHORTEST_SLEEP = 1e-3;

static double time_to_sleep(Loop *loop, double now)
{
    if (!ready_is_empty(&loop->ready) || loop->stopping)
        return 0;
    if (loop->timers.count == 0)
        return INFINITY;
    double time = loop->timers.heap[0].when - now;
    return time > 0 && time < SHORTEST_SLEEP ? SHORTEST_SLEEP : time;
}

static bool can_jump(Loop *loop, double timeout)
{
    return loop->is_virtual && timeout > 0 && timeout < INFINITY &&
           loop->watches.count == 0 && loop->holds == 0;
}

/* Real time that was slept away moves a virtual clock, too, but not past the
 * next timer. */
static void move_clock(Loop *loop, double slept)
{
    loop->virtual_now += slept;
    if (loop->timers.count > 0 &&
        loop->virtual_now > loop->timers.heap[0].when)
        loop->virtual_now = loop->timers.heap[0].when;
}

/* ---- Looking at descriptors ---- */
/* A busy loop looks after so many callbacks, or so many seconds. */
enum { LOOK_AFTER = 64 };
static const double LOOK_EVERY = 50e-6;

static bool is_look_due(Loop *loop, double now)
{
    return loop->watches.count > 0 &&
           (ready_is_empty(&loop->ready) || loop->stopping ||
            loop->ready.head - loop->looked_at >= LOOK_AFTER ||
            now - loop->looked_when >= LOOK_EVERY);
}

/* What one look finds: to look is dear where many are watched. */
enum { MOST_READY = 1024 };

static int look_at_descriptors(Loop *loop, double timeout)
{
    SelectorKey ready[MOST_READY];
    int count;
    double start = loop->is_virtual && timeout > 0 ? real_time() : 0;
    int err = selector_select(loop->selector, timeout, ready, MOST_READY,
                              &count);
    if (start > 0)
        move_clock(loop, real_time() - start);
    for (int i = 0; i < count; i++)
        if (ready[i].fd == loop->wakeup.pipe[0] &&
            ready_is_empty(&loop->ready))    /* else the next look answers */
            err = wakeup_answer(loop);
    watches_push(loop, ready, count);
    loop->looked_at = loop->ready.head;
    return err;
}

/* ---- Looking ---- */
static int look(Loop *loop)
{
    if (loop_alerts(loop) & ALERT_KNOCKED)
        wakeup_answer(loop);
    bool reads_clock = loop->timers.count > 0 || loop->watches.count > 0;
    double now = reads_clock ? loop_time(loop) : 0;
    double timeout = time_to_sleep(loop, now);
    int err = 0;
    if (can_jump(loop, timeout)) {
        now = loop->virtual_now = loop->timers.heap[0].when;
    } else if (timeout > 0 || is_look_due(loop, now)) {
        err = look_at_descriptors(loop, timeout);
        if (reads_clock && timeout > 0)
            now = loop_time(loop);
        loop->looked_when = now;
    }
    timers_expire(loop, now);
    return err;
}

/* ---- A turn ---- */
static bool has_to_look(Loop *loop)
{
    return ready_is_empty(&loop->ready) || loop->timers.count > 0 ||
           loop->watches.count > 0 || loop_alerts(loop) & ALERT_KNOCKED;
}

static void run_turn(Loop *loop)
{
    Ready *ready = &loop->ready;
    ready->turn_end = ready->tail;
    if (ready->numbers != NULL)
        ready_shuffle(ready);
    while (ready->head != ready->turn_end) {
        Entry entry = ready_take(ready);
        if (entry.callback == NULL)
            continue;
        if (loop->observer == NULL)
            entry.callback(entry.arg);
        else
            loop->observer->run(loop->observer, loop, entry.callback,
                                entry.arg);
    }
}

/* ---- Running ---- */
int loop_run_forever(Loop *loop)
{
    if (running_loop != NULL || atomic_exchange(&loop->running, true))
        return E_RUNTIME;
    int err = loop_is_closed(loop) ? E_RUNTIME : 0;
    running_loop = loop;
    loop->looked_when = -INFINITY;    /* the first turn looks */
    while (err == 0) {
        if (has_to_look(loop))
            err = look(loop);
        run_turn(loop);
        if (loop->stopping)
            break;
    }
    loop->stopping = false;
    running_loop = NULL;
    atomic_store(&loop->running, false);
    return err;
}

void loop_stop(Loop *loop)
{
    loop->stopping = true;
}

void loop_stop_callback(void *loop)
{
    loop_stop(loop);
}

/* ---- Who runs ---- */
Loop *async_get_running_loop(void)
{
    return running_loop;
}

bool loop_is_running(Loop *loop)
{
    return atomic_load(&loop->running);
}

bool loop_is_foreign(Loop *loop)
{
    return loop_is_running(loop) && running_loop != loop;
}

/* ---- For the layers above ---- */
void loop_hold(Loop *loop)
{
    loop->holds++;
}

void loop_unhold(Loop *loop)
{
    loop->holds--;
}

void loop_observe(Loop *loop, Observer *observer)
{
    loop->observer = observer;
}
