/* lock_02 - K2: nobody overtakes who waits for a lock. */
#include "python.h"

/* ---- Who waits ---- */
static int waiter(void *lock, Value *result)
{
    int err = lock_acquire(lock);
    if (err != 0)
        return err;
    puts("waiter has the lock");
    return lock_release(lock);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Lock lock;
    lock_init(&lock);
    must(lock_acquire(&lock));
    Task *w = create_task(waiter, &lock);
    must(async_sleep(0));
    must(lock_release(&lock));
    printf("released; locked() is %s but a waiter is queued\n",
           truth(lock_locked(&lock)));
    must(lock_acquire(&lock));
    puts("main got it after the waiter");
    must(lock_release(&lock));
    return task_join(w, NULL);
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
