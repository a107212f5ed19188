/* runner_06 - R6: Ctrl-C cancels main, which can clean up. */
#include <signal.h>
#include <unistd.h>

#include "python.h"

/* ---- Ctrl-C ---- */
static void interrupt(void *arg)
{
    kill(getpid(), SIGINT);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    loop_call_later(running_loop(), 0.02, interrupt, NULL);
    int err = async_sleep(10);
    if (err == E_CANCELLED) {
        puts("main task cancelled by SIGINT; cleanup runs");
        must(async_sleep(0.01));
        puts("cleanup done");
    }
    return err;
}

int main(void)
{
    signal(SIGINT, SIG_DFL);    /* a shell's background job ignores it */
    if (async_run(main_task, NULL, NULL) == E_KEYBOARD_INTERRUPT)
        puts("KeyboardInterrupt raised by run()");
    return 0;
}
