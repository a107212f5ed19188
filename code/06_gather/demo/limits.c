/* Limits: for several calls, one within the other, and one that is put off as
 * long as there is progress. */
#include "work.h"

static void say(const char *what, int err)
{
    printf("    %.1f s: %s: %s\n", now(), what, ending(err));
}

/* ---- Several calls ---- */
static SUSPENDS int step(const char *what)
{
    int err = async_sleep(1);
    say(what, err);
    return err;
}

static SUSPENDS int visit(void)
{
    int err = step("connect");
    if (err == 0)
        err = step("ask");
    if (err == 0)
        err = step("listen");
    return err;
}

static int visit_within(void *seconds, Value *result)
{
    Timeout limit;
    must_succeed(timeout_enter(&limit, *(double *)seconds), "timeout");
    int err = timeout_exit(&limit, visit());
    say("the visit", err);
    return 0;
}

/* ---- One within the other ---- */
static SUSPENDS int try_once(void)
{
    Timeout limit;
    must_succeed(timeout_enter(&limit, 1.0), "timeout");
    return timeout_exit(&limit, async_sleep(3600));
}

static SUSPENDS int try_again(void)
{
    int err;
    do {
        err = try_once();
        say("a try", err);
    } while (err == E_TIMEOUT);
    return err;
}

static int try_within(void *seconds, Value *result)
{
    Timeout limit;
    must_succeed(timeout_enter(&limit, *(double *)seconds), "timeout");
    int err = timeout_exit(&limit, try_again());
    say("all tries", err);
    return 0;
}

/* ---- As long as there is progress ---- */
static const double gaps[] = { 1.5, 0.5, 1.9, 5 };
enum { GAPS = sizeof gaps / sizeof *gaps };

static SUSPENDS int receive(Timeout *idle, double seconds)
{
    int err = 0;
    for (int i = 0; i < GAPS && err == 0; i++) {
        err = async_sleep(gaps[i]);
        say("a piece", err);
        if (err == 0)
            err = timeout_reschedule(idle, now() + seconds);
    }
    return err;
}

static int receive_within(void *seconds, Value *result)
{
    Timeout idle;
    must_succeed(timeout_enter(&idle, *(double *)seconds), "timeout");
    int err = timeout_exit(&idle, receive(&idle, *(double *)seconds));
    say("all pieces", err);
    return 0;
}

/* ---- All three ---- */
static void show(const char *title, CoroFn *function, double seconds)
{
    printf("%s %.1f s:\n", title, seconds);
    must_succeed(run_virtual(function, &seconds), "run");
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 2.5;
    show("A visit of at most", visit_within, seconds);
    show("Tries of at most 1.0 s each, and in all of", try_within, seconds);
    show("Pieces, between which there are at most", receive_within, seconds);
    return 0;
}
