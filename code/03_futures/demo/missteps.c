/* Six missteps with futures, each of them taken on purpose, and its cure. */
#include <pthread.h>

#include "../report.h"
#include "virtual.h"

static Loop *loop;

static void show(const char *what, int err)
{
    printf("   %s: %s\n", what, err == 0 ? "worked" : error_name(err));
}

static void set_answer(void *future)
{
    show("set the answer", future_set_result(future, (Value){ .s = "yes" }));
}

static Handle in_a_second(Callback *callback, Future *future)
{
    return must_schedule(loop_call_later(loop, 1, callback, future));
}

static void when_done(Future *future, DoneCallback *callback, void *arg)
{
    must_succeed(future_add_done_callback(future, callback, arg), "callback");
}

/* ---- Two who complete it ---- */
static void ask_first(void *future)
{
    if (future_done(future))
        puts("   asked first: it is done");
    else
        set_answer(future);
}

static void two_answers(void)
{
    Future *future = pending_future(loop);
    Value none = { .p = NULL };
    in_a_second(set_answer, future);
    show("set a timeout", future_set_error(future, E_TIMEOUT, none));
    run_for(loop, 1);
    ask_first(future);
    show("its result", future_result(future, NULL));
    future_release(future);
}

/* ---- Counted wrong ---- */
static void set_answer_and_release(void *future)
{
    set_answer(future);
    future_release(future);
}

static void counted_wrong(void)
{
    Future *future = pending_future(loop);
    in_a_second(set_answer, future);    /* without a reference */
    future_release(future);
    run_for(loop, 1);
    future_release(future);             /* there is none to give up */
    puts("   with a reference of the timer's own:");
    future = pending_future(loop);
    in_a_second(set_answer_and_release, future_retain(future));
    future_release(future);
    run_for(loop, 1);
}

/* ---- A chair that is given to another ---- */
static void greet(Future *future, void *chair)
{
    printf("   the answer is for %s\n", (char *)chair);
}

static void lent_too_long(void)
{
    char chair[] = "ana";
    Future *future = pending_future(loop);
    when_done(future, greet, chair);
    strcpy(chair, "ben");    /* ana has left: her memory is another's now */
    set_answer(future);
    run_for(loop, 0);
    future_release(future);
    future = pending_future(loop);
    when_done(future, greet, chair);
    printf("   ben leaves, and takes %d callback with him\n",
           future_remove_done_callback(future, greet, chair));
    set_answer(future);
    run_for(loop, 0);
    future_release(future);
}

/* ---- Told at once ---- */
static void count(Future *future, void *times)
{
    ++*(int *)times;
}

static void not_at_once(void)
{
    int times = 0;
    Future *future = pending_future(loop);
    when_done(future, count, &times);
    set_answer(future);
    printf("   done: %d; times told: %d\n", future_done(future),
           times);
    run_for(loop, 0);
    printf("   a turn later, times told: %d\n", times);
    future_release(future);
}

/* ---- Work for nobody ---- */
static void stop_work(Future *future, void *timer)
{
    if (loop_cancel(loop, *(Handle *)timer))
        puts("   the work is stopped");
}

static void work_for_nobody(void)
{
    Future *future = pending_future(loop);
    Handle timer = in_a_second(set_answer, future);
    future_cancel(future);
    run_for(loop, 1);
    future_release(future);
    puts("   with a callback that stops it:");
    future = pending_future(loop);
    timer = in_a_second(set_answer, future);
    when_done(future, stop_work, &timer);
    future_cancel(future);
    run_for(loop, 1);
    show("its result", future_result(future, NULL));
    future_release(future);
}

/* ---- In the wrong thread ---- */
static void *other_thread(void *future)
{
    set_answer(future);
    puts("   by way of the loop:");
    must_succeed(loop_call_soon_threadsafe(loop, set_answer, future), "post");
    return NULL;
}

static void start_thread(void *future)
{
    pthread_t thread;
    must_succeed(pthread_create(&thread, NULL, other_thread, future), "thread");
    must_succeed(pthread_join(thread, NULL), "thread");
}

static void wrong_thread(void)
{
    Future *future = pending_future(loop);
    must_schedule(loop_call_soon(loop, start_thread, future));
    must_succeed(loop_run_until_complete(loop, future, NULL), "future");
    future_release(future);
}

/* ---- All six ---- */
static void report(Loop *reporter, const ErrorContext *context, void *arg)
{
    printf("   reported: %s\n", context->message);
}

static void take(const char *title, void (*misstep)(void))
{
    puts(title);
    misstep();
}

int main(void)
{
    loop = virtual_loop();
    loop_set_debug(loop, true);
    loop_set_exception_handler(loop, report, NULL);
    take("1. Two complete the same future:", two_answers);
    take("2. References counted wrong:", counted_wrong);
    take("3. A callback for somebody who has left:", lent_too_long);
    take("4. A callback expected at once:", not_at_once);
    take("5. The work for a cancelled future:", work_for_nobody);
    take("6. Completed in another thread:", wrong_thread);
    loop_free(loop);
    return 0;
}
