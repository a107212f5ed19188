/* loop_10 - L18: in debug mode, another thread may not schedule. */
#include <pthread.h>

#include "python.h"

/* ---- Another thread ---- */
static const char *res = "";

static void *worker(void *loop)
{
    if (loop_call_soon(loop, print_line, "never") == 0 && errno == EINVAL)
        res = "RuntimeError";
    must(loop_call_soon_threadsafe(loop, print_line, "threadsafe ok"));
    return NULL;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Loop *loop = running_loop();
    pthread_t thread;
    printf("debug default %s\n", truth(loop_get_debug(loop)));
    loop_set_debug(loop, true);
    must(pthread_create(&thread, NULL, worker, loop));
    must(pthread_join(thread, NULL));
    must(async_sleep(0.01));
    printf("['%s'] slow_callback_duration %g\n", res,
           loop_get_slow_callback_duration(loop));
    return 0;
}

int main(void)
{
    unsetenv("WEFT_DEBUG");
    return async_run(main_task, NULL, NULL);
}
