/* taskgroup_04 - TG4: the error of the block and that of a child are in one
 * group. */
#include "python.h"

enum { ZERO_DIVISION = KEY_ERROR + 1 };

/* ---- A child ---- */
static int cleanup_fails(void *arg, Value *result)
{
    int err = async_sleep(10);
    return err == E_CANCELLED ? KEY_ERROR : err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    TaskGroup *tg = taskgroup_enter();
    taskgroup_create_task(tg, cleanup_fails, NULL);
    int err = async_sleep(0.01);
    if (err == 0)
        err = ZERO_DIVISION;
    err = taskgroup_exit(tg, err);
    printf("%s ", error_name(err));
    print_errors(tg);
    taskgroup_free(tg);
    return 0;
}

int main(void)
{
    define_key_error();
    must(error_define(ZERO_DIVISION, "ZeroDivisionError", "division by zero"));
    return async_run(main_task, NULL, NULL);
}
