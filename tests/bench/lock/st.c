/* st.c - a mutex in State Threads: free, and among a hundred threads. */
#include <st.h>

#include "../bench.h"

enum { PAIRS = 1000000, TASKS = 100, STACK = 16 * 1024 };

static st_mutex_t lock;
static long held;

static void *holder(void *arg)
{
    for (long i = 0; i < PAIRS / TASKS; i++) {
        st_mutex_lock(lock);
        held++;
        st_sleep(0);
        st_mutex_unlock(lock);
    }
    return NULL;
}

static void measure_free(void)
{
    begin_phase();
    for (long i = 0; i < PAIRS; i++) {
        st_mutex_lock(lock);
        held++;
        st_mutex_unlock(lock);
    }
    end_phase();
    require(held == PAIRS, "not always acquired");
    report("free", PAIRS);
}

static void measure_contended(void)
{
    static st_thread_t threads[TASKS];
    held = 0;
    begin_phase();
    for (int i = 0; i < TASKS; i++) {
        threads[i] = st_thread_create(holder, NULL, 1, STACK);
        require(threads[i] != NULL, "no thread");
    }
    for (int i = 0; i < TASKS; i++)
        st_thread_join(threads[i], NULL);
    end_phase();
    require(held == PAIRS, "not always acquired");
    report("among_100", PAIRS);
}

int main(void)
{
    require(st_init() == 0, "no threads");
    lock = st_mutex_new();
    require(lock != NULL, "no mutex");
    measure_free();
    measure_contended();
    return 0;
}
