/* Traces: which file is written, when it cannot be, and that a loop which is
 * traced does what it does without. */
#include <sys/stat.h>

#include "../../code/06_gather/gather.h"
#include "traces.h"

static char path[64];

static const char *name_path(void)
{
    snprintf(path, sizeof path, "/tmp/weft_trace.%ld", (long)getpid());
    return path;
}

static bool exists(const char *name)
{
    struct stat about;
    return stat(name, &about) == 0;
}

/* The environment has to outlive the test's runs. */
static void trace_by_environment(const char *to)
{
    static char setting[120];
    snprintf(setting, sizeof setting, "WEFT_TRACE=%s", to);
    set_environment(setting);
}

static int sleep_a_second(void *arg, Value *result)
{
    return async_sleep(1);
}

static void run_traced(void)
{
    CHECK_INT(async_run_with(sleep_a_second, NULL, NULL, &virtual_run), 0);
}

/* ---- Exactly ---- */
static const char wanted[] =
    "[\n"
    "{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"ts\":0.000,\"name\":\"thread_name\","
    "\"args\":{\"name\":\"Task-1\"}},\n"
    "{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":0.000,\"name\":\"run\","
    "\"dur\":0.000},\n"
    "{\"ph\":\"f\",\"pid\":1,\"tid\":1,\"ts\":0.000,\"name\":\"wake\","
    "\"cat\":\"wake\",\"bp\":\"e\",\"id\":1},\n"
    "{\"ph\":\"X\",\"pid\":1,\"tid\":0,\"ts\":1000000.000,\"name\":\"timer\","
    "\"dur\":0.000},\n"
    "{\"ph\":\"s\",\"pid\":1,\"tid\":0,\"ts\":1000000.000,\"name\":\"wake\","
    "\"cat\":\"wake\",\"bp\":\"e\",\"id\":3},\n"
    "{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":0.000,\"name\":\"sleep\","
    "\"dur\":1000000.000},\n"
    "{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":1000000.000,\"name\":\"run\","
    "\"dur\":0.000},\n"
    "{\"ph\":\"f\",\"pid\":1,\"tid\":1,\"ts\":1000000.000,\"name\":\"wake\","
    "\"cat\":\"wake\",\"bp\":\"e\",\"id\":3},\n";

TEST(in_virtual_time_it_is_the_same_each_time)
{
    char text[4000];
    unsetenv("WEFT_SHUFFLE");
    trace_by_environment(name_path());
    run_traced();
    read_text(path, text, sizeof text);
    CHECK(strlen(text) > strlen(wanted));
    text[strlen(wanted)] = '\0';    /* the runner's own last task follows */
    CHECK_STR(text, wanted);
    unlink(path);
}

/* ---- By the environment ---- */
TEST(the_second_loop_has_a_file_of_its_own)
{
    char second[80];
    trace_by_environment(name_path());
    snprintf(second, sizeof second, "%s.2", path);
    run_traced();
    CHECK(exists(path) && !exists(second));
    run_traced();
    free(read_trace(path));
    Events *all = read_trace(second);
    CHECK_INT(count_events(all, 'X', "sleep"), 1);
    free(all);
}

TEST(no_name_is_no_trace)
{
    set_environment("WEFT_TRACE=");
    run_traced();
    CHECK(!exists(""));
}

/* ---- That cannot be written ---- */
static Seen seen;

static int see_all(void *arg, Value *result)
{
    loop_set_exception_handler(async_get_running_loop(), see, &seen);
    return async_sleep(1);
}

static void run_in_vain(void)
{
    trace_by_environment("/no/such/folder/trace");
    run_traced();
}

TEST(a_file_that_cannot_be_made_is_reported)
{
    Child child;
    run_child(&child, run_in_vain);
    check_exited(&child);
    CHECK(strstr(child.text, "The trace could not be written\nerror: ") ==
          child.text);
    CHECK(strstr(child.text, error_message(ENOENT)) != NULL);
}

TEST(a_name_that_is_too_long_is_reported)
{
    static char setting[5000] = "WEFT_TRACE=";
    memset(setting + strlen(setting), 'x', sizeof setting - 20);
    set_environment(setting);
    Child child;
    run_child(&child, run_traced);
    check_exited(&child);
    CHECK(strstr(child.text, "The trace could not be written\nerror: ") ==
          child.text);
}

TEST(a_disk_that_is_full_is_reported_once)
{
    if (!exists("/dev/full"))
        SKIP("no /dev/full");
    trace_by_environment("/dev/full");
    CHECK_INT(async_run_with(see_all, NULL, NULL, &virtual_run), 0);
    CHECK_INT(seen.count, 1);
    CHECK_STR(seen.last.message, "The trace could not be written");
    CHECK(seen.last.error == ENOSPC || seen.last.error == EIO);
}

static void trace_to_nothing(void)
{
    Loop *loop = async_get_running_loop();
    CHECK_INT(loop_set_trace(loop, "/no/such/folder/trace"), ENOENT);
    CHECK_INT(loop_set_trace(loop, "/"), EISDIR);
    CHECK_INT(loop_set_trace(loop, ""), ENOENT);
    pause_turns(2);
    CHECK_INT(loop_set_trace(loop, NULL), 0);
}

TEST(a_path_that_cannot_be_opened_is_an_error)
{
    run_in_virtual_time(trace_to_nothing);
}

