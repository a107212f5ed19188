/* Coroutines as coro.h promises them.  by_signal.c and by_swapcontext.c run
 * the same tests over the other implementations. */
#include <fenv.h>
#include <setjmp.h>
#include <stdatomic.h>

#include "coros.h"

/* ---- Values ---- */
/* Yields arg + 1, then what it was sent + 1, until it is sent 0. */
static int add_one(void *arg, Value *result)
{
    long long n = *(int *)arg, calls = 0;
    do {
        n = coro_yield(of(n + 1)).i;
        calls++;
    } while (n != 0);
    result->i = calls;
    return 0;
}

TEST(values_go_both_ways)
{
    int arg = 10;
    Coro *coro = new_coro(add_one, &arg);
    CHECK_INT(send(coro, 500), 11);    /* nobody waits for the first one */
    CHECK_INT(send(coro, 5), 6);
    CHECK_INT(send(coro, -7), -6);
    CHECK_INT(send(coro, LLONG_MAX - 1), LLONG_MAX);
    finish(coro);
    CHECK_INT(result_of(coro), 4);
    coro_free(coro);
}

static int swap_text(void *arg, Value *result)
{
    result->d = coro_yield((Value){ .s = arg }).d * 2;
    return 0;
}

TEST(a_value_can_be_a_pointer_or_a_double)
{
    static char text[] = "text";
    Value out, result;
    Coro *coro = new_coro(swap_text, text);
    CHECK(coro_resume(coro, of(0), &out));
    CHECK_PTR(out.s, text);
    CHECK(!coro_resume(coro, (Value){ .d = 1.25 }, &out));
    CHECK_PTR(out.s, text);
    CHECK_INT(coro_result(coro, &result), 0);
    CHECK_DOUBLE(result.d, 2.5, 0);
    coro_free(coro);
}

TEST(nobody_need_take_a_value)
{
    int arg = 1;
    Coro *coro = new_coro(add_one, &arg);
    CHECK(coro_resume(coro, of(1), NULL));
    CHECK(coro_resume(coro, of(1), NULL));
    CHECK(!coro_resume(coro, of(0), NULL));
    CHECK_INT(coro_result(coro, NULL), 0);
    coro_free(coro);
}

static int calls;

static int count_call(void *arg, Value *result)
{
    calls++;
    return 0;
}

TEST(a_new_coroutine_has_not_begun)
{
    Value result = of(7);
    Coro *coro = new_coro(count_call, NULL);
    CHECK_INT(calls, 0);
    CHECK(!coro_done(coro));
    CHECK_INT(coro_result(coro, &result), E_INVALID_STATE);
    CHECK_INT(coro_result(coro, NULL), E_INVALID_STATE);
    CHECK_INT(result.i, 7);
    CHECK_PTR(coro_current(), NULL);
    finish(coro);
    CHECK_INT(calls, 1);
    coro_free(coro);
}

/* ---- Results ---- */
static int fail(void *arg, Value *result)
{
    result->s = "detail";
    return *(int *)arg;
}

TEST(an_error_and_its_detail_arrive)
{
    int errors[] = { EPIPE, E_CANCELLED, E_USER, -1, E_STOP_ITERATION };
    for (int i = 0; i < 5; i++) {
        Value result = of(0);
        Coro *coro = new_coro(fail, &errors[i]);
        finish(coro);
        CHECK_INT(coro_result(coro, &result), errors[i]);
        CHECK_STR(result.s, "detail");
        CHECK_INT(coro_result(coro, NULL), errors[i]);
        coro_free(coro);
    }
}

TEST(a_result_can_be_asked_for_again_and_again)
{
    int arg = 1;
    Coro *coro = new_coro(add_one, &arg);
    send(coro, 0);
    CHECK_INT(coro_result(coro, NULL), E_INVALID_STATE);
    finish(coro);
    for (int i = 0; i < 3; i++)
        CHECK_INT(result_of(coro), 1);
    coro_free(coro);
}

static int look_at_result(void *arg, Value *result)
{
    *(bool *)arg = result != NULL && result->i == 0;
    return 0;
}

