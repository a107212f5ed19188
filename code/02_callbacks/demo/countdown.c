/* A countdown and a ticker, each with a rhythm of its own, in one thread. */
#include "must.h"

static Loop *loop;
static double start;

static void say(const char *who, const char *what)
{
    printf("%.1f  %-9s  %s\n", loop_time(loop) - start, who, what);
}

/* ---- The ticker ---- */
static void tick(void *arg)
{
    say("ticker", "tick");
    must_have(loop_call_later(loop, 0.4, tick, NULL), "ticker");
}

/* ---- The countdown ---- */
static void count_down(void *arg)
{
    static const char *const words[] = { "go", "1", "2", "3" };
    int *left = arg;
    say("countdown", words[*left]);
    if ((*left)-- > 0)
        must_have(loop_call_later(loop, 1, count_down, left), "countdown");
    else
        loop_stop(loop);
}

/* ---- Both at once ---- */
int main(int argc, char **argv)
{
    int left = 3;
    loop = loop_new();
    must_have(loop != NULL, "loop");
    if (argc > 1 && strcmp(argv[1], "virtual") == 0)
        must_be_0(loop_use_virtual_time(loop), "virtual time");
    start = loop_time(loop);
    must_have(loop_call_soon(loop, count_down, &left), "countdown");
    must_have(loop_call_soon(loop, tick, NULL), "ticker");
    must_be_0(loop_run_forever(loop), "run");
    loop_free(loop);
    return 0;
}
