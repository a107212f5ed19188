/* Each source counts what was taken from it, so that it can be seen when. */
#include "../../../check.h"
#include "../../../../code/04_coroutines/exercises/2_build_merge/merge.h"

/* ---- Sources ---- */
typedef struct Numbers {
    const int *numbers;
    int n;
    int taken;    /* how many it has yielded */
    int err;      /* what it returns at its end, with detail 77 */
    bool has_ended;
} Numbers;

static int yield_numbers(void *arg, Value *result)
{
    Numbers *source = arg;
    while (source->taken < source->n)
        coro_yield((Value){ .i = source->numbers[source->taken++] });
    source->has_ended = true;
    result->i = 77;
    return source->err;
}

static int yield_evens(void *arg, Value *result)
{
    for (long long i = 0;; i += 2)
        coro_yield((Value){ .i = i });
    return 0;
}

static Coro *begin(CoroFn *function, void *arg)
{
    Coro *coro = coro_new(function, arg, 0);
    CHECK(coro != NULL);
    return coro;
}

/* ---- A merge of two ---- */
#define NUMBERS(...) \
    (Numbers){ (const int[]){ __VA_ARGS__ }, \
               sizeof (int[]){ __VA_ARGS__ } / sizeof(int), 0, 0, false }

static Numbers a, b;
static Merge ab;
static Coro *merged;

static void set_up(Numbers left, Numbers right)
{
    a = left;
    b = right;
    ab = (Merge){ begin(yield_numbers, &a), begin(yield_numbers, &b) };
    merged = begin(merge, &ab);
}

static void tear_down(void)
{
    coro_free(merged);
    coro_free(ab.left);
    coro_free(ab.right);
}

/* What is sent does not matter: so it is something else each time. */
static void check_next(Coro *coro, int number)
{
    static long long sent;
    Value value = { .i = -1 };
    CHECK(coro_resume(coro, (Value){ .i = sent++ }, &value));
    CHECK_INT(value.i, number);
}

static void check_ended(Coro *coro, int err, int result)
{
    Value value = { .i = -1 };
    CHECK(!coro_resume(coro, (Value){ .i = 5 }, NULL));
    CHECK(coro_done(coro));
    CHECK_INT(coro_result(coro, &value), err);
    CHECK_INT(value.i, result);
}

/* ---- The tests ---- */
TEST_FOR(1, the_numbers_of_both_come_in_order)
{
    HINT("yield the lesser of the two numbers that you hold");
    set_up(NUMBERS(1, 4, 5, 9), NUMBERS(2, 3, 6));
    for (int i = 1; i <= 6; i++)
        check_next(merged, i);
    check_next(merged, 9);
    check_ended(merged, 0, 7);
    tear_down();
}

TEST_FOR(1, one_may_end_before_the_other)
{
    HINT("when one has ended, the rest of the other comes; 0 is no end");
    static const Numbers none;
    for (int i = 0; i < 2; i++) {
        Numbers few = NUMBERS(-3, 0), many = NUMBERS(-5, 0, 0, 2, 8, 13);
        set_up(i ? many : few, i ? few : many);
        check_next(merged, -5);
        check_next(merged, -3);
        for (int zeroes = 0; zeroes < 3; zeroes++)
            check_next(merged, 0);
        check_next(merged, 2);
        check_next(merged, 8);
        check_next(merged, 13);
        check_ended(merged, 0, 8);
        tear_down();

        set_up(i ? none : few, i ? few : none);
        check_next(merged, -3);
        check_next(merged, 0);
        check_ended(merged, 0, 2);
        tear_down();
    }
    set_up(none, none);
    check_ended(merged, 0, 0);
    tear_down();
}

TEST_FOR(1, it_takes_no_number_before_it_needs_it)
{
    HINT("yield first, and take the next one when you are resumed");
    set_up(NUMBERS(1, 2, 7), NUMBERS(3, 7, 8));
    CHECK_INT(a.taken + b.taken, 0);
    static const struct { int number, a, b; } steps[] = {
        { 1, 1, 1 }, { 2, 2, 1 }, { 3, 3, 1 }, { 7, 3, 2 }, { 7, 3, 2 },
        { 8, 3, 3 }
    };
    for (int i = 0; i < 6; i++) {
        check_next(merged, steps[i].number);
        CHECK_INT(a.taken, steps[i].a);
        CHECK_INT(b.taken, steps[i].b);
        CHECK_INT(a.has_ended, i >= 4);    /* equal: left comes first */
    }
    CHECK(!b.has_ended);
    check_ended(merged, 0, 6);
    CHECK(b.has_ended);
    tear_down();
}

TEST_FOR(1, the_error_of_a_source_is_its_own)
{
    HINT("no number: ask coro_result() what the source has returned");
    set_up(NUMBERS(1, 2), NUMBERS(2, 9));
    a.err = E_USER;
    check_next(merged, 1);
    check_next(merged, 2);
    check_ended(merged, E_USER, 77);
    CHECK_INT(b.taken, 1);
    tear_down();

    set_up(NUMBERS(5), NUMBERS(1));
    b.err = EPIPE;
    check_next(merged, 1);
    check_ended(merged, EPIPE, 77);
    tear_down();

    set_up(NUMBERS(1), NUMBERS(1));    /* at the first, b has not begun */
    a.n = 0;
    a.err = EIO;
    check_ended(merged, EIO, 77);
    CHECK_INT(b.taken, 0);
    tear_down();
}

TEST_FOR(1, merges_can_be_merged_and_endless)
{
    HINT("all that a merge knows lies on its own stack");
    Numbers c = NUMBERS(1, 3, 8), d = NUMBERS(3, 4);
    set_up(NUMBERS(5, 6), NUMBERS(1, 7));
    Merge cd = { begin(yield_numbers, &c), begin(yield_numbers, &d) };
    Merge both = { merged, begin(merge, &cd) };
    Coro *top = begin(merge, &both);
    static const int wanted[] = { 1, 1, 3, 3, 4, 5, 6, 7, 8 };
    for (int i = 0; i < 9; i++)
        check_next(top, wanted[i]);
    check_ended(top, 0, 9);
    check_ended(both.right, 0, 5);
    coro_free(top);
    coro_free(both.right);
    coro_free(cd.left);
    coro_free(cd.right);
    tear_down();

    Merge twice = { begin(yield_evens, NULL), begin(yield_evens, NULL) };
    merged = begin(merge, &twice);
    for (int i = 0; i < 1000; i++)
        check_next(merged, i / 2 * 2);
    coro_free(merged);
    coro_free(twice.left);
    coro_free(twice.right);
}
