/* Two mirrors are asked: the first answer counts, the other is cancelled. */
#include "virtual.h"

enum { MIRRORS = 2 };

typedef struct Mirror {
    const char *name;
    double delay;
    Handle timer;
    Future *answer;
} Mirror;

static Loop *loop;

static void when_done(Future *future, DoneCallback *callback, void *arg)
{
    must_succeed(future_add_done_callback(future, callback, arg), "callback");
}

/* ---- One mirror ---- */
static void answer(void *arg)
{
    Mirror *mirror = arg;
    printf("%.0f s: %s answers\n", loop_time(loop), mirror->name);
    future_set_result(mirror->answer, (Value){ .s = mirror->name });
}

static void hang_up(Future *future, void *arg)
{
    Mirror *mirror = arg;
    if (loop_cancel(loop, mirror->timer))
        printf("%.0f s: %s is hung up on\n", loop_time(loop), mirror->name);
}

static void ask(Mirror *mirror)
{
    mirror->answer = pending_future(loop);
    mirror->timer =
        must_schedule(loop_call_later(loop, mirror->delay, answer, mirror));
    when_done(mirror->answer, hang_up, mirror);
}

/* ---- The first of all ---- */
typedef struct Race {
    Mirror mirrors[MIRRORS];
    Future *first;
} Race;

static void arrive(Future *future, void *arg)
{
    Race *race = arg;
    Value name = { .p = NULL };
    int err = future_result(future, &name);
    if (future_done(race->first))
        return;
    if (err == 0)
        future_set_result(race->first, name);
    else
        future_set_error(race->first, err, name);
    for (int i = 0; i < MIRRORS; i++)
        future_cancel(race->mirrors[i].answer);    /* or it is done */
}

/* ---- The race ---- */
int main(int argc, char **argv)
{
    Race race = { .mirrors = { { "Lyon", 3, 0, NULL },
                               { "Utrecht", 2, 0, NULL } } };
    Value name = { .s = "nobody" };
    loop = virtual_loop();
    race.first = pending_future(loop);
    for (int i = 0; i < MIRRORS; i++) {
        Mirror *mirror = &race.mirrors[i];
        if (i + 1 < argc)
            mirror->delay = atof(argv[i + 1]);
        ask(mirror);
        when_done(mirror->answer, arrive, &race);
    }
    must_succeed(loop_run_until_complete(loop, race.first, &name), "race");
    printf("the first: %s\n", name.s);
    for (int i = 0; i < MIRRORS; i++)
        future_release(race.mirrors[i].answer);
    future_release(race.first);
    loop_free(loop);
    return 0;
}
