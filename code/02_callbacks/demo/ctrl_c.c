/* Ctrl-C as a callback: the first one asks, and the second one ends. */
#include "must.h"

#include <signal.h>

static Loop *loop;
static double patience = 10;    /* seconds */
static int count;
static long sum;

/* ---- The work ---- */
/* Adds up what is typed; the terminal hands it over line by line. */
static void add(void *arg)
{
    char line[256];
    ssize_t length = must(read(STDIN_FILENO, line, sizeof line - 1), "read");
    line[length] = '\0';
    if (length == 0) {
        loop_stop(loop);
        return;
    }
    sum += strtol(line, NULL, 10);
    printf("%d so far, their sum is %ld\n", ++count, sum);
}

/* ---- Ctrl-C ---- */
static Handle second_chance;

static void go_on(void *arg)
{
    printf("no second Ctrl-C: the work goes on\n");
}

/* If there is something to cancel, this is the second one. */
static void interrupt(void *arg)
{
    if (loop_cancel(loop, second_chance)) {
        loop_stop(loop);
        return;
    }
    printf("end after %d? Ctrl-C again within %g seconds\n", count, patience);
    second_chance = loop_call_later(loop, patience, go_on, NULL);
    must_have(second_chance, "timer");
}

/* ---- Until the second ---- */
int main(int argc, char **argv)
{
    if (argc > 1)
        patience = atof(argv[1]);
    loop = loop_new();
    must_have(loop != NULL, "loop");
    must_be_0(loop_add_signal_handler(loop, SIGINT, interrupt, NULL), "SIGINT");
    must_be_0(loop_add_reader(loop, STDIN_FILENO, add, NULL), "terminal");
    printf("type numbers, one a line\n");
    must_be_0(loop_run_forever(loop), "run");
    printf("ended in good order: the sum is %ld\n", sum);
    loop_free(loop);
    return 0;
}
