/* subproc_10 - P2: a child that reads to the end finds it, although nothing is
 * sent. */
#include "python.h"

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Process *p;
    Bytes out;
    SubprocessOptions pipes = { .input = SUBPROCESS_PIPE,
                                .output = SUBPROCESS_PIPE };
    must(async_create_subprocess_shell("cat; echo end", &pipes, &p));
    must(process_communicate(p, NULL, 0, &out, NULL));
    printf("communicate without input closes stdin: %s\n", strip(out.data));
    free(out.data);
    process_free(p);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
