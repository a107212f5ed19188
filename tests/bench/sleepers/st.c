/* st.c - sleeping threads in State Threads: st_usleep. */
#include <st.h>

#include "../bench.h"

/* The system allows a process 65,530 mappings; a stack needs three. */
enum { THREADS = 15000, STACK = 16 * 1024 };

static st_utime_t wake_at;    /* in microseconds */
static long asleep, woken;

static void *sleeper(void *arg)
{
    asleep++;
    st_usleep(wake_at - st_utime());
    woken++;
    return NULL;
}

static void start(st_thread_t *threads)
{
    for (long i = 0; i < THREADS; i++) {
        threads[i] = st_thread_create(sleeper, NULL, 1, STACK);
        require(threads[i] != NULL, "no thread");
    }
    st_sleep(0);
    require(asleep == THREADS && woken == 0, "they do not all sleep");
}

int main(void)
{
    static st_thread_t threads[THREADS];
    require(st_init() == 0, "no threads");
    double memory = peak_memory();
    wake_at = st_utime() + 3000000;
    begin_phase();
    start(threads);
    end_phase();
    report("start", THREADS);
    report_value("KiB", (peak_memory() - memory) / THREADS);
    begin_phase();
    for (long i = 0; i < THREADS; i++)
        st_thread_join(threads[i], NULL);
    end_phase();
    require(woken == THREADS, "not every thread woke up");
    report("end", THREADS);
    puts("# 15,000 threads only: its stacks are too many mappings");
    return 0;
}