static void fill_the_disk(void)
{
    Loop *loop = async_get_running_loop();
    if (!exists("/dev/full"))
        SKIP("no /dev/full");
    CHECK_INT(loop_set_trace(loop, "/dev/full"), 0);
    pause_turns(1);
    int err = loop_set_trace(loop, NULL);
    CHECK(err == ENOSPC || err == EIO);
    CHECK_INT(loop_set_trace(loop, NULL), 0);
}

TEST(what_was_lost_is_known_at_the_end)
{
    run_in_virtual_time(fill_the_disk);
}

TEST(a_closed_loop_is_not_traced)
{
    Loop *loop = any_loop();
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(loop_set_trace(loop, name_path()), E_RUNTIME);
    CHECK_INT(loop_set_trace(loop, NULL), 0);
    CHECK(!exists(path));
    loop_free(loop);
}

/* ---- From here to there ---- */
static void trace_twice(void)
{
    char second[80];
    Loop *loop = async_get_running_loop();
    snprintf(second, sizeof second, "%s.b", name_path());
    Task *task = begin(sleep_forever, NULL);
    task_set_name(task, "old");
    CHECK_INT(loop_set_trace(loop, NULL), 0);
    CHECK_INT(loop_set_trace(loop, path), 0);
    spawn(sleep_a_second, NULL);
    pause_turns(1);    /* only whole steps are seen */
    rest(2);
    CHECK_INT(loop_set_trace(loop, second), 0);
    rest(1);
    task_cancel(task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK_INT(loop_set_trace(loop, NULL), 0);
    pause_turns(3);
    Events *first = read_trace(path), *last = read_trace(second);
    CHECK_INT(count_events(first, 'X', "sleep"), 1);
    CHECK_INT(track_of(first, "old"), track_of(last, "old"));
    CHECK_INT(track_of(first, "Task-1"), track_of(last, "Task-1"));
    CHECK(first->event[first->n - 1].end <= last->event[0].begin);
    free(first);
    free(last);
}

/* Each is a trace of its own, with the names of those who were there. */
TEST(another_path_begins_another_trace)
{
    run_in_virtual_time(trace_twice);
}

static int leave_trace_on(void *arg, Value *result)
{
    CHECK_INT(loop_set_trace(async_get_running_loop(), name_path()), 0);
    return async_sleep(1);
}

TEST(a_loop_that_is_closed_ends_its_trace)
{
    Runner runner;
    CHECK_INT(runner_init(&runner, &virtual_run), 0);
    CHECK_INT(runner_run(&runner, leave_trace_on, NULL, NULL), 0);
    CHECK_INT(runner_run(&runner, sleep_a_second, NULL, NULL), 0);
    CHECK_INT(runner_close(&runner), 0);
    free(read_trace(path));
}

/* ---- In a child ---- */
static Runner shared;

static void close_shared(void)
{
    CHECK_INT(runner_close(&shared), 0);
}

/* What the parent has not yet written is not for the child to write. */
TEST(a_child_leaves_its_parents_trace_alone)
{
    Child child;
    trace_by_environment(name_path());
    CHECK_INT(runner_init(&shared, &virtual_run), 0);
    CHECK_INT(runner_run(&shared, sleep_a_second, NULL, NULL), 0);
    run_child(&child, close_shared);
    check_exited(&child);
    CHECK_INT(runner_run(&shared, sleep_a_second, NULL, NULL), 0);
    CHECK_INT(runner_close(&shared), 0);
    Events *all = read_trace(path);
    CHECK_INT(count_events(all, 'X', "sleep"), 2);
    free(all);
}

/* ---- It changes nothing ---- */
static int say_and_pause(void *name, Value *result)
{
    for (int i = 0; i < 3; i++) {
        tell(name);
        CHECK_INT(async_sleep(i % 2), 0);
    }
    return 0;
}

static int await_and_say(void *task, Value *result)
{
    int err = task_join(task, NULL);
    tell("joined");
    return err;
}

static int tell_many(void *arg, Value *result)
{
    Future *future = new_future();
    spawn(await_and_say, begin(say_and_pause, "a"));
    spawn(say_and_pause, "b");
    Task *waiter = begin(wait_for, future);
    tell_soon("soon");
    CHECK_INT(async_sleep(0), 0);
    CHECK_INT(future_set_result(future, seven), 0);
    CHECK_INT(task_join(waiter, NULL), 0);
    tell("waiter");
    future_release(future);
    return async_gather_calls(CALLS({ say_and_pause, "c" },
                                    { say_and_pause, "d" }), NULL, 0);
}

TEST(the_order_of_steps_is_the_same)
{
    char before[sizeof story];
    unsetenv("WEFT_SHUFFLE");
    CHECK_INT(async_run_with(tell_many, NULL, NULL, &virtual_run), 0);
    strcpy(before, story);
    story[0] = '\0';
    trace_by_environment(name_path());
    CHECK_INT(async_run_with(tell_many, NULL, NULL, &virtual_run), 0);
    CHECK_STR(story, before);
    free(read_trace(path));
    story[0] = '\0';
    RunOptions debug = { .debug = true, .virtual_time = true };
    set_environment(NULL);
    CHECK_INT(async_run_with(tell_many, NULL, NULL, &debug), 0);
    CHECK_STR(story, before);
}

/* No task goes on within the step of another: each has a slice of its own. */
TEST(each_task_has_its_own_steps)
{
    trace_by_environment(name_path());
    CHECK_INT(async_run_with(tell_many, NULL, NULL, &virtual_run), 0);
    Events *all = read_trace(path);
    CHECK_INT(count_events(all, 'f', "wake"), count_events(all, 'X', "run"));
    CHECK(count_events(all, 'X', "run") >= 4 * 3 + 2);
    free(all);
}
