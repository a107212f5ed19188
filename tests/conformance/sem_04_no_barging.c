/* sem_04 - S4: nobody overtakes who waits for a permit. */
#include "python.h"

/* ---- Who waits ---- */
typedef struct User {
    const char *n;
    Semaphore *sem;
} User;

static int use(void *arg, Value *result)
{
    User *user = arg;
    int err = semaphore_acquire(user->sem);
    if (err != 0)
        return err;
    printf("%s acquired\n", user->n);
    err = async_sleep(0.01);
    semaphore_release(user->sem);
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Semaphore sem;
    semaphore_init(&sem, 1);
    must(semaphore_acquire(&sem));
    Task *w = create_task(use, &(User){ "waiter", &sem });
    must(async_sleep(0));
    must(semaphore_release(&sem));
    printf("locked() right after release with a waiter: %s\n",
           truth(semaphore_locked(&sem)));
    Task *m = create_task(use, &(User){ "newcomer", &sem });
    must(async_wait(FUTURES(w, m), INFINITY, ALL_COMPLETED));
    printf("locked %s\n", truth(semaphore_locked(&sem)));
    task_release(w);
    task_release(m);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
