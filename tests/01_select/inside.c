/* What the world does to the selector: each of its allocations fails once, and
 * select() says what it is told to say.  For that the selector is compiled in
 * here, over an allocator and a select() of our own. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/select.h>

static int allowed = -1;    /* allocations until one fails; -1: none does */

static bool refuse(void)
{
    bool refused = allowed >= 0 && allowed-- == 0;
    if (refused)
        errno = ENOMEM;
    return refused;
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

static void *test_realloc(void *old, size_t size)
{
    return refuse() ? NULL : realloc(old, size);
}

static int select_error;            /* 0: the real select() is asked */
static int asked_end;               /* what it was asked */
static struct timeval *asked_time, asked_value;

static int test_select(int end, fd_set *readers, fd_set *writers,
                       fd_set *others, struct timeval *timeout)
{
    asked_end = end;
    asked_time = timeout;
    if (timeout != NULL)
        asked_value = *timeout;
    errno = select_error;
    return select_error != 0 ? -1 : select(end, readers, writers, others,
                                           &(struct timeval){ 0, 0 });
}

#define calloc test_calloc
#define realloc test_realloc
#define select test_select
#include "../../code/01_select/selector.c"
#undef calloc
#undef realloc
#undef select

#include "../check.h"
#include <sys/resource.h>

/* ---- No memory ---- */
TEST(a_selector_that_cannot_be_made_is_NULL_and_leaks_nothing)
{
    int tries = 0;
    for (Selector *s = NULL; s == NULL; tries++) {
        allowed = tries;
        errno = 0;
        s = selector_new();
        CHECK(s != NULL || errno == ENOMEM);
        allowed = -1;
        selector_free(s);
    }
    CHECK_INT(tries, 7);    /* six allocations, then none is refused */
}

TEST(registering_without_memory_is_ENOMEM_and_changes_nothing)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 3 * FD_SETSIZE;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        SKIP("the system does not allow so many descriptors");
    Selector *s = selector_new();
    int ends[2], high = 2 * FD_SETSIZE + 5, error = ENOMEM, count;
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(dup2(ends[1], high), high);
    CHECK_INT(selector_register(s, ends[1], EVENT_WRITE, NULL), 0);
    for (int tries = 0; error == ENOMEM; tries++) {
        SelectorKey ready[4];
        allowed = tries;
        error = selector_register(s, high, EVENT_WRITE, NULL);
        allowed = -1;
        CHECK_INT(error, tries < 5 ? ENOMEM : 0);
        CHECK_INT(selector_select(s, 0, ready, 4, &count), 0);
        CHECK_INT(count, tries < 5 ? 1 : 2);
    }
    selector_free(s);
    close(high);
    close(ends[0]);
    close(ends[1]);
}

TEST(watching_and_waiting_allocate_nothing)
{
    Selector *s = selector_new();
    SelectorKey ready[1];
    int count, ends[2];
    CHECK_INT(pipe(ends), 0);
    allowed = 0;
    CHECK_INT(selector_register(s, ends[1], EVENT_WRITE, NULL), 0);
    CHECK_INT(selector_modify(s, ends[1], EVENT_WRITE, NULL), 0);
    CHECK_INT(selector_select(s, 0, ready, 1, &count), 0);
    CHECK_INT(count, 1);
    CHECK_INT(selector_unregister(s, ends[1]), 0);
    selector_free(s);
    close(ends[0]);
    close(ends[1]);
}

/* ---- The question ---- */
static void check_asked(double timeout, long seconds, long microseconds)
{
    Selector *s = selector_new();
    SelectorKey ready[1];
    int count;
    CHECK_INT(selector_select(s, timeout, ready, 1, &count), 0);
    CHECK(asked_time != NULL);
    CHECK_INT(asked_value.tv_sec, seconds);
    CHECK_INT(asked_value.tv_usec, microseconds);
    selector_free(s);
}

TEST(a_timeout_is_rounded_up_to_the_microsecond)
{
    check_asked(0, 0, 0);
    check_asked(-3, 0, 0);
    check_asked(-INFINITY, 0, 0);
    check_asked(5e-324, 0, 1);
    check_asked(1e-9, 0, 1);
    check_asked(0.0000015, 0, 2);
    check_asked(0.5, 0, 500000);
    check_asked(1.25, 1, 250000);
    check_asked(0.9999999, 1, 0);
    check_asked(86399.9999999, 86400, 0);
}

TEST(a_timeout_past_a_day_is_a_day)
{
    check_asked(86400, 86400, 0);
    check_asked(1e6, 86400, 0);
    check_asked(1e308, 86400, 0);
}

TEST(an_infinite_timeout_is_none)
{
    Selector *s = selector_new();
    SelectorKey ready[1];
    int count;
    CHECK_INT(selector_select(s, INFINITY, ready, 1, &count), 0);
    CHECK_PTR(asked_time, NULL);
    selector_free(s);
}

TEST(no_more_is_asked_than_is_registered)
{
    Selector *s = selector_new();
    SelectorKey ready[1];
    int count, ends[2];
    CHECK_INT(pipe(ends), 0);
    int high = dup2(ends[0], 40);
    CHECK_INT(selector_register(s, ends[0], EVENT_READ, NULL), 0);
    CHECK_INT(selector_register(s, high, EVENT_READ, NULL), 0);
    CHECK_INT(selector_select(s, 0, ready, 1, &count), 0);
    CHECK_INT(asked_end, high + 1);
    CHECK_INT(selector_unregister(s, high), 0);
    CHECK_INT(selector_select(s, 0, ready, 1, &count), 0);
    CHECK_INT(asked_end, ends[0] + 1);
    CHECK_INT(selector_unregister(s, ends[0]), 0);
    CHECK_INT(selector_select(s, 0, ready, 1, &count), 0);
    CHECK_INT(asked_end, 0);
    selector_free(s);
    close(high);
    close(ends[0]);
    close(ends[1]);
}

/* ---- The answer ---- */
TEST(an_error_of_select_is_the_result_and_nothing_is_lost)
{
    Selector *s = selector_new();
    SelectorKey ready[1];
    int errors[] = { EINVAL, ENOMEM, EIO }, count, ends[2];
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(selector_register(s, ends[1], EVENT_WRITE, NULL), 0);
    for (int i = 0; i < 3; i++) {
        count = -1;
        select_error = errors[i];
        CHECK_INT(selector_select(s, 0, ready, 1, &count), errors[i]);
        CHECK_INT(count, 0);
    }
    int nothing[] = { EINTR, EBADF };    /* EBADF twice: closed meanwhile */
    for (int i = 0; i < 2; i++) {
        count = -1;
        select_error = nothing[i];
        CHECK_INT(selector_select(s, 0, ready, 1, &count), 0);
        CHECK_INT(count, 0);
    }
    select_error = 0;
    CHECK_INT(selector_select(s, 0, ready, 1, &count), 0);
    CHECK_INT(count, 1);
    selector_free(s);
    close(ends[0]);
    close(ends[1]);
}
