/* virtual.h - what the demos begin with: a loop on which seconds pass at once,
 * and futures.  A demo that cannot have what it needs says why, and ends. */
#ifndef VIRTUAL_H
#define VIRTUAL_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../future.h"

/* ---- What must not fail ---- */
static inline void must_succeed(int err, const char *what)
{
    if (err != 0) {
        fprintf(stderr, "%s: %s\n", what, error_message(err));
        exit(1);
    }
}

static inline void *must_have(void *made, const char *what)
{
    must_succeed(made == NULL ? errno : 0, what);
    return made;
}

static inline Handle must_schedule(Handle handle)
{
    must_succeed(handle == 0 ? errno : 0, "callback");
    return handle;
}

/* ---- A loop and its futures ---- */
static inline Loop *virtual_loop(void)
{
    Loop *loop = must_have(loop_new(), "loop");
    must_succeed(loop_use_virtual_time(loop), "virtual time");
    return loop;
}

static inline Future *pending_future(Loop *loop)
{
    return must_have(future_new(loop), "future");
}

/* ---- For a while ---- */
/* Runs what is ready, and what becomes due within so many seconds. */
static inline void run_for(Loop *loop, double seconds)
{
    must_schedule(loop_call_later(loop, seconds, loop_stop_callback, loop));
    must_succeed(loop_run_forever(loop), "loop");
}

#endif
