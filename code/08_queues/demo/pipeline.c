/* Three stages, a queue between each and the next; the end travels through them
 * as the words do. */
#include <ctype.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../queue.h"

static void say(const char *stage, const char *does, const char *word)
{
    printf("%2.0f s: %s %s %s\n", loop_time(async_get_running_loop()), stage,
           does, word);
}

/* ---- The first stage ---- */
static int read_words(void *out, Value *result)
{
    static char words[][8] = { "work", "comes", "in", "at", "once" };
    int err = 0;
    for (int i = 0; i < 5 && err == 0; i++) {
        err = queue_put(out, (Value){ .p = words[i] });
        if (err == 0)
            say("reader", "has put", words[i]);
    }
    queue_shutdown(out, false);
    return err;
}

/* ---- A stage in between ---- */
typedef struct Stage {
    Queue *in, *out;
} Stage;

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
    queue_shutdown(stage->out, false);
    return err == E_QUEUE_SHUTDOWN ? 0 : err;
}

/* ---- The last stage ---- */
static int print_words(void *in, Value *result)
{
    Value word;
    int err;
    while ((err = queue_get(in, &word)) == 0) {
        say("printer", "has", word.p);
        if ((err = async_sleep(1)) != 0)
            return err;
    }
    say("printer", "gets", error_name(err));
    return err == E_QUEUE_SHUTDOWN ? 0 : err;
}

/* ---- One after the other ---- */
static int flow(void *arg, Value *result)
{
    Stage middle = { must_have(queue_new(1), "queue"),
                     must_have(queue_new(1), "queue") };
    int err = async_gather_calls(CALLS({ read_words, middle.in },
                                       { shout, &middle },
                                       { print_words, middle.out }), NULL, 0);
    queue_free(middle.in);
    queue_free(middle.out);
    return err;
}

int main(void)
{
    must_succeed(run_virtual(flow, NULL), "run");
    return 0;
}
