/* Workers that die: each is an error of its job, and the pool goes on. */
#include "workers.h"

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

static long long ask(Executor *executor, WorkFn *function)
{
    Value value = nothing;
    CHECK_INT(result_of(submit(executor, function, NULL), &value), 0);
    return value.i;
}

static long long pid_of(Executor *executor)
{
    return ask(executor, tell_pid);
}

static int die_by_exit(void *arg, Value *result)
{
    _exit((int)(intptr_t)arg);
}

static int die_by_signal(void *arg, Value *result)
{
    signal((int)(intptr_t)arg, SIG_DFL);
    raise((int)(intptr_t)arg);
    return 0;
}

static void check_death(Executor *executor, WorkFn *function, int how,
                        int wanted)
{
    Value value = nothing;
    void *arg = (void *)(intptr_t)how;
    CHECK_INT(result_of(submit(executor, function, arg), &value), ECHILD);
    CHECK_INT(value.i, wanted);
}

/* ---- At work ---- */
TEST(one_that_exits_is_replaced)
{
    Executor *executor = new_processes(1);
    long long before = pid_of(executor);
    check_death(executor, die_by_exit, 3, 3);
    CHECK(pid_of(executor) != before);
    check_death(executor, die_by_exit, 0, 0);
    CHECK(pid_of(executor) > 0);
    executor_free(executor);
}

TEST(one_that_a_signal_kills_is_replaced)
{
    Executor *executor = new_processes(1);
    check_death(executor, die_by_signal, SIGKILL, -SIGKILL);
    check_death(executor, die_by_signal, SIGTERM, -SIGTERM);    /* twice */
    CHECK(pid_of(executor) > 0);
    executor_free(executor);
}

TEST(the_others_do_not_notice)
{
    Stay stay;
    stay_begin(&stay);
    Executor *executor = new_processes(2);
    ConcurrentFuture *future = submit(executor, stay_there, &stay);
    pass(&stay.begun, 1);
    for (int i = 1; i < 4; i++)
        check_death(executor, die_by_exit, i, i);
    open_gate(&stay.go, 1);
    CHECK_INT(result_of(future, NULL), 0);
    executor_free(executor);
    stay_end(&stay);
}

TEST(a_pool_ends_although_its_last_worker_is_dead)
{
    Executor *executor = new_processes(2);
    check_death(executor, die_by_exit, 9, 9);
    executor_free(executor);
}

/* ---- Idle ---- */
/* Until it has closed its descriptors, as nobody but Linux tells. */
static void wait_until_dead(long long pid)
{
    char path[60], text[200] = "", *state = text;
    snprintf(path, sizeof path, "/proc/%lld/stat", pid);
    do {
        FILE *file = fopen(path, "r");
        if (file == NULL)
            return;
        CHECK(fgets(text, sizeof text, file) != NULL);
        fclose(file);
        state = strrchr(text, ')');
        CHECK(state != NULL);
        yield_processor();
    } while (state[2] != 'Z' && state[2] != 'X');
}

TEST(of_one_that_dies_while_it_is_idle_nobody_hears)
{
    if (access("/proc/self/stat", R_OK) != 0)
        SKIP("no /proc to see a process die");
    Executor *executor = new_processes(1);
    for (int i = 0; i < 3; i++) {
        long long before = pid_of(executor);
        CHECK_INT(kill((pid_t)before, SIGKILL), 0);
        wait_until_dead(before);
        CHECK(pid_of(executor) != before);
    }
    executor_free(executor);
}

/* ---- Ctrl-C ---- */
static volatile sig_atomic_t interrupts;

static void interrupted(int signo)
{
    interrupts++;
}

