/* Five mistakes with callbacks, each of them made on purpose, and mended. */
#include "must.h"

#include <errno.h>
#include <pthread.h>

#include "../loop_inside.h"

static Loop *loop;    /* in virtual time: what takes hours is over at once */

static Handle in(double seconds, Callback *callback, void *arg)
{
    Handle handle = loop_call_later(loop, seconds, callback, arg);
    must_have(handle, "timer");
    return handle;
}

static void run(void)
{
    must_be_0(loop_run_forever(loop), "run");
}

static void run_for(double seconds)
{
    in(seconds, loop_stop_callback, loop);
    run();
}

/* ---- Work that takes time ---- */
/* No work takes time in virtual time: so this moves the clock itself. */
static void work(double seconds)
{
    loop->virtual_now += seconds;
}

static void work_in_one_go(void *arg)
{
    work(3);
}

static void work_in_pieces(void *arg)
{
    int *left = arg;
    work(0.25);
    if (--*left > 0)
        must_have(loop_call_soon(loop, work_in_pieces, left), "piece");
}

/* ---- Who takes long ---- */
/* The loop calls its observer in place of each callback. */
static void watch(Observer *observer, Loop *observed, Callback *callback,
                  void *arg)
{
    double begin = loop_time(observed);
    callback(arg);
    double took = loop_time(observed) - begin;
    if (took > 0.5)
        printf("   %s took %.2f s\n",
               callback == work_in_one_go ? "work_in_one_go()" : "another",
               took);
}

/* ---- A callback that blocks ---- */
static void alarm_clock(void *arg)
{
    double *due = arg;
    printf("   the alarm is %.2f s late\n", loop_time(loop) - *due);
}

static void blocking(void)
{
    Observer watcher = { watch };
    loop_observe(loop, &watcher);
    double due = loop_time(loop) + 1;
    in(1, alarm_clock, &due);
    must_have(loop_call_soon(loop, work_in_one_go, NULL), "work");
    run_for(4);

    int pieces = 12;
    due = loop_time(loop) + 1;
    in(1, alarm_clock, &due);
    must_have(loop_call_soon(loop, work_in_pieces, &pieces), "work");
    run_for(4);
    loop_observe(loop, NULL);
}

/* ---- An arg that is gone ---- */
static void serve(void *seat)
{
    printf("   tea for %s\n", (char *)seat);
}

static void gone(void)
{
    char seat[] = "ana";
    in(1, serve, seat);
    strcpy(seat, "ben");    /* ana has left, and ben takes her seat */
    run_for(2);

    strcpy(seat, "ana");
    Handle tea = in(1, serve, seat);
    printf("   ana leaves: tea %scancelled\n",
           loop_cancel(loop, tea) ? "" : "not ");
    strcpy(seat, "ben");
    run_for(2);
}

/* ---- Another thread ---- */
static void arrive(void *arg)
{
    printf("   call_soon_threadsafe: called\n");
    loop_stop(loop);
}

static void *call_from_outside(void *arg)
{
    if (loop_call_soon(loop, arrive, NULL) == 0)
        printf("   call_soon: %s\n", strerror(errno));
    must_be_0(loop_call_soon_threadsafe(loop, arrive, NULL), "threadsafe");
    return NULL;
}

static void start_thread(void *thread)
{
    must_be_0(pthread_create(thread, NULL, call_from_outside, NULL), "thread");
}

/* Only debug mode notices it: else the two threads spoil the queue. */
static void outside(void)
{
    pthread_t thread;
    loop_set_debug(loop, true);
    must_have(loop_call_soon(loop, start_thread, &thread), "start");
    run();
    must_be_0(pthread_join(thread, NULL), "join");
}

/* ---- Closed, but not removed ---- */
static void read_byte(void *arg)
{
    static int calls;
    int *fd = arg;
    char byte;
    ssize_t length = read(*fd, &byte, 1);
    printf("   call %d: %s\n", ++calls, length < 0 ? strerror(errno) : "read");
    if (calls == 3 && loop_remove_reader(loop, *fd)) {
        printf("   removed\n");
        loop_stop(loop);
    }
}

static void closed(void)
{
    int ends[2];
    must(pipe(ends), "pipe");
    must_be_0(loop_add_reader(loop, ends[0], read_byte, &ends[0]), "reader");
    close(ends[0]);    /* the other way round, and nobody would be called */
    run();
    close(ends[1]);
}

/* ---- A timer that drifts ---- */
static double start;

static void by_delay(void *arg)
{
    printf(" %.1f", loop_time(loop) - start);
    work(0.1);
    if (loop_time(loop) - start < 4)
        in(1, by_delay, NULL);
}

static void by_clock(void *arg)
{
    double *next = arg;
    printf(" %.1f", loop_time(loop) - start);
    work(0.1);
    *next += 1;
    if (loop_time(loop) - start < 4)
        must_have(loop_call_at(loop, *next, by_clock, next), "timer");
}

static void drifting(void)
{
    printf("   call_later:");
    start = loop_time(loop);
    in(1, by_delay, NULL);
    run_for(5);

    printf("\n   call_at:   ");
    start = loop_time(loop);
    double next = start + 1;
    must_have(loop_call_at(loop, next, by_clock, &next), "timer");
    run_for(5);
    printf("\n");
}

/* ---- All five ---- */
int main(void)
{
    loop = loop_new();
    must_have(loop != NULL, "loop");
    must_be_0(loop_use_virtual_time(loop), "virtual time");
    printf("1. A callback that blocks, and then one in pieces:\n");
    blocking();
    printf("2. An arg given to another, and then a cancelled timer:\n");
    gone();
    printf("3. A call from another thread:\n");
    outside();
    printf("4. Closed before it was removed:\n");
    closed();
    printf("5. Every second, after 0.1 s of work each:\n");
    drifting();
    loop_free(loop);
    return 0;
}