TEST(a_result_is_zeroed_before)    /* also where another one was */
{
    int error = 1;
    for (int i = 0; i < 3; i++) {
        bool was_zero = false;
        Coro *coro = new_coro(fail, &error);
        finish(coro);
        coro_free(coro);
        coro = new_coro(look_at_result, &was_zero);
        CHECK(coro_resume(coro, of(5), NULL) == false);
        CHECK(was_zero);
        CHECK_INT(result_of(coro), 0);
        coro_free(coro);
    }
}

/* ---- Refusals ---- */
TEST(no_function_is_refused)
{
    errno = 0;
    CHECK_PTR(coro_new(NULL, NULL, 0), NULL);
    CHECK_INT(errno, EINVAL);
    errno = 0;
    CHECK_PTR(coro_new(NULL, "arg", SIZE_MAX), NULL);
    CHECK_INT(errno, EINVAL);
}

TEST(no_room_is_refused)
{
    errno = 0;
    CHECK_PTR(coro_new(count_call, NULL, SIZE_MAX), NULL);
    CHECK_INT(errno, ENOMEM);
    errno = 0;
    CHECK_PTR(coro_new(count_call, NULL, SIZE_MAX / 2), NULL);
    CHECK_INT(errno, ENOMEM);
    Coro *coro = new_coro(count_call, NULL);
    finish(coro);
    coro_free(coro);
}

TEST(one_that_returned_is_not_resumed)
{
    Value out = of(-3);
    Coro *coro = new_coro(count_call, NULL);
    finish(coro);
    for (int i = 0; i < 3; i++)
        CHECK(!coro_resume(coro, of(1), &out));
    CHECK_INT(out.i, -3);
    CHECK(coro_done(coro));
    CHECK_INT(calls, 1);
    CHECK_INT(result_of(coro), 0);
    coro_free(coro);
}

static int resume_itself(void *arg, Value *result)
{
    Value out = of(-3);
    for (int i = 0; i < 2; i++) {
        CHECK(!coro_resume(coro_current(), of(1), &out));
        CHECK_INT(out.i, -3);
        CHECK(!coro_done(coro_current()));
        CHECK_INT(coro_result(coro_current(), &out), E_INVALID_STATE);
        CHECK_INT(coro_yield(of(i)).i, i + 100);
    }
    return 0;
}

TEST(one_that_runs_is_not_resumed_by_itself)
{
    Coro *coro = new_coro(resume_itself, NULL);
    CHECK_INT(send(coro, 0), 0);
    CHECK_INT(send(coro, 100), 1);
    CHECK(!coro_resume(coro, of(101), NULL));
    CHECK(coro_done(coro));
    coro_free(coro);
}

static int resume_above(void *above, Value *result)
{
    Value out = of(-3);
    CHECK(!coro_resume(above, of(1), &out));
    CHECK(!coro_done(above));
    CHECK_INT(out.i, -3);
    coro_yield(of(1));
    CHECK(!coro_resume(above, of(1), &out));
    return 0;
}

static int resume_below(void *arg, Value *result)
{
    Coro *below = new_coro(resume_above, coro_current());
    CHECK_INT(send(below, 0), 1);
    CHECK_INT(coro_yield(of(2)).i, 3);
    finish(below);
    coro_free(below);
    return 0;
}

TEST(one_that_waits_for_another_is_not_resumed_by_it)
{
    Coro *coro = new_coro(resume_below, NULL);
    CHECK_INT(send(coro, 0), 2);
    CHECK(!coro_resume(coro, of(3), NULL));
    CHECK(coro_done(coro));
    coro_free(coro);
}

TEST(outside_there_is_nobody_to_yield_to)
{
    CHECK_PTR(coro_yield(of(5)).p, NULL);
    Coro *coro = new_coro(count_call, NULL);
    CHECK_PTR(coro_yield(of(5)).p, NULL);
    finish(coro);
    CHECK_PTR(coro_yield(of(5)).p, NULL);
    coro_free(coro);
}

/* ---- One inside the other ---- */
static int see_current(void *expected, Value *result)
{
    Coro **mine = expected;
    for (int i = 0; i < 3; i++) {
        CHECK_PTR(coro_current(), *mine);
        coro_yield(of(0));
    }
    return 0;
}

