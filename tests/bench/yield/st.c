/* st.c - yielding in State Threads: st_sleep(0). */
#include <st.h>

#include "../bench.h"

enum { YIELDS = 1000000, MOST = 10000, STACK = 16 * 1024 };

static st_cond_t gate;
static long each;
static long yields;

static void *yielder(void *arg)
{
    st_cond_wait(gate);
    for (long i = 0; i < each; i++) {
        st_sleep(0);
        yields++;
    }
    return NULL;
}

static void measure(const char *name, long count)
{
    static st_thread_t threads[MOST];
    each = YIELDS / count;
    yields = 0;
    for (long i = 0; i < count; i++) {
        threads[i] = st_thread_create(yielder, NULL, 1, STACK);
        require(threads[i] != NULL, "no thread");
    }
    st_sleep(0);    /* they are all there, and wait */
    begin_phase();
    st_cond_broadcast(gate);
    for (long i = 0; i < count; i++)
        st_thread_join(threads[i], NULL);
    end_phase();
    require(yields == YIELDS, "not every thread has yielded");
    report(name, YIELDS);
}

int main(void)
{
    require(st_init() == 0, "no threads");
    gate = st_cond_new();
    require(gate != NULL, "no gate");
    measure("2_tasks", 2);
    measure("100_tasks", 100);
    measure("10000_tasks", 10000);
    return 0;
}
