/* libuv.c - children in libuv: each that ends starts the next. */
#include <uv.h>

#include "parent.h"

static uv_loop_t loop;
static int begun;

static void start(void);

static void forget(uv_handle_t *handle)
{
    free(handle);
}

static void has_ended(uv_process_t *process, int64_t status, int signo)
{
    require(status == 0 && signo == 0, "a child failed");
    uv_close((uv_handle_t *)process, forget);
    if (begun < CHILDREN)
        start();
}

static void start(void)
{
    char *argv[] = { "true", NULL };
    uv_process_options_t options = { .file = "/bin/true", .args = argv,
                                     .exit_cb = has_ended };
    uv_process_t *process = malloc(sizeof *process);
    begun++;
    require(uv_spawn(&loop, process, &options) == 0, "no child");
}

static void measure(const char *name, int together)
{
    begun = 0;
    begin_wall();
    for (int i = 0; i < together; i++)
        start();
    uv_run(&loop, UV_RUN_DEFAULT);
    report_wall(name, CHILDREN);
}

int main(void)
{
    require(uv_loop_init(&loop) == 0, "no loop");
    measure("one", 1);
    measure("together_32", TOGETHER);
    grow_large();
    measure("large_one", 1);
    measure("large_32", TOGETHER);
    return 0;
}
