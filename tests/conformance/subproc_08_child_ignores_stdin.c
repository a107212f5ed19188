/* subproc_08 - P8: a child that reads nothing, and one that kills itself. */
#include "python.h"

/* ---- The program ---- */
static char input[1000000];

static int main_task(void *arg, Value *result)
{
    Process *p;
    Bytes out;
    int returncode = -1;
    SubprocessOptions pipes = { .input = SUBPROCESS_PIPE,
                                .output = SUBPROCESS_PIPE };
    must(async_create_subprocess_exec((char *[]){ "true", NULL }, &pipes, &p));
    memset(input, 'q', sizeof input);
    must(process_communicate(p, input, sizeof input, &out, NULL));
    process_returncode(p, &returncode);
    printf("broken pipe on stdin is ignored by communicate: %zu %d\n",
           out.length, returncode);
    free(out.data);
    process_free(p);
    SubprocessOptions output = { .output = SUBPROCESS_PIPE };
    char *argv[] = { "sh", "-c", "kill -9 $$", NULL };
    must(async_create_subprocess_exec(argv, &output, &p));
    must(process_communicate(p, NULL, 0, &out, NULL));
    process_returncode(p, &returncode);
    printf("killed by its own signal: %d\n", returncode);
    free(out.data);
    process_free(p);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
