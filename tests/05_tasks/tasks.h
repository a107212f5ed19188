/* tasks.h - what the tests of tasks share: loops, ways to run a coroutine in
 * one, traces, and who sees the reports. */
#ifndef TASKS_H
#define TASKS_H

#include "../../code/03_futures/report.h"
#include "../../code/05_tasks/task.h"
#include "../check.h"

#include <math.h>

/* ---- Values ---- */
static const Value seven = { .i = 7 };
static const Value nothing = { .p = NULL };

/* ---- Loops ---- */
static inline Loop *any_loop(void)
{
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    return loop;
}

/* For the tests whose point is the order: it is never shuffled. */
static inline Loop *ordered_loop(void)
{
    unsetenv("WEFT_SHUFFLE");
    return any_loop();
}

/* ---- Running ---- */
static inline void run_turns(Loop *loop, int count)
{
    while (count-- > 0) {
        loop_stop(loop);
        CHECK_INT(loop_run_forever(loop), 0);
    }
}

static inline Task *new_task(Loop *loop, CoroFn *function, void *arg)
{
    Task *task = loop_create_task(loop, function, arg);
    CHECK(task != NULL);
    return task;
}

/* Inside a task or a callback. */
static inline Task *begin(CoroFn *function, void *arg)
{
    Task *task = async_create_task(function, arg);
    CHECK(task != NULL);
    return task;
}

/* Begins one that nobody keeps. */
static inline void spawn(CoroFn *function, void *arg)
{
    task_release(begin(function, arg));
}

/* Runs it to its end and tells what it returned. */
static inline int run(Loop *loop, CoroFn *function, void *arg)
{
    Task *task = new_task(loop, function, arg);
    int err = loop_run_until_complete(loop, task, NULL);
    task_release(task);
    return err;
}

/* The same in a loop of its own, where it must succeed. */
static inline void play(CoroFn *function, void *arg)
{
    Loop *loop = ordered_loop();
    CHECK_INT(run(loop, function, arg), 0);
    loop_free(loop);
}

/* ---- Inside a task ---- */
static inline void pause_turns(int count)
{
    while (count-- > 0)
        CHECK_INT(async_sleep(0), 0);
}

static inline void rest(double delay)
{
    CHECK_INT(async_sleep(delay), 0);
}

static inline double now(void)
{
    return loop_time(async_get_running_loop());
}

static inline Future *new_future(void)
{
    Future *future = future_new(async_get_running_loop());
    CHECK(future != NULL);
    return future;
}

/* ---- Coroutines ---- */
static inline int wait_for(void *future, Value *result)
{
    return await(future, result);
}

/* To be cancelled. */
static inline int sleep_forever(void *arg, Value *result)
{
    return async_sleep(INFINITY);
}

static inline int return_seven(void *arg, Value *result)
{
    *result = seven;
    return 0;
}

static inline int fail_with_seven(void *arg, Value *result)
{
    *result = seven;
    return EPIPE;
}

/* ---- Traces ---- */
static char story[1 << 12];

static inline void tell(const char *word)
{
    CHECK(strlen(story) + strlen(word) + 2 < sizeof story);
    if (story[0] != '\0')
        strcat(story, " ");
    strcat(story, word);
}

static inline void tell_callback(void *word)
{
    tell(word);
}

static inline void tell_soon(const char *word)
{
    CHECK(loop_call_soon(async_get_running_loop(), tell_callback,
                         (void *)word) != 0);
}

static inline void tell_done(Future *future, void *word)
{
    tell(word);
}

static inline int tell_word(void *word, Value *result)
{
    tell(word);
    return 0;
}

/* ---- Reports ---- */
typedef struct Seen {
    int count;
    ErrorContext last;
    char name[80];    /* of the last one's task */
} Seen;

static inline void see(Loop *loop, const ErrorContext *context, void *arg)
{
    Seen *seen = arg;
    seen->count++;
    seen->last = *context;
    const char *name = context->future != NULL ? task_get_name(context->future)
                                               : NULL;
    snprintf(seen->name, sizeof seen->name, "%s", name != NULL ? name : "");
}

static inline Loop *watched_loop(Seen *seen)
{
    Loop *loop = ordered_loop();
    *seen = (Seen){ 0 };
    loop_set_exception_handler(loop, see, seen);
    return loop;
}

/* ---- What is written ---- */
typedef struct Text {
    FILE *file;
    char text[1 << 12];
} Text;

static inline FILE *text_begin(Text *text)
{
    text->file = tmpfile();
    CHECK(text->file != NULL);
    return text->file;
}

static inline const char *text_end(Text *text)
{
    rewind(text->file);
    text->text[fread(text->text, 1, sizeof text->text - 1, text->file)] = 0;
    fclose(text->file);
    return text->text;
}

#endif
