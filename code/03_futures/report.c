/* report.c - the exception handler of a loop.
 *
 * The only place in the runtime that prints anything. */
#include "report.h"

#include <stdio.h>

#include "../02_callbacks/loop_inside.h"
#include "future_inside.h"

/* ---- The default ---- */
static const char *state_name(const Future *future)
{
    static const char *const names[] = {
        [PENDING] = "pending", [FINISHED] = "finished",
        [CANCELLED] = "cancelled", [FREED] = "freed"
    };
    return names[future->state];
}

static void describe(Future *future, char *text, size_t size)
{
    const FutureKind *kind = future->kind;
    const char *name = NULL;
    if (kind->get_name != NULL && future->state != FREED)
        name = kind->get_name(future);
    snprintf(text, size, "\nfuture: <%s %s%s%s%s>", kind->name,
             state_name(future), name != NULL ? " name='" : "",
             name != NULL ? name : "", name != NULL ? "'" : "");
}

/* Under one lock, so that reports of several threads do not mix; and without
 * fprintf(), which needs a larger stack. */
static void print(const ErrorContext *context)
{
    char error[160] = "", future[160] = "", handle[40] = "", origin[160] = "";
    if (context->error != 0)
        snprintf(error, sizeof error, "\nerror: %s: %s",
                 error_name(context->error), error_message(context->error));
    if (context->future != NULL)
        describe(context->future, future, sizeof future);
    if (context->handle != 0)
        snprintf(handle, sizeof handle, "\nhandle: %llu",
                 (unsigned long long)context->handle);
    if (context->origin.file != NULL)
        snprintf(origin, sizeof origin, "\nmade at: %.120s:%d",
                 context->origin.file, context->origin.line);
    const char *message = context->message != NULL
                              ? context->message
                              : "Unhandled exception in event loop";
    const char *parts[] = { message, error, future, handle, origin, "\n" };
    flockfile(stderr);
    /* lint: may call fputs: the default exception handler is what prints */
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        fputs(parts[i], stderr);
    funlockfile(stderr);
}

/* ---- The handler ---- */
void loop_set_exception_handler(Loop *loop, ExceptionHandler *handler,
                                void *arg)
{
    loop->handler = handler;
    loop->handler_arg = arg;
}

void loop_call_exception_handler(Loop *loop, const ErrorContext *reported)
{
    ErrorContext context = *reported;
    if (context.origin.file == NULL && context.future != NULL)
        context.origin = context.future->origin;
    if (loop->handler == NULL || loop->is_reporting) {
        print(&context);
        return;
    }
    loop->is_reporting = true;
    loop->handler(loop, &context, loop->handler_arg);
    loop->is_reporting = false;
}
