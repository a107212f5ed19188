/* loop_12 - L14: a signal's handler is a callback of the loop. */
#include <signal.h>
#include <unistd.h>

#include "python.h"

/* ---- The handler ---- */
static int got;

static void on_usr1(void *tag)
{
    got++;
    printf("handler %s\n", (char *)tag);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    must(loop_add_signal_handler(loop, SIGUSR1, on_usr1, "A"));
    kill(getpid(), SIGUSR1);
    printf("sent; handled synchronously? %s\n", truth(got > 0));
    must(async_sleep(0.02));
    must(loop_add_signal_handler(loop, SIGUSR1, on_usr1, "B"));
    kill(getpid(), SIGUSR1);
    must(async_sleep(0.02));
    bool removed = loop_remove_signal_handler(loop, SIGUSR1);
    printf("remove %s\n", truth(removed));
    removed = loop_remove_signal_handler(loop, SIGUSR1);
    printf("remove again %s\n", truth(removed));
    int signals[] = { SIGKILL, 9999 };
    for (int i = 0; i < 2; i++) {
        int err = loop_add_signal_handler(loop, signals[i], print_line, "");
        if (err == E_RUNTIME || err == E_VALUE)
            printf("add %d %s\n", signals[i], error_name(err));
    }
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
