/* interrupt.c - Ctrl-C ends main, in order.
 *
 * The loop's signal handler is enough, but for a main that never lets the loop
 * run: our own stands before it, and counts. */
#include <signal.h>
#include <stdatomic.h>

#include "runner_inside.h"

/* ---- In the signal handler ---- */
static atomic_flag is_taken = ATOMIC_FLAG_INIT;    /* one runner at a time */
static atomic_uint come, answered;
static struct sigaction loops;                     /* the loop's handler */

enum { TOO_MANY = 3 };    /* so many without an answer: the loop is stuck */

static void arrive(int signo)
{
    if (atomic_fetch_add(&come, 1) + 1 - atomic_load(&answered) < TOO_MANY) {
        loops.sa_handler(signo);
        return;
    }
    signal(signo, SIG_DFL);
    raise(signo);    /* when we have returned */
}

/* ---- In the loop ---- */
/* How many have come since the last answer.  Where our handler was replaced,
 * what came was not counted. */
static unsigned count(void)
{
    unsigned now = atomic_load(&come);
    unsigned n = now - atomic_exchange(&answered, now);
    return n > 0 ? n : 1;
}

/* If the program has a handler of its own, that is its answer. */
static void answer(void *arg)
{
    Interrupts *interrupts = arg;
    unsigned n = count();
    if (loop_has_signal_handler(interrupts->loop, SIGINT))
        return;
    if (task_done(interrupts->main)) {
        interrupts->is_late = true;
    } else if (n == 1 && !interrupts->has_asked) {
        interrupts->has_asked = true;
        interrupts->has_cancelled = task_cancel(interrupts->main);
    } else {
        interrupts->is_immediate = true;
        loop_stop(interrupts->loop);
    }
}

/* ---- Catching ---- */
static bool is_free(void)
{
    struct sigaction now;
    return sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == SIG_DFL &&
           !atomic_flag_test_and_set(&is_taken);
}

static bool stand_before(void)
{
    if (sigaction(SIGINT, NULL, &loops) < 0)
        return false;
    struct sigaction ours = loops;
    ours.sa_handler = arrive;
    return sigaction(SIGINT, &ours, NULL) == 0;
}

void interrupts_begin(Interrupts *interrupts, Loop *loop, Task *task)
{
    *interrupts = (Interrupts){ .loop = loop, .main = task };
    if (!is_free())
        return;
    atomic_store(&come, 0);
    atomic_store(&answered, 0);
    interrupts->is_caught =
        loop_catch_signal(loop, SIGINT, answer, interrupts) == 0 &&
        stand_before();
    if (!interrupts->is_caught)
        atomic_flag_clear(&is_taken);
}

/* The loop takes away its own handler, and nobody else's.  What came last has
 * found no turn of the loop. */
void interrupts_end(Interrupts *interrupts)
{
    struct sigaction now;
    if (!interrupts->is_caught)
        return;
    if (sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == arrive) {
        sigaction(SIGINT, &loops, NULL);
        if (atomic_load(&come) != atomic_load(&answered) &&
            !loop_has_signal_handler(interrupts->loop, SIGINT))
            interrupts->is_late = true;
    }
    loop_drop_signal(interrupts->loop, SIGINT);
    atomic_flag_clear(&is_taken);
}