static int see_current_around(void *expected, Value *result)
{
    Coro *inner = NULL, **mine = expected;
    inner = new_coro(see_current, &inner);
    for (int i = 0; i < 3; i++) {
        CHECK_PTR(coro_current(), *mine);
        send(inner, 0);
        CHECK_PTR(coro_current(), *mine);
        coro_yield(of(0));
    }
    coro_free(inner);
    return 0;
}

TEST(the_current_one_is_the_one_that_runs)
{
    Coro *coro = NULL;
    coro = new_coro(see_current_around, &coro);
    for (int i = 0; i < 3; i++) {
        CHECK_PTR(coro_current(), NULL);
        send(coro, 0);
    }
    finish(coro);
    CHECK_PTR(coro_current(), NULL);
    coro_free(coro);
}

/* Counts from 1 to n, by one coroutine inside the other. */
static int count_inside(void *arg, Value *result)
{
    int n = *(int *)arg, less = n - 1;
    if (n > 1) {
        Coro *inner = new_coro(count_inside, &less);
        for (Value out; coro_resume(inner, of(0), &out); )
            coro_yield(out);
        CHECK_INT(result_of(inner), n - 1);
        coro_free(inner);
    }
    coro_yield(of(n));
    result->i = n;
    return 0;
}

TEST(a_hundred_nest)
{
    int n = 100;
    Coro *coro = new_coro(count_inside, &n);
    for (int i = 1; i <= 100; i++)
        CHECK_INT(send(coro, 0), i);
    finish(coro);
    CHECK_INT(result_of(coro), 100);
    coro_free(coro);
}

/* Resumes what it is sent, and yields what that one yields. */
static int pass_on_to(void *arg, Value *result)
{
    Value out = of(0);
    for (;;) {
        Coro *next = coro_yield(out).p;
        if (next == NULL)
            return 0;
        CHECK(coro_resume(next, of(10), &out));
    }
}

TEST(it_yields_to_who_resumed_it_last)
{
    int arg = 1;
    Coro *coro = new_coro(add_one, &arg);
    Coro *first = new_coro(pass_on_to, NULL);
    Coro *second = new_coro(pass_on_to, NULL);
    Value out;
    send(first, 0);
    send(second, 0);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(send(coro, 20), i == 0 ? 2 : 21);
        CHECK(coro_resume(first, (Value){ .p = coro }, &out));
        CHECK_INT(out.i, 11);
        CHECK(coro_resume(second, (Value){ .p = coro }, &out));
        CHECK_INT(out.i, 11);
    }
    finish(first);
    finish(coro);
    finish(second);
    coro_free(coro);
    coro_free(first);
    coro_free(second);
}

static int make_another(void *other, Value *result)
{
    static int arg = 1;
    *(Coro **)other = new_coro(add_one, &arg);
    send(*(Coro **)other, 0);
    return 0;
}

TEST(one_outlives_the_one_that_made_it)
{
    Coro *other = NULL, *coro = new_coro(make_another, &other);
    finish(coro);
    coro_free(coro);
    coro = new_coro(count_call, NULL);    /* where the maker was */
    CHECK_INT(send(other, 41), 42);
    finish(other);
    finish(coro);
    coro_free(other);
    coro_free(coro);
}

/* ---- Freeing ---- */
TEST(nothing_can_be_freed)
{
    coro_free(NULL);
}

TEST(one_that_has_not_begun_can_be_freed)
{
    coro_free(new_coro(count_call, NULL));
    Coro *coro = new_coro(count_call, NULL);
    CHECK_INT(calls, 0);
    finish(coro);
    CHECK_INT(calls, 1);
    coro_free(coro);
}

TEST(one_that_yielded_can_be_freed)
{
    int arg = 1;
    for (int i = 0; i < 100; i++) {
        Coro *coro = new_coro(add_one, &arg);
        CHECK_INT(send(coro, 0), 2);
        CHECK_INT(send(coro, i + 1), i + 2);
        coro_free(coro);
    }
    Coro *coro = new_coro(count_call, NULL);
    finish(coro);
    coro_free(coro);
}

static int free_itself(void *arg, Value *result)
{
    coro_free(coro_current());
    CHECK_INT(coro_yield(of(1)).i, 2);
    coro_free(coro_current());
    Coro *other = new_coro(count_call, NULL);
    CHECK(other != coro_current());
    finish(other);
    coro_free(other);
    result->i = 3;
    return 0;
}

