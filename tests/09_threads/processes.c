/* A pool of processes: what crosses to them, and what is theirs. */
#include "workers.h"

#include <sys/resource.h>
#include <sys/socket.h>

/* ---- Helpers ---- */
static Executor *new_processes(size_t max_workers)
{
    Executor *executor = process_pool_executor_new(max_workers);
    CHECK(executor != NULL);
    return executor;
}

static int tell_pid(void *arg, Value *result)
{
    result->i = getpid();
    return 0;
}

static int tell_guard(void *arg, Value *result)
{
    result->i = getppid();
    return 0;
}

static pid_t pid_of(Executor *executor, WorkFn *function)
{
    Value value = nothing;
    CHECK_INT(result_of(submit(executor, function, NULL), &value), 0);
    return (pid_t)value.i;
}

/* ---- Values ---- */
static int halve(void *arg, Value *result)
{
    result->d = *(double *)arg / 2;
    return 0;
}

static int fail_as_told(void *arg, Value *result)
{
    result->i = -5;
    return (int)(intptr_t)arg;
}

static double number = 5;

TEST(values_cross_bit_by_bit)
{
    Executor *executor = new_processes(1);
    Value value = nothing;
    CHECK_INT(result_of(submit(executor, halve, &number), &value), 0);
    CHECK_DOUBLE(value.d, 2.5, 0);
    CHECK_INT(result_of(submit(executor, return_seven, NULL), &value), 0);
    CHECK_INT(value.i, 7);
    executor_free(executor);
}

TEST(errors_cross_with_their_detail)
{
    static const int errors[] = { EPIPE, E_TIMEOUT, E_USER, 0 };
    Executor *executor = new_processes(1);
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        Value value = nothing;
        void *arg = (void *)(intptr_t)errors[i];
        CHECK_INT(result_of(submit(executor, fail_as_told, arg), &value),
                  errors[i]);
        CHECK_INT(value.i, -5);
    }
    executor_free(executor);
}

TEST(they_see_the_memory_of_the_moment_when_they_were_made)
{
    number = 8;
    Executor *executor = new_processes(1);
    number = 100;
    Value value = nothing;
    CHECK_INT(result_of(submit(executor, halve, &number), &value), 0);
    CHECK_DOUBLE(value.d, 4, 0);
    executor_free(executor);
}

/* ---- Processes ---- */
TEST(jobs_run_in_another_process)
{
    Executor *executor = new_processes(1);
    pid_t pid = pid_of(executor, tell_pid);
    CHECK(pid != getpid());
    CHECK_INT(pid_of(executor, tell_pid), pid);    /* always the same */
    executor_free(executor);
}

static int pass_there(void *arg, Value *result)
{
    Stay *stay = arg;
    int err = stay_there(stay, result);
    result->i = getpid();
    return err;
}

TEST(several_run_at_once_each_in_its_own)
{
    Stay stay;
    stay_begin(&stay);
    Executor *executor = new_processes(2);
    ConcurrentFuture *a = submit(executor, pass_there, &stay);
    ConcurrentFuture *b = submit(executor, pass_there, &stay);
    pass(&stay.begun, 2);
    open_gate(&stay.go, 2);
    Value one = nothing, other = nothing;
    CHECK_INT(result_of(a, &one), 0);
    CHECK_INT(result_of(b, &other), 0);
    CHECK(one.i != other.i);
    CHECK_INT(stay.runs, 0);    /* theirs were counted there */
    executor_free(executor);
    stay_end(&stay);
}

TEST(who_says_no_number_gets_one_for_each_core)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    Executor *executor = new_processes(0);
    CHECK_INT(executor->max_workers, cores < 1 ? 1 : cores);
    executor_free(executor);
}

TEST(a_pool_that_is_never_used_leaves_nothing)
{
    Executor *executor = new_processes(3);
    CHECK_INT(executor_shutdown(executor, true, false), 0);
    executor_free(executor);
    executor_free(new_processes(2));
}

