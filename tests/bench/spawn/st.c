/* st.c - starting threads in State Threads. */
#include <st.h>

#include "../bench.h"

/* The system allows a process 65,530 mappings; a stack needs three. */
enum { THREADS = 500000, STACK = 16 * 1024 };

static long ran;

static void *nothing(void *arg)
{
    ran++;
    return NULL;
}

int main(void)
{
    require(st_init() == 0, "no threads");
    begin_phase();
    for (long i = 0; i < THREADS; i++) {
        st_thread_t thread = st_thread_create(nothing, NULL, 1, STACK);
        require(thread != NULL, "no thread");
        st_thread_join(thread, NULL);
    }
    end_phase();
    require(ran == THREADS, "not every thread has run");
    report("one", THREADS);
    puts("# 100,000 at once are too many for it");
    return 0;
}
