/* sem_02 - S2: released more often than taken. */
#include "python.h"

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Semaphore s, b, z;
    semaphore_init(&s, 1);
    must(semaphore_release(&s));
    must(semaphore_release(&s));
    for (int i = 0; i < 3; i++)
        must(semaphore_acquire(&s));
    printf("plain semaphore may exceed its initial value; locked %s\n",
           truth(semaphore_locked(&s)));
    bounded_semaphore_init(&b, 1);
    if (semaphore_release(&b) == E_VALUE)
        puts("bounded: ValueError");
    must(semaphore_acquire(&b));
    must(semaphore_release(&b));
    semaphore_init(&z, 0);
    printf("zero is locked %s\n", truth(semaphore_locked(&z)));
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
