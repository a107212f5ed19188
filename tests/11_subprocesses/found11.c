/* Mistakes that readers of the children have found, and that are no more. */
#include "children.h"

#include "../../code/09_threads/threads.h"
#include "../../code/10_streams/stream_inside.h"

#include <signal.h>

/* ---- A loop in a worker thread ---- */
/* A cat whose input stays open ends by the signal, or never. */
static int terminate_one(void *arg, Value *result)
{
    Process *process = start_cat();
    CHECK_INT(process_terminate(process), 0);
    expect_end(process, -SIGTERM);
    return 0;
}

static int live_elsewhere(void *arg, Value *result)
{
    live(terminate_one, NULL);
    return 0;
}

static int wait_for_job(void *executor, Value *result)
{
    Loop *loop = async_get_running_loop();
    Future *job = loop_run_in_executor(loop, executor, live_elsewhere, NULL);
    CHECK(job != NULL);
    CHECK_INT(await(job, NULL), 0);
    future_release(job);
    return 0;
}

TEST(a_child_of_a_loop_in_a_worker_can_be_terminated)
{
    Executor *executor = thread_pool_executor_new(1);
    CHECK(executor != NULL);
    live(wait_for_job, executor);
    executor_free(executor);
}

/* ---- A loop that closes in the middle of a talk ---- */
/* Its output ends, its errors do not. */
static Process *start_half(void)
{
    static const SubprocessOptions outputs = { .output = SUBPROCESS_PIPE,
                                               .error = SUBPROCESS_PIPE };
    return shell("echo hello; exec >&-; exec sleep 1000", &outputs);
}

static int talk(void *process, Value *result)
{
    Bytes output = { story, 1 }, error = output;
    int err = process_communicate(process, NULL, 0, &output, &error);
    CHECK_PTR(output.data, NULL);
    CHECK_PTR(error.data, NULL);
    CHECK_INT(output.length + error.length, 0);
    return err;
}

/* The talk, once it has read the output to its end. */
static Task *begin_talk(Process *process)
{
    Task *task = begin(talk, process);
    while (!process_stdout(process)->is_eof)
        rest(0.002);
    pause_turns(5);
    CHECK(!future_done(task));
    return task;
}

static int stop_halfway(void *arg, Value *result)
{
    result->p = start_half();
    task_release(begin_talk(result->p));
    return 0;
}

TEST(a_loop_that_closes_in_the_middle_of_communicate_loses_no_memory)
{
    Value process = nothing;
    Loop *loop = real_loop();
    loop_set_exception_handler(loop, silence, NULL);
    Task *task = new_task(loop, stop_halfway, NULL);
    CHECK_INT(loop_run_until_complete(loop, task, &process), 0);
    task_release(task);
    loop_free(loop);
    process_free(process.p);
}

/* ---- A task of another loop ---- */
static int start_one(void *arg, Value *result)
{
    result->p = start_cat();
    return 0;
}

static int ask_from_elsewhere(void *process, Value *result)
{
    Bytes output = { story, 1 }, error = output;
    CHECK_INT(process_wait(process, NULL), E_RUNTIME);
    CHECK_INT(process_communicate(process, "x", 1, &output, &error),
              E_RUNTIME);
    CHECK_PTR(output.data, NULL);
    CHECK_PTR(error.data, NULL);
    return 0;
}

static int let_it_end(void *process, Value *result)
{
    writer_close(process_stdin(process));
    expect_end(process, 0);
    return 0;
}

TEST(a_task_of_another_loop_neither_waits_for_a_child_nor_talks_to_it)
{
    Value process = nothing;
    Loop *loop = real_loop();
    Task *task = new_task(loop, start_one, NULL);
    CHECK_INT(loop_run_until_complete(loop, task, &process), 0);
    task_release(task);
    live(ask_from_elsewhere, process.p);
    CHECK_INT(run(loop, let_it_end, process.p), 0);
    loop_free(loop);
}

/* ---- A talk that is cancelled ---- */
static int cancel_the_talk(void *arg, Value *result)
{
    Process *process = start_half();
    Task *task = begin_talk(process);
    CHECK(task_cancel(task));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    task_release(task);
    CHECK(!has_ended(process));
    expect_line(process, "hello");
    process_free(process);
    return 0;
}

TEST(communicate_cancelled_leaves_what_was_read_in_the_reader)
{
    live(cancel_the_talk, NULL);
}
