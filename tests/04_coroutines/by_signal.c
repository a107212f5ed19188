/* The same tests of coroutines and their overflow over stacks that begin by a
 * signal; and that whatever this took is put back. */
#undef _FORTIFY_SOURCE    /* as coro.c has it */
#define CORO_BY_SIGNAL
#include "coros.h"

/* ---- Where it cannot be ---- */
/* What is watched so has one test, and all else has the others. */
static bool is_lost(void)
{
#ifdef HAS_TSAN
    return true;
#else
    return on_valgrind();
#endif
}

static void test_stacks_begin_by_a_signal(void);

static void add_what_can_be(struct CheckTest *test)
{
    if (is_lost() == (test->body == test_stacks_begin_by_a_signal))
        check_add(test);
}
#define check_add(test) add_what_can_be(test)

TEST(stacks_begin_by_a_signal)
{
    SKIP("who watches loses its way when a handler is entered again");
}

#include "../../code/04_coroutines/coro.c"
#include "../../code/04_coroutines/begin_signal.c"
#include "coro.c"
#include "overflow.c"

/* ---- The signal is put back ---- */
static volatile sig_atomic_t plain_calls, info_calls;

static void on_plain(int signo)
{
    plain_calls++;
}

static void on_info(int signo, siginfo_t *info, void *context)
{
    info_calls++;
}

static void handle_plainly(int signo)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_plain;
    CHECK_INT(sigaction(signo, &action, NULL), 0);
}

static int nothing(void *arg, Value *result)
{
    return 0;
}

TEST(the_handler_of_the_signal_is_the_program_s_again)
{
    struct sigaction wanted, is;
    memset(&wanted, 0, sizeof wanted);
    wanted.sa_sigaction = on_info;
    wanted.sa_flags = SA_SIGINFO | SA_RESTART;
    sigaddset(&wanted.sa_mask, SIGHUP);
    CHECK_INT(sigaction(SIGUSR2, &wanted, NULL), 0);
    coro_free(new_coro(nothing, NULL));
    CHECK_INT(sigaction(SIGUSR2, NULL, &is), 0);
    CHECK(is.sa_sigaction == on_info);
    CHECK(is.sa_flags & SA_SIGINFO);
    CHECK(is.sa_flags & SA_RESTART);
    CHECK_INT(is.sa_flags & SA_ONSTACK, 0);
    CHECK_INT(sigismember(&is.sa_mask, SIGHUP), 1);
    CHECK_INT(sigismember(&is.sa_mask, SIGUSR1), 0);
    CHECK_INT(info_calls, 0);
    CHECK_INT(raise(SIGUSR2), 0);
    CHECK_INT(info_calls, 1);
}

TEST(an_ignored_signal_stays_ignored)
{
    struct sigaction is;
    signal(SIGUSR2, SIG_IGN);
    coro_free(new_coro(nothing, NULL));
    CHECK_INT(sigaction(SIGUSR2, NULL, &is), 0);
    CHECK(is.sa_handler == SIG_IGN);
}

static void check_mask(int how_usr2)
{
    sigset_t mask, is;
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    if (how_usr2)
        sigaddset(&mask, SIGUSR2);
    CHECK_INT(pthread_sigmask(SIG_SETMASK, &mask, NULL), 0);
    Coro *coro = new_coro(nothing, NULL);
    CHECK_INT(pthread_sigmask(SIG_SETMASK, NULL, &is), 0);
    for (int signo = 1; signo < 32; signo++)
        CHECK_INT(sigismember(&is, signo), sigismember(&mask, signo));
    finish(coro);
    coro_free(coro);
}

TEST(the_signal_mask_is_put_back)
{
    check_mask(0);
    coro_new(nothing, NULL, 16384);    /* so that the next stack is fresh */
    Coro *kept = new_coro(nothing, NULL);
    check_mask(1);
    coro_free(kept);
}

TEST(the_alternate_stack_is_put_back)
{
    static char memory[64 * 1024];
    stack_t mine = { .ss_sp = memory, .ss_size = sizeof memory }, is;
    CHECK_INT(sigaltstack(&mine, NULL), 0);
    Coro *coro = new_coro(nothing, NULL);
    CHECK_INT(sigaltstack(NULL, &is), 0);
    CHECK_PTR(is.ss_sp, memory);
    CHECK_INT(is.ss_size, sizeof memory);
    CHECK_INT(is.ss_flags & (SS_DISABLE | SS_ONSTACK), 0);
    coro_free(coro);
    mine.ss_flags = SS_DISABLE;
    CHECK_INT(sigaltstack(&mine, NULL), 0);
}

TEST(a_signal_that_waits_behind_the_mask_is_the_program_s)
{
    sigset_t mask, pending;
    handle_plainly(SIGUSR2);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    CHECK_INT(pthread_sigmask(SIG_BLOCK, &mask, NULL), 0);
    CHECK_INT(kill(getpid(), SIGUSR2), 0);
    Coro *coro = new_coro(nothing, NULL);
    finish(coro);
    CHECK_INT(plain_calls, 0);
    CHECK_INT(sigpending(&pending), 0);
    CHECK_INT(sigismember(&pending, SIGUSR2), 1);
    CHECK_INT(pthread_sigmask(SIG_UNBLOCK, &mask, NULL), 0);
    CHECK_INT(plain_calls, 1);
    coro_free(coro);
}

static int raise_in(void *arg, Value *result)
{
    raise(SIGUSR2);
    coro_yield(of(0));
    raise(SIGUSR2);
    return 0;
}

TEST(a_coroutine_takes_the_program_s_signal)
{
    handle_plainly(SIGUSR2);
    Coro *coro = new_coro(raise_in, NULL);
    send(coro, 0);
    CHECK_INT(plain_calls, 1);
    finish(coro);
    CHECK_INT(plain_calls, 2);
    coro_free(coro);
}

/* ---- While others send it ---- */
static atomic_bool is_over;
static atomic_int sent;

static void *keep_sending(void *to)
{
    while (!is_over) {
        pthread_kill(*(pthread_t *)to, SIGUSR2);
        sent++;
        poll(NULL, 0, 1);
    }
    return NULL;
}

TEST(stacks_begin_while_another_thread_sends_the_signal)
{
    pthread_t me_here = pthread_self(), id;
    Coro *coros[200];
    handle_plainly(SIGUSR2);
    CHECK_INT(pthread_create(&id, NULL, keep_sending, &me_here), 0);
    while (sent == 0)
        poll(NULL, 0, 1);
    for (int i = 0; i < 200; i++)
        coros[i] = new_coro(raise_in, NULL);
    is_over = true;
    CHECK_INT(pthread_join(id, NULL), 0);
    for (int i = 0; i < 200; i++) {
        send(coros[i], 0);
        finish(coros[i]);
        coro_free(coros[i]);
    }
    CHECK(plain_calls >= 400);
}
