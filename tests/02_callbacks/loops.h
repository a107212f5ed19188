/* loops.h - what the tests of the loop share: loops of several kinds, and
 * callbacks that leave a trace. */
#ifndef LOOPS_H
#define LOOPS_H

#include "../../code/02_callbacks/loop.h"
#include "../check.h"

#include <math.h>

/* ---- The environment ---- */
extern char **environ;

/* The whole of it: setenv() would leave memory behind. */
static inline void set_environment(char *setting)
{
    static char *environment[2];
    environment[0] = setting;
    environ = environment;
}

/* ---- Loops ---- */
static inline Loop *new_loop(void)
{
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    return loop;
}

/* For the tests whose point is the order: it is never shuffled. */
static inline Loop *ordered_loop(void)
{
    unsetenv("WEFT_SHUFFLE");
    return new_loop();
}

static inline Loop *in_virtual_time(Loop *loop)
{
    CHECK_INT(loop_use_virtual_time(loop), 0);
    return loop;
}

/* ---- Running ---- */
static inline void run(Loop *loop)
{
    CHECK_INT(loop_run_forever(loop), 0);
}

static inline void run_turn_of(Loop *loop)
{
    loop_stop(loop);
    run(loop);
}

static inline void stop(void *arg)
{
    loop_stop(async_get_running_loop());
}

/* ---- Traces ---- */
static char story[1 << 12];

static inline void tell(void *word)
{
    CHECK(strlen(story) + strlen(word) + 2 < sizeof story);
    if (story[0] != '\0')
        strcat(story, " ");
    strcat(story, word);
}

static inline void print_line(const char *text)
{
    CHECK(strlen(story) + strlen(text) + 2 < sizeof story);
    strcat(strcat(story, text), "\n");
}

static inline void count(void *counter)
{
    ++*(int *)counter;
}

static inline void never(void *arg)
{
    CHECK(!"this callback runs");
}

/* ---- Descriptors ---- */
typedef struct Pair { int a, b; } Pair;

static inline Pair pair_new(void)
{
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    return (Pair){ ends[0], ends[1] };
}

/* One that has something to read at a, and room at b. */
static inline Pair ready_pair(void)
{
    Pair p = pair_new();
    CHECK_INT(write(p.b, "x", 1), 1);
    return p;
}

static inline void pair_close(Pair p)
{
    close(p.a);
    close(p.b);
}

/* ---- Real time ---- */
static inline double real_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

#endif
