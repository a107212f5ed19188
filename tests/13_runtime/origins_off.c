/* origins.h without WEFT_ORIGINS: nothing changes. */
#include "runtime.h"

#include "../../code/13_runtime/origins.h"

#if defined HERE || defined future_new || defined await
#error "there is a macro"
#endif

/* ---- Reports ---- */
static Reported reported;

static void fail_unseen(void)
{
    loop_set_exception_handler(async_get_running_loop(), hear, &reported);
    Future *future = new_future();
    CHECK_INT(future_set_error(future, EPIPE, nothing), 0);
    future_release(future);
}

TEST(a_report_has_no_line)
{
    run_body(fail_unseen);
    CHECK_INT(reported.seen.count, 1);
    CHECK_PTR(reported.seen.last.origin.file, NULL);
}

static void print_it(void)
{
    Text text;
    task_set_name(async_current_task(), "main");
    async_print_tasks(NULL, text_begin(&text));
    CHECK_STR(text_end(&text), "main: running\n");
}

TEST(nor_has_the_tree)
{
    run_in_virtual_time(print_it);
}

/* ---- By hand ---- */
static void say_where(void)
{
    loop_set_exception_handler(async_get_running_loop(), hear, &reported);
    async_here("somewhere.c", 17);
    Future *future = new_future();
    async_here(NULL, 0);
    Future *other = new_future();
    CHECK_INT(future_set_error(future, EPIPE, nothing), 0);
    CHECK_INT(future_set_error(other, EPIPE, nothing), 0);
    future_release(future);
    CHECK_STR(reported.seen.last.origin.file, "somewhere.c");
    CHECK_INT(reported.seen.last.origin.line, 17);
    future_release(other);
    CHECK_PTR(reported.seen.last.origin.file, NULL);
    CHECK_INT(reported.seen.count, 2);
}

TEST(the_program_may_say_by_itself_where_it_is)
{
    run_body(say_where);
}
