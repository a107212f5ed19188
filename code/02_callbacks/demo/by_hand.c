/* Two things to do at their times, by hand: the loop has to know them both. */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "../../01_select/demo/net.h"
#include "../../01_select/selector.h"

static double now(void)
{
    struct timespec time;
    must(clock_gettime(CLOCK_MONOTONIC, &time), "clock_gettime");
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void sleep_until(Selector *selector, double when)
{
    SelectorKey ready;
    int count;
    while (now() < when)
        must_be_0(selector_select(selector, when - now(), &ready, 1, &count),
                  "select");
}

/* ---- The loop ---- */
int main(void)
{
    Selector *selector = selector_new();
    double next_count = now() + 0.27, next_tick = now() + 0.1;
    int left = 3;
    while (selector != NULL && left > 0) {
        sleep_until(selector, fmin(next_count, next_tick));
        if (next_tick < next_count) {
            puts("tick");
            next_tick += 0.1;
        } else {
            printf("%d\n", left--);
            next_count += 0.27;
        }
    }
    puts("go");
    selector_free(selector);
}
