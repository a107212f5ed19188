/* Five pitfalls of coroutines: each of them fallen into, and its cure. */
#include "../../03_futures/demo/virtual.h"
#include "../coro.h"

static const Value nothing = { .p = NULL };

static Coro *coroutine(CoroFn *function, void *arg)
{
    return must_have(coro_new(function, arg, 0), "coroutine");
}

static const char *yes_or_no(bool yes)
{
    return yes ? "yes" : "no";
}

/* ---- More than there is ---- */
static int one_and_two(void *arg, Value *result)
{
    coro_yield((Value){ .i = 1 });
    coro_yield((Value){ .i = 2 });
    return 0;
}

static void more_than_there_is(void)
{
    Value value = nothing;
    Coro *coro = coroutine(one_and_two, NULL);
    for (int i = 0; i < 3; i++) {
        coro_resume(coro, nothing, &value);
        printf("   unasked: %lld\n", value.i);
    }
    coro_free(coro);
    coro = coroutine(one_and_two, NULL);
    while (coro_resume(coro, nothing, &value))
        printf("   asked: %lld\n", value.i);
    coro_free(coro);
}

/* ---- Sent before anybody listens ---- */
static int listen_for(void *arg, Value *result)
{
    Value heard = coro_yield(nothing);
    printf("   heard: %s\n", heard.s);
    return 0;
}

static void sent_too_early(void)
{
    Coro *coro = coroutine(listen_for, NULL);
    coro_resume(coro, (Value){ .s = "the first word" }, NULL);
    coro_resume(coro, (Value){ .s = "the second word" }, NULL);
    coro_free(coro);
}

/* ---- A buffer that is used again ---- */
static int name_days(void *arg, Value *result)
{
    char day[16];
    for (int i = 1; i <= 2; i++) {
        snprintf(day, sizeof day, "day %d", i);
        coro_yield((Value){ .s = day });
    }
    return 0;
}

static void used_again(void)
{
    Value first = nothing, second = nothing;
    char copy[16];
    Coro *coro = coroutine(name_days, NULL);
    coro_resume(coro, nothing, &first);
    snprintf(copy, sizeof copy, "%s", first.s);
    coro_resume(coro, nothing, &second);
    printf("   kept: %s, %s\n", first.s, second.s);
    printf("   copied: %s, %s\n", copy, second.s);
    coro_free(coro);
}

/* ---- Resumed by itself ---- */
static int resume_myself(void *arg, Value *result)
{
    bool resumed = coro_resume(coro_current(), nothing, NULL);
    printf("   resumed: %s; ", yes_or_no(resumed));
    printf("ended: %s\n", yes_or_no(coro_done(coro_current())));
    return 0;
}

static void by_itself(void)
{
    Coro *coro = coroutine(resume_myself, NULL);
    coro_resume(coro, nothing, NULL);
    printf("   later, ended: %s\n", yes_or_no(coro_done(coro)));
    coro_free(coro);
}

/* ---- Freed in the middle ---- */
/* Goes on until it is sent something. */
static int borrow(void *borrowed, Value *result)
{
    ++*(int *)borrowed;
    while (coro_yield(nothing).i == 0)
        ;
    --*(int *)borrowed;
    return 0;
}

static void freed_in_the_middle(void)
{
    int borrowed = 0;
    Coro *coro = coroutine(borrow, &borrowed);
    coro_resume(coro, nothing, NULL);
    coro_free(coro);
    printf("   freed: %d not given back\n", borrowed);
    borrowed = 0;
    coro = coroutine(borrow, &borrowed);
    coro_resume(coro, nothing, NULL);
    coro_resume(coro, (Value){ .i = 1 }, NULL);
    coro_free(coro);
    printf("   told to end, then freed: %d not given back\n", borrowed);
}

/* ---- All five ---- */
static void fall_into(const char *title, void (*pitfall)(void))
{
    puts(title);
    pitfall();
}

int main(void)
{
    fall_into("1. Resumed more often than it yields:", more_than_there_is);
    fall_into("2. Sent before it has begun:", sent_too_early);
    fall_into("3. Yielded a buffer, and filled it anew:", used_again);
    fall_into("4. Resumed by itself:", by_itself);
    fall_into("5. Freed in the middle:", freed_in_the_middle);
    return 0;
}
