/* subproc_02 - P2: any size, in both directions, and from both outputs. */
#include "python.h"

/* ---- The program ---- */
static char input[3000000];

static int main_task(void *arg, Value *result)
{
    Process *p;
    Bytes out, err;
    int returncode = -1;
    SubprocessOptions pipes = { .input = SUBPROCESS_PIPE,
                                .output = SUBPROCESS_PIPE };
    must(async_create_subprocess_exec((char *[]){ "cat", NULL }, &pipes, &p));
    memset(input, 'z', sizeof input);
    must(process_communicate(p, input, sizeof input, &out, &err));
    process_returncode(p, &returncode);
    printf("out %zu err is None: %s rc %d\n", out.length,
           truth(err.data == NULL), returncode);
    free(out.data);
    process_free(p);
    SubprocessOptions outputs = { .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_PIPE };
    must(async_create_subprocess_shell("echo out; echo err >&2; exit 4",
                                       &outputs, &p));
    must(process_communicate(p, NULL, 0, &out, &err));
    process_returncode(p, &returncode);
    printf("%s %s %d\n", strip(out.data), strip(err.data), returncode);
    free(out.data);
    free(err.data);
    process_free(p);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