TEST(at_the_end_all_its_processes_are_gone)
{
    Executor *executor = new_processes(1);
    pid_t runner = pid_of(executor, tell_pid);
    pid_t watcher = pid_of(executor, tell_guard);
    CHECK_INT(kill(runner, 0), 0);
    CHECK_INT(kill(watcher, 0), 0);
    CHECK_INT(executor_shutdown(executor, true, false), 0);
    CHECK_INT(kill(runner, 0), -1);
    CHECK_INT(errno, ESRCH);
    CHECK_INT(kill(watcher, 0), -1);
    CHECK_INT(errno, ESRCH);
    executor_free(executor);
}

TEST(two_pools_do_not_disturb_each_other)
{
    Executor *a = new_processes(2), *b = new_processes(2);
    CHECK(pid_of(a, tell_pid) != pid_of(b, tell_pid));
    executor_free(a);    /* although the guards of b know its sockets */
    CHECK(pid_of(b, tell_pid) > 0);
    a = new_processes(1);
    executor_free(b);
    CHECK(pid_of(a, tell_pid) > 0);
    executor_free(a);
}

/* ---- Cancelling ---- */
TEST(a_job_of_a_process_is_cancelled_before_it_begins)    /* L15 */
{
    Stay stay;
    stay_begin(&stay);
    Executor *executor = new_processes(1);
    ConcurrentFuture *first = submit(executor, stay_there, &stay);
    ConcurrentFuture *second = submit(executor, stay_there, &stay);
    pass(&stay.begun, 1);
    CHECK(!concurrent_future_cancel(first));
    CHECK(concurrent_future_cancel(second));
    open_gate(&stay.go, 2);
    CHECK_INT(result_of(first, NULL), 0);
    CHECK_INT(result_of(second, NULL), E_CANCELLED);
    executor_free(executor);
    pass(&stay.go, 1);    /* the second one did not take it */
    stay_end(&stay);
}

/* ---- What is not inherited ---- */
static void ignore(int signo)
{
}

static int look_around(void *arg, Value *result)
{
    struct sigaction caught, ignored;
    sigset_t mask;
    sigaction(SIGUSR1, NULL, &caught);
    sigaction(SIGUSR2, NULL, &ignored);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    result->i = (caught.sa_handler == SIG_DFL) +
                2 * (ignored.sa_handler == SIG_IGN) +
                4 * !sigismember(&mask, SIGTERM) +
                8 * (async_get_running_loop() == NULL) +
                16 * (async_current_task() == NULL);
    return 0;
}

static int look_from_a_task(void *arg, Value *result)
{
    sigset_t mask;
    Value value = nothing;
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    signal(SIGUSR1, ignore);
    signal(SIGUSR2, SIG_IGN);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    Executor *executor = new_processes(1);
    CHECK_INT(result_of(submit(executor, look_around, NULL), &value), 0);
    CHECK_INT(value.i, 31);
    executor_free(executor);
    return 0;
}

TEST(they_have_no_loop_no_task_and_no_handlers)
{
    play(look_from_a_task, NULL);
}

static int print_inside(void *arg, Value *result)
{
    printf("inside ");
    return 0;
}

TEST(what_was_printed_is_written_once)
{
    FILE *file = tmpfile();
    char text[80] = "";
    int before = dup(1);
    CHECK(file != NULL && before >= 0);
    dup2(fileno(file), 1);
    printf("before ");
    Executor *executor = new_processes(1);
    CHECK_INT(result_of(submit(executor, print_inside, NULL), NULL), 0);
    executor_free(executor);
    printf("after\n");
    fflush(stdout);
    dup2(before, 1);
    close(before);
    rewind(file);
    CHECK(fgets(text, sizeof text, file) != NULL);
    CHECK_STR(text, "before inside after\n");
    fclose(file);
}

/* ---- Without descriptors ---- */
/* valgrind does as if there were a limit, but not for sockets. */
static bool is_limited(void)
{
    int pairs[10][2], count = 0;
    while (count < 10 &&
           socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[count]) == 0)
        count++;
    for (int i = 0; i < count; i++) {
        close(pairs[i][0]);
        close(pairs[i][1]);
    }
    return count < 10;
}

TEST(a_pool_that_cannot_be_made_leaves_nothing)
{
    struct rlimit limit;
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = 8;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
    if (!is_limited())
        SKIP("the limit of descriptors does not hold here");
    errno = 0;
    CHECK_PTR(process_pool_executor_new(20), NULL);
    CHECK_INT(errno, EMFILE);
}
