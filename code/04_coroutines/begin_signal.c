/* begin_signal.c - begins a stack by a signal that is handled on it.
 *
 * sigaltstack() names the stack on which handlers run.  The handler notes where
 * it is, by _setjmp(), and returns; nobody else uses that stack, so what it
 * noted stays good.  Everything that is changed for this is put back.  No other
 * thread may change the handler of SIGUSR2 meanwhile. */
#include "coro_inside.h"

#ifdef CORO_BY_SIGNAL
#include <pthread.h>
#include <signal.h>
#include <string.h>

/* ---- In the handler ---- */
static _Thread_local Coro *beginner;
static struct sigaction before;    /* who handled the signal */

/* A signal that somebody else sent meanwhile is theirs. */
static void pass_on(int signo, siginfo_t *info, void *context)
{
    if (before.sa_flags & SA_SIGINFO)
        before.sa_sigaction(signo, info, context);
    else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
        before.sa_handler(signo);
}

static void arrive(int signo, siginfo_t *info, void *context)
{
    Coro *coro = beginner;
    if (coro == NULL) {
        pass_on(signo, info, context);
        return;
    }
    beginner = NULL;
    if (_setjmp(coro->here) == 0)
        return;
    coro_run();
}

/* ---- Around it ---- */
static bool is_pending(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGUSR2) == 1;
}

/* With all signals blocked but this one, until the handler has run. */
static void wait_for_handler(void)
{
    sigset_t others;
    sigfillset(&others);
    sigdelset(&others, SIGUSR2);
    bool was_pending = is_pending();
    pthread_kill(pthread_self(), SIGUSR2);
    while (beginner != NULL)
        sigsuspend(&others);
    if (was_pending && !is_pending())
        pthread_kill(pthread_self(), SIGUSR2);    /* the two became one */
}

static bool handle_on(stack_t *stack, Coro *coro)
{
    stack_t old;
    if (sigaltstack(stack, &old) != 0)
        return false;
    beginner = coro;
    wait_for_handler();
    return sigaltstack(&old, NULL) == 0;
}

/* The handlers of signals are the whole process's: one thread at a time. */
bool coro_begin(Coro *coro, Coro *creator)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    struct sigaction action;
    sigset_t all, mask;
    int cancelable;
    stack_t stack = { .ss_sp = coro->stack.low,
                      .ss_size = (size_t)((char *)coro - coro->stack.low) };
    memset(&action, 0, sizeof action);
    action.sa_sigaction = arrive;
    action.sa_flags = SA_ONSTACK | SA_SIGINFO;
    sigfillset(&action.sa_mask);
    sigfillset(&all);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancelable);
    pthread_mutex_lock(&mutex);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    bool is_handled = sigaction(SIGUSR2, &action, &before) == 0;
    bool ok = is_handled && handle_on(&stack, coro);
    if (is_handled)
        sigaction(SIGUSR2, &before, NULL);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    pthread_mutex_unlock(&mutex);
    pthread_setcancelstate(cancelable, &cancelable);
    return ok;
}
#endif