TEST(one_that_runs_is_left_alone)
{
    Coro *coro = new_coro(free_itself, NULL);
    CHECK_INT(send(coro, 0), 1);
    CHECK(!coro_resume(coro, of(2), NULL));
    CHECK_INT(result_of(coro), 3);
    coro_free(coro);
}

static int free_above(void *above, Value *result)
{
    coro_free(above);
    return 0;
}

static int be_freed_from_below(void *arg, Value *result)
{
    Coro *below = new_coro(free_above, coro_current());
    finish(below);
    coro_free(below);
    CHECK_INT(coro_yield(of(1)).i, 2);
    return 0;
}

TEST(one_that_waits_for_another_is_left_alone)
{
    Coro *coro = new_coro(be_freed_from_below, NULL);
    CHECK_INT(send(coro, 0), 1);
    Coro *other = new_coro(count_call, NULL);
    CHECK(other != coro);
    CHECK(!coro_resume(coro, of(2), NULL));
    coro_free(coro);
    coro_free(other);
}

static int keep_one(void *kept, Value *result)
{
    static int arg = 1;
    Coro *inner = *(Coro **)kept = new_coro(add_one, &arg);
    send(inner, 0);
    coro_yield(of(0));
    return 0;
}

TEST(what_one_resumed_lives_on_when_it_is_freed)
{
    Coro *inner = NULL, *coro = new_coro(keep_one, &inner);
    send(coro, 0);
    coro_free(coro);
    CHECK_INT(send(inner, 5), 6);
    finish(inner);
    coro_free(inner);
}

/* ---- What survives ---- */
static long long mix(long long x)
{
    return x * 31 + 7;
}

/* More variables than there are registers, of all kinds. */
static int keep_locals(void *arg, Value *result)
{
    int seed = *(int *)arg;
    int a = seed, b = a + 1, c = b * 2, d = c + 3;
    long long e = mix(d), f = mix(e), g = mix(f), h = mix(g);
    double i = a * 0.5, j = i * 3, k = j + 0.25;
    char text[32];
    snprintf(text, sizeof text, "seed %d", seed);
    for (int n = 0; n < 10; n++) {
        long long in = coro_yield(of(a + b + c + d + n)).i;
        CHECK_INT(in, seed * 100 + n);
        CHECK_INT(h, mix(mix(mix(mix(d)))));
        CHECK_INT(e + f + g, mix(d) + mix(mix(d)) + mix(mix(mix(d))));
        CHECK_DOUBLE(i + j + k, seed * 3.5 + 0.25, 1e-9);
        a += 1, b -= 1, i += 1, j -= 1;
    }
    char wanted[32];
    snprintf(wanted, sizeof wanted, "seed %d", seed);
    CHECK_STR(text, wanted);
    result->i = a + b;
    return 0;
}

TEST(local_variables_survive)
{
    enum { N = 20 };
    int seeds[N];
    Coro *coros[N];
    for (int i = 0; i < N; i++) {
        seeds[i] = i + 1;
        coros[i] = new_coro(keep_locals, &seeds[i]);
        send(coros[i], 0);
    }
    for (int n = 0; n < 10; n++)
        for (int i = N - 1; i >= 0; i--)
            coro_resume(coros[i], of(seeds[i] * 100 + n), NULL);
    for (int i = 0; i < N; i++) {
        CHECK_INT(result_of(coros[i]), 2 * seeds[i] + 1);
        coro_free(coros[i]);
    }
}

static int (*volatile descend_again)(int depth);

static int descend(int depth)
{
    volatile char frame[64];
    frame[0] = (char)depth;
    frame[63] = (char)(depth + 1);
    if (depth == 0)
        coro_yield(of(1));
    else
        CHECK_INT(descend_again(depth - 1), depth - 1);
    CHECK_INT(frame[0], (char)depth);
    CHECK_INT(frame[63], (char)(depth + 1));
    return depth;
}

static int go_deep(void *arg, Value *result)
{
    result->i = descend(150);
    return 0;
}

TEST(it_yields_from_the_depth_of_its_calls)
{
    descend_again = descend;
    Coro *first = new_coro(go_deep, NULL), *second = new_coro(go_deep, NULL);
    send(first, 0);
    send(second, 0);
    finish(first);
    finish(second);
    CHECK_INT(result_of(first), 150);
    CHECK_INT(result_of(second), 150);
    coro_free(first);
    coro_free(second);
}

