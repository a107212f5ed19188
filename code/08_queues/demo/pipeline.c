/* Three stages, a queue between each and the next; the end travels through them
 * as the words do, and a failure travels both ways. */
#include <ctype.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../queue.h"

static void say(const char *stage, const char *does, const char *what)
{
    printf("%2.0f s: %s %s %s\n", loop_time(async_get_running_loop()), stage,
           does, what);
}

/* ---- A stage and its end ---- */
typedef struct Stage {
    const char *name;
    Queue *in, *out;    /* NULL: it is the first, or the last */
    int tasks;          /* that work at it yet */
} Stage;

/* Who comes before need not go on; who comes behind gets what is there yet. */
static int end_stage(Stage *stage, int err)
{
    say(stage->name, "ends:", err == 0 ? "done" : error_name(err));
    if (stage->in != NULL)
        queue_shutdown(stage->in, true);
    if (--stage->tasks == 0 && stage->out != NULL)
        queue_shutdown(stage->out, false);
    return err == E_QUEUE_SHUTDOWN ? 0 : err;
}

/* ---- The first stage ---- */
static int read_words(void *arg, Value *result)
{
    static char words[][8] = { "work", "comes", "in", "at", "once" };
    Stage *stage = arg;
    int err = 0;
    for (int i = 0; i < 5 && err == 0; i++) {
        err = queue_put(stage->out, (Value){ .p = words[i] });
        if (err == 0)
            say(stage->name, "has put", words[i]);
    }
    return end_stage(stage, err);
}

/* ---- A stage in between ---- */
static int shout(void *arg, Value *result)
{
    Stage *stage = arg;
    Value word;
    int err;
    while ((err = queue_get(stage->in, &word)) == 0) {
        for (char *at = word.p; *at != '\0'; at++)
            *at = toupper((unsigned char)*at);
        err = async_sleep(2);
        if (err == 0)
            err = queue_put(stage->out, word);
        if (err != 0)
            break;
    }
    return end_stage(stage, err);
}

/* ---- The last stage ---- */
enum { E_NO_PAPER = E_USER };
static int paper = 100;    /* words that it is enough for */

static SUSPENDS int print_word(const char *printer, const char *word)
{
    if (paper == 0)
        return E_NO_PAPER;
    paper--;
    say(printer, "has", word);
    return async_sleep(1);
}

static int print_words(void *arg, Value *result)
{
    Stage *stage = arg;
    Value word;
    int err;
    do {
        err = queue_get(stage->in, &word);
        if (err == 0)
            err = print_word(stage->name, word.p);
    } while (err == 0);
    return end_stage(stage, err);
}

/* ---- One after the other ---- */
enum { MOST = 5 };

static int flow(void *arg, Value *result)
{
    Queue *first = must_have(queue_new(1), "queue");
    Queue *second = must_have(queue_new(1), "queue");
    Stage reader = { "reader", NULL, first, 1 };
    Stage shouter = { "shouter", first, second, *(int *)arg };
    Stage printer = { "printer", second, NULL, 1 };
    Call calls[MOST + 2] = { { read_words, &reader } };
    int n = 1;
    while (n <= shouter.tasks)
        calls[n++] = (Call){ shout, &shouter };
    calls[n++] = (Call){ print_words, &printer };
    int err = async_gather_calls(calls, n, NULL, 0);
    queue_free(first);
    queue_free(second);
    return err;
}

/* ---- How many shouters, how much paper ---- */
int main(int argc, char **argv)
{
    int shouters = argc > 1 ? atoi(argv[1]) : 1;
    if (shouters < 1 || shouters > MOST)
        shouters = MOST;
    if (argc > 2)
        paper = atoi(argv[2]);
    error_define(E_NO_PAPER, "NoPaper", "The printer has no paper");
    int err = run_virtual(flow, &shouters);
    printf("in the end: %s\n", error_message(err));
    return err != 0;
}
