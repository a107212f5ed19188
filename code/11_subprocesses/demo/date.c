/* The example of asyncio's manual: the first line that a program prints. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../process.h"

/* ---- One line of a child ---- */
static SUSPENDS int print_line(Process *process)
{
    char *line;
    size_t length;
    int err = reader_readline(process_stdout(process), &line, &length);
    if (err == 0)
        printf("Current line: %s", line);
    return err == 0 ? process_wait(process, NULL) : err;
}

static int get_line(void *arg, Value *result)
{
    char *const *argv = arg;
    SubprocessOptions options = { .output = SUBPROCESS_PIPE };
    Process *process;
    int err = async_create_subprocess_exec(argv, &options, &process);
    if (err != 0)
        return err;
    err = print_line(process);
    process_free(process);
    return err;
}

/* ---- Which program ---- */
int main(int argc, char **argv)
{
    char *echo[] = { "/bin/echo", "fixed line", NULL };
    must_succeed(run(get_line, argc > 1 ? argv + 1 : echo), "run");
    return 0;
}
