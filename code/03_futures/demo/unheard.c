/* An error that nobody asks for is reported when the last reference goes. */
#include "../report.h"
#include "virtual.h"

static Future *failed_future(Loop *loop)
{
    Future *future = pending_future(loop);
    Value none = { .p = NULL };
    must_succeed(future_set_error(future, E_LOOKUP, none), "error");
    return future;
}

/* ---- Nobody asks ---- */
static void unheard(Loop *loop)
{
    Future *future = failed_future(loop);
    puts("It has failed, and somebody may still ask.");
    future_release(future);
    puts("Now nobody can.");
}

/* ---- Somebody asks ---- */
static void heard(Loop *loop)
{
    Future *future = failed_future(loop);
    printf("Its error is %s.\n", error_name(future_error(future)));
    future_release(future);
    puts("There is nothing to report.");
}

/* ---- A handler of one's own ---- */
static void count_it(Loop *loop, const ErrorContext *context, void *arg)
{
    int *count = arg;
    printf("log: %d. %s: %s\n", ++*count, context->message,
           error_name(context->error));
}

int main(void)
{
    Loop *loop = virtual_loop();
    int count = 0;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);    /* in one order with stderr */
    unheard(loop);
    heard(loop);
    puts("The same with a handler that counts:");
    loop_set_exception_handler(loop, count_it, &count);
    unheard(loop);
    heard(loop);
    unheard(loop);
    printf("It has counted %d.\n", count);
    loop_free(loop);
    return 0;
}
