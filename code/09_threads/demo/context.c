/* Three requests at once, each with a number in its context.  A thread sees the
 * number of the request that it works for; what it sets stays there. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../threads.h"

/* ---- The number of a request ---- */
static const ContextVar request_id = { .name = "request_id" };

static int current_id(void)
{
    Value id;
    must_succeed(contextvar_get(&request_id, &id), "request_id");
    return id.i;
}

/* ---- In a thread ---- */
typedef struct Request {
    int id;
    int in_thread, set_there, afterwards;    /* what was seen */
} Request;

static int work(void *arg, Value *result)
{
    Request *request = arg;
    request->in_thread = current_id();
    int err = contextvar_set(&request_id, (Value){ .i = 1000 + request->id });
    request->set_there = current_id();
    return err;
}

/* ---- In a task ---- */
static int handle(void *arg, Value *result)
{
    Request *request = arg;
    int err = contextvar_set(&request_id, (Value){ .i = request->id });
    if (err == 0)
        err = async_to_thread(work, request, NULL);
    request->afterwards = current_id();
    return err;
}

/* ---- Three at once ---- */
static int serve(void *arg, Value *result)
{
    Request *requests = arg;
    return async_gather_calls(CALLS({ handle, &requests[0] },
                                    { handle, &requests[1] },
                                    { handle, &requests[2] }), NULL, 0);
}

int main(void)
{
    Request requests[] = { { .id = 7 }, { .id = 8 }, { .id = 9 } };
    must_succeed(run(serve, requests), "run");
    printf("request  in its thread  set there  in its task afterwards\n");
    for (int i = 0; i < 3; i++)
        printf("%7d  %13d  %9d  %22d\n", requests[i].id, requests[i].in_thread,
               requests[i].set_there, requests[i].afterwards);
    return 0;
}
