/* Where a future was made: it is in the reports about it, if the program says
 * where it is. */
#include "../../code/03_futures/future_inside.h"
#include "../../code/03_futures/report.h"
#include "../check.h"

static const Value seven = { .i = 7 };

/* ---- Helpers ---- */
typedef struct Seen {
    int count;
    Origin origin;
} Seen;

static void see(Loop *loop, const ErrorContext *context, void *arg)
{
    Seen *seen = arg;
    seen->count++;
    seen->origin = context->origin;
}

static Loop *watched_loop(Seen *seen)
{
    Loop *loop = loop_new();
    CHECK(loop != NULL);
    *seen = (Seen){ 0 };
    loop_set_exception_handler(loop, see, seen);
    return loop;
}

static Future *failed_at(Loop *loop, const char *file, int line)
{
    origin_now = (Origin){ file, line };
    Future *future = future_new(loop);
    origin_now = (Origin){ .file = NULL };
    CHECK(future != NULL);
    CHECK_INT(future_set_error(future, EPIPE, seven), 0);
    return future;
}

static void check_origin(Seen *seen, const char *file, int line)
{
    CHECK_INT(seen->count, 1);
    CHECK_STR(seen->origin.file, file);
    CHECK_INT(seen->origin.line, line);
    seen->count = 0;
}

/* ---- In the context ---- */
TEST(a_report_says_where_the_future_was_made)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Future *here = failed_at(loop, "here.c", 1);
    Future *there = failed_at(loop, "there.c", 2);
    Future *nowhere = failed_at(loop, NULL, 0);
    future_release(there);
    check_origin(&seen, "there.c", 2);
    future_release(nowhere);
    check_origin(&seen, NULL, 0);
    future_release(here);
    check_origin(&seen, "here.c", 1);
    loop_free(loop);
}

TEST(what_the_reporter_says_counts_more)
{
    Seen seen;
    Loop *loop = watched_loop(&seen);
    Future *future = failed_at(loop, "here.c", 1);
    ErrorContext context = { .message = "It broke", .future = future };
    loop_call_exception_handler(loop, &context);
    check_origin(&seen, "here.c", 1);
    context.origin = (Origin){ "reported.c", 3 };
    loop_call_exception_handler(loop, &context);
    check_origin(&seen, "reported.c", 3);
    context = (ErrorContext){ .message = "It broke" };
    loop_call_exception_handler(loop, &context);
    check_origin(&seen, NULL, 0);
    CHECK_INT(future_error(future), EPIPE);
    future_release(future);
    loop_free(loop);
}

/* ---- Printed ---- */
/* What the default handler prints of it; at most 1000 bytes. */
static const char *printed(Loop *loop, const ErrorContext *context)
{
    static char text[1001];
    FILE *file = tmpfile();
    int real = dup(2);
    CHECK(file != NULL && dup2(fileno(file), 2) == 2);
    loop_call_exception_handler(loop, context);
    CHECK_INT(dup2(real, 2), 2);
    close(real);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

TEST(it_is_the_last_line_that_is_printed)
{
    Loop *loop = loop_new();
    ErrorContext context = { .message = "It broke", .handle = 17,
                             .origin = { "here.c", 42 } };
    CHECK_STR(printed(loop, &context),
              "It broke\nhandle: 17\nmade at: here.c:42\n");
    context.origin.file = NULL;
    CHECK_STR(printed(loop, &context), "It broke\nhandle: 17\n");
    loop_free(loop);
}

TEST(a_long_name_is_cut_off)
{
    char name[400];
    Loop *loop = loop_new();
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ErrorContext context = { .message = "It broke", .origin = { name, 1 } };
    const char *text = printed(loop, &context);
    CHECK(strncmp(text, "It broke\nmade at: xxx", 21) == 0);
    CHECK_INT(text[strlen(text) - 1], '\n');
    loop_free(loop);
}
