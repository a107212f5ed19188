/* signals.c - signals as callbacks.
 *
 * There is one table for the process, since a signal is the process's.  The
 * handler, which may interrupt anything in any thread, only leaves a mark in it
 * and knocks at the loop that owns the signal. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>

#include "loop_inside.h"

/* ---- The table ---- */
enum { SIGNALS = 128 };    /* more than any system has */

typedef struct Signal {
    _Atomic(Loop *) owner;    /* NULL: nobody catches it here */
    atomic_bool has_arrived;
    Entry entry;              /* the owner's */
} Signal;

static Signal signals[SIGNALS];
static atomic_int handlers_running;

_Static_assert(ATOMIC_POINTER_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2 &&
               ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler takes no locks");

/* ---- In the signal handler ---- */
static void arrive(int signo)
{
    int saved = errno;
    atomic_fetch_add(&handlers_running, 1);
    Loop *loop = atomic_load(&signals[signo].owner);
    if (loop != NULL) {
        atomic_store(&signals[signo].has_arrived, true);
        wakeup_knock(loop);
    }
    atomic_fetch_sub(&handlers_running, 1);
    errno = saved;
}

/* ---- In the loop ---- */
/* The handler is looked up now: the one of the moment when it arrived may have
 * been replaced, or removed. */
static void run_signal(void *arg)
{
    Signal *signal = arg;
    if (atomic_load(&signal->owner) == async_get_running_loop())
        signal->entry.callback(signal->entry.arg);
}

void signals_push(Loop *loop)
{
    for (int signo = 1; signo < SIGNALS; signo++)
        if (atomic_load(&signals[signo].owner) == loop &&
            atomic_exchange(&signals[signo].has_arrived, false))
            loop_push(loop, run_signal, &signals[signo]);
}

/* ---- Catching ---- */
static bool is_signal(int signo)
{
    sigset_t set;
    return signo > 0 && signo < SIGNALS && sigemptyset(&set) == 0 &&
           sigaddset(&set, signo) == 0;
}

static int catch_signal(int signo, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler,
                                .sa_flags = SA_RESTART | SA_ONSTACK };
    sigfillset(&action.sa_mask);
    return sigaction(signo, &action, NULL) < 0 ? E_RUNTIME : 0;
}

/* Afterwards no handler runs that knows the loop, in whatever thread. */
static void disown(Loop *loop, Signal *signal)
{
    atomic_store(&signal->owner, NULL);
    while (atomic_load(&handlers_running) > 0)
        sched_yield();
    loop->wakeup.signals--;
    loop_unreserve(loop);
}

/* ---- Adding ---- */
static int own(Loop *loop, int signo, Entry entry)
{
    Signal *signal = &signals[signo];
    if (!loop_reserve(loop))
        return ENOMEM;
    Loop *nobody = NULL;
    if (!atomic_compare_exchange_strong(&signal->owner, &nobody, loop)) {
        loop_unreserve(loop);
        return E_RUNTIME;
    }
    atomic_store(&signal->has_arrived, false);    /* for another owner */
    signal->entry = entry;
    loop->wakeup.signals++;
    int err = catch_signal(signo, arrive);
    if (err != 0)
        disown(loop, signal);
    return err;
}

int loop_add_signal_handler(Loop *loop, int signo, Callback *callback,
                            void *arg)
{
    if (!is_signal(signo) || callback == NULL)
        return E_VALUE;
    if (loop_alerts(loop) != 0 && !loop_accepts(loop))
        return E_RUNTIME;
    if (atomic_load(&signals[signo].owner) != loop)
        return own(loop, signo, (Entry){ callback, arg });
    signals[signo].entry = (Entry){ callback, arg };
    return 0;
}

/* ---- Removing ---- */
bool loop_remove_signal_handler(Loop *loop, int signo)
{
    if (!is_signal(signo) || atomic_load(&signals[signo].owner) != loop)
        return false;
    catch_signal(signo, SIG_DFL);
    disown(loop, &signals[signo]);
    return true;
}

void signals_close(Loop *loop)
{
    for (int signo = 1; signo < SIGNALS; signo++)
        loop_remove_signal_handler(loop, signo);
}