TEST(an_interrupt_ends_the_job_and_not_the_pool)
{
    struct sigaction action = { .sa_handler = interrupted,
                                .sa_flags = SA_RESTART };
    Stay stay;
    stay_begin(&stay);
    CHECK_INT(sigaction(SIGINT, &action, NULL), 0);
    Executor *executor = new_processes(1);
    long long watcher = ask(executor, tell_guard);
    for (int i = 0; i < 2; i++) {
        ConcurrentFuture *future = submit(executor, stay_there, &stay);
        pass(&stay.begun, 1);
        CHECK_INT(kill(0, SIGINT), 0);    /* all, as a terminal does */
        Value value = nothing;
        CHECK_INT(result_of(future, &value), ECHILD);
        CHECK_INT(value.i, -SIGINT);
    }
    CHECK_INT(interrupts, 2);
    CHECK_INT(ask(executor, tell_guard), watcher);    /* it has stayed */
    CHECK(pid_of(executor) > 0);
    executor_free(executor);
    stay_end(&stay);
}

/* ---- Guards ---- */
static int kill_guard(void *arg, Value *result)
{
    kill(getppid(), SIGKILL);
    return 0;
}

TEST(a_guard_that_is_killed_is_replaced_too)
{
    Executor *executor = new_processes(1);
    for (int i = 0; i < 2; i++) {
        check_death(executor, kill_guard, 0, -SIGKILL);
        CHECK(pid_of(executor) > 0);
    }
    executor_free(executor);
}

static int kill_guard_and_stay(void *arg, Value *result)
{
    kill(getppid(), SIGKILL);
    return stay_there(arg, result);
}

/* All of them have the writing end. */
static void wait_for_end(Gate *gate)
{
    char byte;
    close(gate->ends[1]);
    CHECK_INT(read(gate->ends[0], &byte, 1), 0);
    close(gate->ends[0]);
}

TEST(and_nobody_waits_for_what_it_had_begun)
{
    Gate alive = new_gate();
    Stay stay;
    stay_begin(&stay);
    Executor *executor = new_processes(1);
    ConcurrentFuture *future = submit(executor, kill_guard_and_stay, &stay);
    CHECK_INT(result_of(future, NULL), ECHILD);
    pass(&stay.begun, 1);
    CHECK(pid_of(executor) > 0);
    executor_free(executor);
    open_gate(&stay.go, 1);    /* only now does it end */
    wait_for_end(&alive);
    stay_end(&stay);
}

/* ---- The parent ---- */
static int hold(void *arg, Value *result)
{
    Gate *gates = arg;
    open_gate(&gates[0], 1);
    pass(&gates[1], 1);
    return 0;
}

TEST(when_the_parent_dies_all_do)
{
    Gate alive = new_gate();
    pid_t child = fork();
    if (child == 0) {
        Executor *executor = new_processes(2);
        pid_of(executor);
        _exit(0);
    }
    CHECK_INT(waitpid(child, NULL, 0), child);
    wait_for_end(&alive);
}

TEST(even_if_it_is_killed_while_they_work)
{
    Gate alive = new_gate(), gates[] = { new_gate(), new_gate() };
    pid_t child = fork();
    if (child == 0) {
        Executor *executor = new_processes(2);
        submit(executor, hold, gates);
        submit(executor, hold, gates);
        pause();
    }
    pass(&gates[0], 2);
    CHECK_INT(kill(child, SIGKILL), 0);
    CHECK_INT(waitpid(child, NULL, 0), child);
    open_gate(&gates[1], 2);    /* what they do, they do to its end */
    wait_for_end(&alive);
    free_gate(&gates[0]);
    free_gate(&gates[1]);
}

/* ---- In children ---- */
static int add_with_a_pool(void *arg, Value *result)
{
    Executor *executor = process_pool_executor_new(1);
    long long mine = getpid(), its = executor != NULL ? pid_of(executor) : mine;
    executor_free(executor);
    result->i = its != mine;
    return 0;
}

TEST(a_child_may_have_a_pool_of_its_own)
{
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        Value value = nothing;
        add_with_a_pool(NULL, &value);
        _exit(value.i == 1 ? 3 : 4);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 3);
}

TEST(so_may_a_job)
{
#ifdef CHECK_TSAN
    SKIP("ThreadSanitizer has no threads in the child of several");
#endif
    Executor *executor = new_processes(1);
    Value value = nothing;
    CHECK_INT(result_of(submit(executor, add_with_a_pool, NULL), &value), 0);
    CHECK_INT(value.i, 1);
    executor_free(executor);
}
