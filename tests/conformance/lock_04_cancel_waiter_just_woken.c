/* lock_04 - K4: who is given the lock and then cancelled hands it on. */
#include "python.h"

/* ---- Who waits ---- */
typedef struct User {
    const char *n;
    Lock *lock;
} User;

static int use(void *arg, Value *result)
{
    User *user = arg;
    int err = lock_acquire(user->lock);
    if (err != 0)
        return err;
    printf("%s has it\n", user->n);
    return lock_release(user->lock);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Lock lock;
    lock_init(&lock);
    must(lock_acquire(&lock));
    Task *a = create_task(use, &(User){ "a", &lock });
    Task *b = create_task(use, &(User){ "b", &lock });
    must(async_sleep(0));
    must(lock_release(&lock));
    task_cancel(a);
    must(async_wait(FUTURES(a, b), 1, ALL_COMPLETED));
    printf("a cancelled %s b done %s locked %s\n", truth(task_cancelled(a)),
           truth(task_done(b)), truth(lock_locked(&lock)));
    task_release(a);
    task_release(b);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
