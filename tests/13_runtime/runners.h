/* runners.h - what the tests of runners share: runners, SIGINT, and who hears
 * of errors. */
#ifndef RUNNERS_H
#define RUNNERS_H

#include "../../code/13_runtime/runner.h"
#include "../05_tasks/tasks.h"

/* ---- Runners ---- */
static inline Runner new_runner(void)
{
    Runner runner;
    CHECK_INT(runner_init(&runner, NULL), 0);
    return runner;
}

/* ---- SIGINT ---- */
static inline void interrupt_self(void *arg)
{
    CHECK_INT(kill(getpid(), SIGINT), 0);
}

/* To be called in the loop, when all that is ready has begun to wait. */
static inline void interrupt_later(Loop *loop)
{
    CHECK(loop_call_later(loop, 0.01, interrupt_self, NULL) != 0);
}

typedef void SignalHandler(int signo);

/* signal.getsignal(SIGINT) */
static inline SignalHandler *handler_of_sigint(void)
{
    struct sigaction now;
    CHECK_INT(sigaction(SIGINT, NULL, &now), 0);
    return now.sa_handler;
}

static inline void check_handler(SignalHandler *wanted)
{
    CHECK(handler_of_sigint() == wanted);
}

#endif
