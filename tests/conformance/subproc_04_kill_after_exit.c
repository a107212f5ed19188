/* subproc_04 - P4: who has ended gets no signal. */
#include "python.h"

/* ---- Signals ---- */
static int send_signal(Process *p)
{
    return process_send_signal(p, 10);
}

static const struct {
    const char *name;
    int (*fn)(Process *);
} signals[] = {
    { "terminate", process_terminate },
    { "kill", process_kill },
    { "send_signal", send_signal },
};

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Process *p;
    int returncode;
    must(async_create_subprocess_exec((char *[]){ "true", NULL }, NULL, &p));
    must(process_wait(p, &returncode));
    printf("wait %d\n", returncode);
    for (int i = 0; i < 3; i++) {
        int err = signals[i].fn(p);
        if (err == 0)
            printf("%s after exit: no error\n", signals[i].name);
        else if (err == ESRCH)    /* ProcessLookupError */
            printf("%s after exit: %s\n", signals[i].name, error_name(err));
    }
    process_free(p);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