enum { FRAME = 128 * 1024 };

static int fill_frame(void *arg, Value *result)
{
    char frame[FRAME];
    memset(frame, *(int *)arg, sizeof frame);
    coro_yield((Value){ .p = frame });
    for (size_t i = 0; i < sizeof frame; i++)
        if (frame[i] != *(int *)arg)
            return 1;
    return 0;
}

TEST(half_of_a_stack_is_one_function_s)
{
    int as[] = { 'a', 'b' };
    Coro *a = new_coro(fill_frame, &as[0]), *b = new_coro(fill_frame, &as[1]);
    send(a, 0);
    send(b, 0);
    finish(a);
    finish(b);
    CHECK_INT(coro_result(a, NULL), 0);
    CHECK_INT(coro_result(b, NULL), 0);
    coro_free(a);
    coro_free(b);
}

static int fill_most(void *arg, Value *result)
{
    char frame[900 * 1024];
    memset(frame, 1, sizeof frame);
    coro_yield((Value){ .p = frame });
    result->i = frame[0] + frame[sizeof frame - 1];
    return 0;
}

TEST(a_large_stack_can_be_asked_for)
{
    Coro *coro = coro_new(fill_most, NULL, 1024 * 1024);
    CHECK(coro != NULL);
    send(coro, 0);
    finish(coro);
    CHECK_INT(result_of(coro), 2);
    coro_free(coro);
}

static int print_numbers(void *arg, Value *result)
{
    char *text = arg;
    max_align_t aligned;
    CHECK_INT((uintptr_t)&aligned % _Alignof(max_align_t), 0);
    snprintf(text, 100, "%.2f %.1Lf %d", 1.25, 2.5L, 3);
    return 0;
}

TEST(its_stack_is_aligned)    /* or printf() of a double crashes */
{
    char text[100] = "";
    size_t sizes[] = { 0, 16384, 20001, 65537 };
    for (int i = 0; i < 4; i++) {
        Coro *coro = coro_new(print_numbers, text, sizes[i]);
        CHECK(coro != NULL);
        finish(coro);
        CHECK_STR(text, "1.25 2.5 3");
        text[0] = '\0';
        coro_free(coro);
    }
}

/* ---- What is the thread's ---- */
static int set_errno(void *arg, Value *result)
{
    errno = EDOM;
    coro_yield(of(0));
    CHECK_INT(errno, ERANGE);
    errno = EPIPE;
    return 0;
}

TEST(errno_is_the_thread_s)
{
    Coro *coro = new_coro(set_errno, NULL);
    errno = 0;
    coro_resume(coro, of(0), NULL);
    CHECK_INT(errno, EDOM);
    errno = ERANGE;
    coro_resume(coro, of(0), NULL);
    CHECK_INT(errno, EPIPE);
    coro_free(coro);
}

#ifdef SWITCH_KEEPS_STATE
enum { IS_THE_THREAD_S = false };
#else
enum { IS_THE_THREAD_S = true };
#endif

static bool is_blocked(int signo)
{
    sigset_t mask;
    CHECK_INT(pthread_sigmask(SIG_BLOCK, NULL, &mask), 0);
    return sigismember(&mask, signo) == 1;
}

static void block(int signo)
{
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, signo);
    CHECK_INT(pthread_sigmask(SIG_BLOCK, &mask, NULL), 0);
}

static int block_signal(void *arg, Value *result)
{
    block(SIGUSR1);
    coro_yield(of(0));
    CHECK(is_blocked(SIGUSR1));
    CHECK_INT(is_blocked(SIGHUP), IS_THE_THREAD_S);
    return 0;
}

TEST(the_signal_mask_is_the_thread_s)    /* swapcontext() keeps it apart */
{
    Coro *coro = new_coro(block_signal, NULL);
    send(coro, 0);
    CHECK_INT(is_blocked(SIGUSR1), IS_THE_THREAD_S);
    block(SIGHUP);
    finish(coro);
    CHECK(is_blocked(SIGHUP));
    coro_free(coro);
}

static int round_upward(void *arg, Value *result)
{
    CHECK_INT(fesetround(FE_UPWARD), 0);
    coro_yield(of(0));
    CHECK_INT(fegetround(), IS_THE_THREAD_S ? FE_DOWNWARD : FE_UPWARD);
    return 0;
}

