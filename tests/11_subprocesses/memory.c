/* What fails while a child is started, or talked to: memory, descriptors, the
 * system.  Nothing is lost.  For that the layer is compiled in here, over an
 * allocator and a posix_spawnp() of our own. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1    /* as spawn.c has it */
#endif
#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int allowed = -1;    /* allocations until one fails; -1: none does */
static int spawn_error;     /* what posix_spawnp() says; 0: it works */

static bool refuse(void)
{
    return allowed >= 0 && allowed-- == 0;
}

static void *test_malloc(size_t size)
{
    return refuse() ? NULL : malloc(size);
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

static void *test_realloc(void *memory, size_t size)
{
    return refuse() ? NULL : realloc(memory, size);
}

static int test_spawnp(pid_t *pid, const char *file,
                       const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes,
                       char *const argv[], char *const env[])
{
    if (spawn_error != 0)
        return spawn_error;
    return posix_spawnp(pid, file, actions, attributes, argv, env);
}

#define posix_spawnp test_spawnp
#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(memory, size) test_realloc(memory, size)
#include "../../code/11_subprocesses/spawn.c"
#include "../../code/11_subprocesses/process.c"
#include "../../code/11_subprocesses/reap.c"
#define closing streams_closing
#define join join_streams
#define leave leave_streams
#include "../../code/02_callbacks/ready.c"
#include "../../code/10_streams/buffer.c"
#include "../../code/10_streams/transport.c"
#include "../../code/10_streams/reader.c"
#undef closing
#undef join
#undef leave
#undef malloc
#undef calloc
#undef realloc
#undef posix_spawnp

#include <sys/resource.h>

#define spawn begin_one    /* there is one inside, too */
#include "children.h"

/* ---- Starting ---- */
static int start_without_memory(void *arg, Value *result)
{
    Process *process = (Process *)&all_pipes;
    allowed = *(int *)arg;
    int err = async_create_subprocess_exec(ARGV("cat"), &all_pipes, &process);
    bool was_refused = allowed == -1;
    allowed = -1;
    result->i = err;
    CHECK_INT(err, was_refused ? ENOMEM : 0);
    CHECK((process == NULL) == was_refused);
    if (process == NULL) {
        CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);    /* there is no child */
        process = exec(ARGV("cat"), &all_pipes);      /* and there may be one */
    }
    CHECK_INT(process_communicate(process, NULL, 0, NULL, NULL), 0);
    process_free(process);
    return 0;
}

TEST_LIMIT(60, without_memory_there_is_no_child_and_nothing_is_lost)
{
    int refused = 0;
    for (Value value = { .i = ENOMEM }; value.i == ENOMEM; refused++) {
        Loop *loop = real_loop();
        Task *task = new_task(loop, start_without_memory, &refused);
        CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
        task_release(task);
        loop_free(loop);
    }
    CHECK(refused > 6);    /* the process, its pipes, what is of the loop */
}

/* ---- Talking ---- */
static char input[1000000];

static int talk_without_memory(void *arg, Value *result)
{
    Bytes output = { NULL, 1 }, error = { NULL, 1 };
    Process *process = exec(ARGV("cat"), &all_pipes);
    allowed = *(int *)arg;
    int err = process_communicate(process, input, sizeof input, &output,
                                  &error);
    bool was_refused = allowed == -1;
    allowed = -1;
    CHECK_INT(err, was_refused ? ENOMEM : 0);
    CHECK_INT(output.length, was_refused ? 0 : sizeof input);
    CHECK((output.data == NULL) == was_refused);
    CHECK((error.data == NULL) == was_refused);
    free(output.data);
    free(error.data);
    process_free(process);
    result->i = err;
    return 0;
}

TEST_LIMIT(60, without_memory_communicate_says_so_and_nothing_is_lost)
{
    int refused = 0;
    for (Value value = { .i = ENOMEM }; value.i == ENOMEM; refused++) {
        Loop *loop = real_loop();
        Task *task = new_task(loop, talk_without_memory, &refused);
        CHECK_INT(loop_run_until_complete(loop, task, &value), 0);
        task_release(task);
        loop_free(loop);
    }
    CHECK(refused > 3);
}

