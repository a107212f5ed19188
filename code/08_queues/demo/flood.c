/* Photos come twice as fast as they can be developed: into a queue with no
 * bound, and into one with a bound, which makes the camera wait. */
#include <sys/resource.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../queue.h"

enum { PHOTOS = 80, PHOTO_SIZE = 256 * 1024 };

/* ---- The camera ---- */
static int camera(void *queue, Value *result)
{
    int err = 0;
    for (int i = 0; i < PHOTOS && err == 0; i++) {
        char *photo = must_have(malloc(PHOTO_SIZE), "photo");
        memset(photo, i, PHOTO_SIZE);
        err = queue_put(queue, (Value){ .p = photo });
        if (err == 0)
            err = async_sleep(1 / 8.0);
        else
            free(photo);
    }
    return err;
}

/* ---- The laboratory ---- */
static int laboratory(void *queue, Value *result)
{
    int err = 0;
    for (int i = 0; i < PHOTOS && err == 0; i++) {
        Value photo;
        err = queue_get(queue, &photo);
        if (err == 0) {
            err = async_sleep(1 / 4.0);
            free(photo.p);
        }
    }
    return err;
}

/* ---- How many wait ---- */
enum { SECONDS = 20, STEP = 2, LOOKS = SECONDS / STEP + 1 };

typedef struct Flood {
    size_t bound;
    Queue *queue;
    size_t waiting[LOOKS];    /* every two seconds */
    double end;
    long memory;              /* in KiB */
} Flood;

/* Between two steps of the others. */
static int observer(void *arg, Value *result)
{
    Flood *flood = arg;
    int err = async_sleep(1 / 16.0);
    for (int i = 0; i < LOOKS && err == 0; i++) {
        flood->waiting[i] = queue_qsize(flood->queue);
        err = async_sleep(STEP);
    }
    return err;
}

/* ---- One flood ---- */
static long memory_in_use(void)    /* the most so far, in KiB */
{
    struct rusage usage;
    must_succeed(getrusage(RUSAGE_SELF, &usage) != 0 ? errno : 0, "getrusage");
#ifdef __APPLE__
    return usage.ru_maxrss / 1024;    /* in bytes there */
#else
    return usage.ru_maxrss;
#endif
}

static int work(void *arg, Value *result)
{
    Flood *flood = arg;
    Task *watcher = must_have(async_create_task(observer, flood), "task");
    int err = async_gather_calls(CALLS({ camera, flood->queue },
                                       { laboratory, flood->queue }), NULL, 0);
    flood->end = loop_time(async_get_running_loop());
    int also = task_join(watcher, NULL);
    return err != 0 ? err : also;
}

static void run_flood(Flood *flood)
{
    flood->queue = must_have(queue_new(flood->bound), "queue");
    flood->memory = -memory_in_use();
    must_succeed(run_virtual(work, flood), "run");
    flood->memory += memory_in_use();
    queue_free(flood->queue);
}

/* ---- Side by side ---- */
static void print(Flood *bounded, Flood *unbounded)
{
    printf("second  bound %zu  no bound\n", bounded->bound);
    for (int i = 0; i < LOOKS; i++)
        printf("%6d  %7zu  %8zu\n", i * STEP, bounded->waiting[i],
               unbounded->waiting[i]);
    printf("all is developed after %.0f s and %.0f s\n", bounded->end,
           unbounded->end);
    printf("memory: %.1f MiB and %.1f MiB\n", bounded->memory / 1024.0,
           (bounded->memory + unbounded->memory) / 1024.0);
}

int main(int argc, char **argv)
{
    int bound = argc > 1 ? atoi(argv[1]) : 5;
    Flood bounded = { .bound = bound > 0 ? bound : 1 };
    Flood unbounded = { .bound = 0 };
    run_flood(&bounded);
    run_flood(&unbounded);
    print(&bounded, &unbounded);
    return 0;
}