TEST(the_rounding_mode_is_the_thread_s)    /* swapcontext() keeps it apart */
{
#ifndef __linux__
    SKIP("the setjmp() of other systems may keep the rounding mode");
#endif
    Coro *coro = new_coro(round_upward, NULL);
    CHECK_INT(fegetround(), FE_TONEAREST);
    send(coro, 0);
    CHECK_INT(fegetround(), IS_THE_THREAD_S ? FE_UPWARD : FE_TONEAREST);
    CHECK_INT(fesetround(FE_DOWNWARD), 0);
    finish(coro);
    CHECK_INT(fegetround(), FE_DOWNWARD);
    fesetround(FE_TONEAREST);
    coro_free(coro);
}

/* ---- Jumps of the program's own ---- */
static int jump_about(void *arg, Value *result)
{
    jmp_buf where;
    volatile int jumps = 0;
    if (setjmp(where) != 0)
        jumps++;
    CHECK_INT(coro_yield(of(jumps)).i, jumps + 10);
    if (jumps < 4)
        longjmp(where, 1);
    result->i = jumps;
    return 0;
}

TEST(a_program_jumps_inside_a_coroutine)
{
    Coro *a = new_coro(jump_about, NULL), *b = new_coro(jump_about, NULL);
    send(a, 0);
    send(b, 0);
    for (int i = 1; i < 5; i++) {
        CHECK_INT(send(a, i + 9), i);
        CHECK_INT(send(b, i + 9), i);
    }
    CHECK(!coro_resume(a, of(14), NULL));
    CHECK(!coro_resume(b, of(14), NULL));
    CHECK_INT(result_of(a), 4);
    CHECK_INT(result_of(b), 4);
    coro_free(a);
    coro_free(b);
}

TEST(a_program_jumps_outside_meanwhile)
{
    jmp_buf where;
    volatile int jumps = 0;
    int arg = 1;
    Coro *coro = new_coro(add_one, &arg);
    send(coro, 0);
    if (setjmp(where) != 0)
        jumps++;
    CHECK_INT(send(coro, jumps + 1), jumps + 2);
    if (jumps < 4)
        longjmp(where, 1);
    CHECK_INT(jumps, 4);
    finish(coro);
    coro_free(coro);
}

/* ---- Many ---- */
static int step_about(void *arg, Value *result)
{
    long long sum = *(int *)arg;
    for (int i = 0; i < 3; i++)
        sum += coro_yield(of(sum)).i;
    result->i = sum;
    return 0;
}

TEST_LIMIT(60, ten_thousand_take_turns)
{
    int n = many(10000);
    Coro **coros = malloc((size_t)n * sizeof *coros);
    int *args = malloc((size_t)n * sizeof *args);
    CHECK(coros != NULL && args != NULL);
    for (int i = 0; i < n; i++) {
        args[i] = i;
        coros[i] = new_coro(step_about, &args[i]);
    }
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < n; i++)
            CHECK_INT(send(coros[i], i), i * (round + 1LL));
    for (int i = n - 1; i >= 0; i--) {
        CHECK(!coro_resume(coros[i], of(i), NULL));
        CHECK_INT(result_of(coros[i]), i * 4LL);
        coro_free(coros[i]);
    }
    free(coros);
    free(args);
}

static int tell_where(void *where, Value *result)
{
    volatile char here = 0;
    *(uintptr_t *)where = (uintptr_t)&here / (256 * 1024);
    return here;
}

TEST(a_stack_is_used_again)
{
    uintptr_t first = 0, where = 0;
    Coro *coro = new_coro(tell_where, &first);
    finish(coro);
    coro_free(coro);
    for (int i = 0; i < 1000; i++) {
        coro = new_coro(tell_where, &where);
        finish(coro);
        coro_free(coro);
        CHECK_INT(where, first);
    }
}

TEST(one_that_yielded_leaves_its_stack_to_the_next)
{
    int arg = 1;
    Coro *coro = new_coro(add_one, &arg), *first = coro;
    for (int i = 0; i < 100; i++) {
        send(coro, 0);
        coro_free(coro);
        coro = new_coro(add_one, &arg);
        CHECK_PTR(coro, first);
    }
    coro_free(coro);
}