/* ---- Descriptors ---- */
static int start_with_so_many(void *arg, Value *result)
{
    struct rlimit before, less;
    Process *process = NULL;
    int free_one = dup(0);
    close(free_one);
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
    less = before;
    less.rlim_cur = (rlim_t)(free_one + *(int *)arg);
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &less), 0);
    int err = async_create_subprocess_exec(ARGV("cat"), &all_pipes, &process);
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &before), 0);
    CHECK_INT(err, *(int *)arg < 6 ? EMFILE : 0);
    CHECK((process == NULL) == (err != 0));
    if (process != NULL)
        CHECK_INT(process_communicate(process, NULL, 0, NULL, NULL), 0);
    process_free(process);
    pause_turns(3);
    CHECK_INT(dup(0), free_one);    /* all others were closed */
    close(free_one);
    return 0;
}

TEST_LIMIT(60, without_descriptors_there_is_no_child_and_none_is_lost)
{
    for (int count = 0; count <= 6; count++)
        live(start_with_so_many, &count);
}

/* Where 0 to 2 are closed, pipes need more: they are lifted. */
static int start_with_so_few(void *arg, Value *result)
{
    struct rlimit before, less;
    Process *process = NULL;
    int saved = fcntl(0, F_DUPFD_CLOEXEC, 100), free_one = dup(0), err = 0;
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
    less = before;
    close(free_one);
    close(0);
    for (int more = 0; more < 8 && process == NULL; more++) {
        less.rlim_cur = (rlim_t)(free_one + more);
        setrlimit(RLIMIT_NOFILE, &less);
        err = async_create_subprocess_exec(ARGV("cat"), &all_pipes, &process);
        setrlimit(RLIMIT_NOFILE, &before);
        CHECK_INT(err, process == NULL ? EMFILE : 0);
        pause_turns(3);
        CHECK(process != NULL || fcntl(0, F_GETFD) < 0);
    }
    CHECK(process != NULL);
    CHECK_INT(process_communicate(process, NULL, 0, NULL, NULL), 0);
    process_free(process);
    pause_turns(3);
    dup2(saved, 0);
    close(saved);
    return 0;
}

TEST_LIMIT(60, also_where_0_is_closed)
{
    live(start_with_so_few, NULL);
}

/* ---- The system ---- */
static int start_and_fail(void *arg, Value *result)
{
    static const int errors[] = { EAGAIN, ENOMEM, EACCES, EIO };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        int free_one = dup(0);
        close(free_one);
        spawn_error = errors[i];
        CHECK_INT(refusal_of(ARGV("cat"), &all_pipes), errors[i]);
        CHECK_INT(refusal_of(ARGV("cat"), NULL), errors[i]);
        spawn_error = 0;
        pause_turns(3);
        CHECK_INT(dup(0), free_one);
        close(free_one);
    }
    expect_end(exec(ARGV("true"), NULL), 0);
    return 0;
}

TEST_LIMIT(60, what_the_system_refuses_leaves_nothing_behind)
{
    live(start_and_fail, NULL);
}

static int fail_and_leave(void *arg, Value *result)
{
    spawn_error = EAGAIN;
    CHECK_INT(refusal_of(ARGV("cat"), &all_pipes), EAGAIN);
    spawn_error = 0;
    return 0;
}

TEST_LIMIT(60, also_when_the_loop_closes_at_once)
{
    live(fail_and_leave, NULL);
}

/* Nothing real is pending, so virtual time goes on. */
static int fail_in_virtual_time(void *arg, Value *result)
{
    CHECK_INT(fail_and_leave(NULL, NULL), 0);
    rest(36000);
    CHECK(now() >= 36000);
    return 0;
}

TEST_LIMIT(60, virtual_time_does_not_wait_for_one_that_did_not_start)
{
    play(fail_in_virtual_time, NULL);
}
