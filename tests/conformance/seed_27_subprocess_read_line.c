/* seed_27 - what a program prints. */
#include "python.h"

/* ---- The program ---- */
static int get_line(void *to, Value *result)
{
    Process *proc;
    SubprocessOptions output = { .output = SUBPROCESS_PIPE };
    char *argv[] = { "/bin/echo", "fixed line", NULL };
    must(async_create_subprocess_exec(argv, &output, &proc));
    snprintf(to, 100, "%s", read_line(process_stdout(proc)));
    must(process_wait(proc, NULL));
    process_free(proc);
    return 0;
}

int main(void)
{
    char line[100];
    must(async_run(get_line, line, NULL));
    printf("Current line: %s\n", line);
    return 0;
}