/* ---- Threads ---- */
static void *resume_elsewhere(void *coro)
{
    Value out = of(-3);
    CHECK(!coro_resume(coro, of(1), &out));
    CHECK(!coro_done(coro));
    CHECK_INT(coro_result(coro, &out), E_INVALID_STATE);
    CHECK_INT(out.i, -3);
    return NULL;
}

TEST(one_of_another_thread_is_not_resumed)
{
    int arg = 1;
    Coro *coro = new_coro(add_one, &arg);
    in_thread(resume_elsewhere, coro);
    CHECK_INT(send(coro, 0), 2);
    in_thread(resume_elsewhere, coro);
    CHECK_INT(send(coro, 7), 8);
    finish(coro);
    coro_free(coro);
}

static int spawn_thread(void *arg, Value *result)
{
    in_thread(resume_elsewhere, coro_current());
    return 0;
}

TEST(one_that_runs_is_not_resumed_by_another_thread)
{
    Coro *coro = new_coro(spawn_thread, NULL);
    finish(coro);
    coro_free(coro);
}

static void *see_thread(void *arg)
{
    CHECK_PTR(coro_current(), NULL);
    CHECK_PTR(coro_yield(of(1)).p, NULL);
    return NULL;
}

static int wait_for_thread(void *arg, Value *result)
{
    in_thread(see_thread, NULL);
    CHECK(coro_current() != NULL);
    return 0;
}

TEST(each_thread_has_a_current_one)
{
    Coro *coro = new_coro(wait_for_thread, NULL);
    finish(coro);
    coro_free(coro);
}

static void *work(void *arg)
{
    for (int round = 0; round < 20; round++) {
        Coro *coros[10];
        int args[10];
        for (int i = 0; i < 10; i++) {
            args[i] = i;
            coros[i] = new_coro(step_about, &args[i]);
        }
        for (int times = 0; times < 3; times++)
            for (int i = 0; i < 10; i++)
                CHECK_INT(send(coros[i], i), i * (times + 1));
        for (int i = 0; i < 10; i++) {
            if (i % 2)
                finish(coros[i]);
            coro_free(coros[i]);
        }
    }
    return NULL;
}

enum { THREADS = 4 };
static atomic_int are_there;

/* All make their first at the same time, as far as that can be. */
static void *work_at_once(void *arg)
{
    for (are_there++; are_there < THREADS; )
        poll(NULL, 0, 0);
    return work(arg);
}

TEST(threads_have_coroutines_at_once)
{
    pthread_t ids[THREADS];
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&ids[i], NULL, work_at_once, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(ids[i], NULL), 0);
    work(NULL);
}

static int seven = 7;

static void *leave_three(void *left_behind)
{
    Coro **coros = left_behind;
    coros[0] = new_coro(fail, &seven);
    coros[1] = new_coro(add_one, &seven);
    send(coros[1], 0);
    coros[2] = new_coro(fail, &seven);
    finish(coros[2]);
    return NULL;
}

TEST(what_a_thread_left_can_be_asked_and_freed)
{
    Coro *coros[3];
    for (int round = 0; round < 3; round++) {
        in_thread(leave_three, coros);
        CHECK(!coro_done(coros[0]));
        CHECK(!coro_done(coros[1]));
        CHECK(coro_done(coros[2]));
        CHECK(!coro_resume(coros[0], of(1), NULL));
        CHECK(!coro_resume(coros[1], of(1), NULL));
        CHECK_INT(coro_result(coros[2], NULL), 7);
        for (int i = 0; i < 3; i++)
            coro_free(coros[i]);
        leave_three(coros);    /* on the same stacks */
        for (int i = 0; i < 3; i++)
            coro_free(coros[i]);
    }
}

static void *run_one(void *where)
{
    Coro *coro = new_coro(tell_where, where);
    finish(coro);
    coro_free(coro);
    return NULL;
}

TEST(a_thread_that_ends_gives_its_stacks_on)
{
    uintptr_t first = 0, where = 0;
    in_thread(run_one, &first);
    for (int i = 0; i < 20; i++) {
        in_thread(run_one, &where);
        CHECK_INT(where, first);
    }
    run_one(&where);
    CHECK_INT(where, first);
}
