/* libuv.c - jobs in threads in libuv: each that is done queues the next. */
#include <uv.h>

#include "../wall.h"

enum { JOBS = 20000, TOGETHER = 100 };

static uv_loop_t loop;
static int begun;

static void answer(uv_work_t *work)
{
    work->data = work;
}

static void is_done(uv_work_t *work, int status)
{
    require(status == 0 && work->data == work, "a job failed");
    if (begun < JOBS) {
        begun++;
        uv_queue_work(&loop, work, answer, is_done);
    }
}

static void measure(const char *name, int together)
{
    static uv_work_t works[TOGETHER];
    begun = together;
    begin_wall();
    for (int i = 0; i < together; i++)
        uv_queue_work(&loop, &works[i], answer, is_done);
    uv_run(&loop, UV_RUN_DEFAULT);
    report_wall(name, JOBS);
}

int main(void)
{
    require(uv_loop_init(&loop) == 0, "no loop");
    measure("one", 1);
    measure("together_100", TOGETHER);
    return 0;
}
