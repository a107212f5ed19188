/* Tasks against a model: seeded random games of tasks that create, cancel,
 * spare, await, sleep, pause and set results, on both.  Who runs next, what
 * each call returns, how each task ends and what is reported agree; and no task
 * runs while another does.  A failure prints its seed and its step.
 *
 * The same with the hand-off turned off, and, where the order is left out, with
 * each turn shuffled. */
#include "tasks.h"

#include "../../code/05_tasks/task_inside.h"

/* ---- Chance ---- */
static uint32_t seed, chances;
static int step;
static bool is_shuffled;

/* From 0 to n - 1. */
static int chance(int n)
{
    chances ^= chances << 13;
    chances ^= chances >> 17;
    chances ^= chances << 5;
    return chances % (uint32_t)n;
}

static void agree(int line, const char *what, intmax_t actual, intmax_t wanted)
{
    if (actual != wanted)
        printf("seed %u, step %d\n", (unsigned)seed, step);
    check_int(__FILE__, line, what, actual, wanted);
}
#define AGREE(actual, wanted) agree(__LINE__, #actual, (actual), (wanted))

/* ---- The model ---- */
enum { FUTURES_MAX = 400, TASKS_MAX = 60, PLACES = 5 };
enum { NEW, READY, RUNNING, WAITING, SLEEPING, ENDED };    /* `at` */

/* A future, or a task: then `at` is not ENDED until it is done. */
typedef struct Model {
    Future *real;
    bool is_task;
    bool is_kept;            /* the program has its reference */
    int state, error;
    long long value;
    const char *message;     /* of the request that came last */
    bool is_retrieved;
    struct Model *waiters[TASKS_MAX];
    int waiting;             /* so many of them are not woken */
    int awaiters;            /* and so many have not yet gone on */
    /* Of tasks alone: */
    int at;
    bool must_cancel, was_cancelled;    /* the second: in this sleep */
    int cancelling;
    double when;             /* it wakes */
    int order;               /* among those of the same time */
    struct Model *awaits;
} Model;

static Model futures[FUTURES_MAX], tasks[TASKS_MAX];
static int future_count, task_count, living, sleeps;
static Model *places[PLACES];    /* futures */
static Model *queue[TASKS_MAX + 1];
static int queued;
static Model *running;
static Loop *loop;
static int reports, wanted_reports;

/* ---- The queue of the model ---- */
static void push(Model *task)
{
    CHECK(queued <= TASKS_MAX);
    queue[queued++] = task;
}

static void take_from_queue(int i)
{
    memmove(queue + i, queue + i + 1, (--queued - i) * sizeof *queue);
}

static Model *next_sleeper(void)
{
    Model *next = NULL;
    for (Model *task = tasks; task < tasks + task_count; task++)
        if (task->at == SLEEPING &&
            (next == NULL || task->when < next->when ||
             (task->when == next->when && task->order < next->order)))
            next = task;
    return next;
}

/* With nothing else to do, the clock jumps, and all of that time wake. */
static void wake_sleepers(void)
{
    Model *task = next_sleeper();
    CHECK(task != NULL);
    double when = task->when;
    for (; task != NULL && task->when == when; task = next_sleeper()) {
        task->at = READY;
        push(task);
    }
}

/* ---- Ends, in the model ---- */
/* The last reference of one that failed goes, and nobody has asked. */
static void see_lost(Model *model)
{
    if (model->state == FINISHED && model->error != 0 &&
        !model->is_retrieved && !model->is_kept && model->awaiters == 0)
        wanted_reports++;
}

static void complete(Model *model, int state, int error, long long value)
{
    model->state = state;
    model->error = error;
    model->value = value;
    for (int i = 0; i < model->waiting; i++) {
        model->waiters[i]->at = READY;
        push(model->waiters[i]);
    }
    model->waiting = 0;
}

static void end_task(Model *task, int error, long long value)
{
    if (error == 0 && task->must_cancel)
        error = E_CANCELLED;
    task->at = ENDED;
    living--;
    if (error == E_CANCELLED) {
        complete(task, CANCELLED, error, 0);
    } else {
        task->message = NULL;
        complete(task, FINISHED, error, value);
    }
    see_lost(task);
}

/* ---- Requests, in the model ---- */
/* As it is told, not as it is done: inwards, one after the other. */
static bool cancel(Model *model, const char *message)
{
    if (model->state != PENDING) {
        model->is_retrieved = true;
        return false;
    }
    if (!model->is_task) {
        model->message = message;
        complete(model, CANCELLED, E_CANCELLED, 0);
        return true;
    }
    model->cancelling++;
    if (!model->was_cancelled)    /* it stays with the first message */
        model->message = message;
    if (model->at == SLEEPING) {
        model->was_cancelled = true;
        model->at = READY;
        push(model);
    } else if (model->at != WAITING || !cancel(model->awaits, message)) {
        model->must_cancel = true;
    }
    return true;
}

/* ---- Steps ---- */
/* Those that were cancelled before they began end without a step. */
static void end_unborn(void)
{
    for (int i = 0; i < queued; ) {
        Model *task = queue[i];
        bool is_due = is_shuffled ? task_done(task->real) : i == 0;
        if (task->at == NEW && task->must_cancel && is_due) {
            take_from_queue(i);
            end_task(task, E_CANCELLED, 0);
            i = 0;
        } else {
            i++;
        }
    }
}

/* The task goes on, or begins: it must be its turn. */
static void resume(Model *task)
{
    CHECK(running == NULL);
    end_unborn();
    if (queued == 0)
        wake_sleepers();
    end_unborn();
    int i = 0;
    while (is_shuffled && i < queued && queue[i] != task)
        i++;
    CHECK(queued > 0 && i < queued);
    AGREE(queue[i] - tasks, task - tasks);
    take_from_queue(i);
    task->at = RUNNING;
    running = task;
    AGREE(async_current_task() == task->real, true);
    AGREE(reports, wanted_reports);
    step++;
}

/* What its suspension returns.  The model has left the running state, and the
 * real one comes back. */
static int outcome(Model *task, int otherwise)
{
    resume(task);
    bool must_cancel = task->must_cancel;
    task->must_cancel = false;
    return must_cancel ? E_CANCELLED : otherwise;
}

/* ---- Suspensions ---- */
static int fetch(Model *task, Model *awaited)
{
    awaited->is_retrieved = true;
    if (awaited->state == CANCELLED)
        task->message = awaited->message;
    return awaited->error;
}

static int await_both(Model *task, Model *awaited)
{
    Value value = { .i = -1 };
    if (awaited->state != PENDING) {
        AGREE(await(awaited->real, &value), fetch(task, awaited));
        AGREE(running - tasks, task - tasks);
        AGREE(value.i, awaited->value);
        return awaited->error;
    }
    awaited->waiters[awaited->waiting++] = task;
    awaited->awaiters++;
    task->at = WAITING;
    task->awaits = awaited;
    running = NULL;
    if (task->must_cancel && cancel(awaited, task->message))
        task->must_cancel = false;
    int err = await(awaited->real, &value);
    int wanted = outcome(task, 0);
    awaited->awaiters--;
    awaited->is_retrieved = true;
    bool is_fetched = wanted == 0 || awaited->state == CANCELLED;
    if (is_fetched)
        wanted = fetch(task, awaited);
    AGREE(err, wanted);
    AGREE(value.i, is_fetched ? awaited->value : 0);
    return err;
}

static int sleep_both(Model *task, double delay)
{
    double start = loop_time(loop);
    task->when = start + delay;
    task->order = sleeps++;
    task->was_cancelled = false;
    task->at = SLEEPING;
    running = NULL;
    if (task->must_cancel) {
        task->must_cancel = false;
        task->was_cancelled = true;
        task->at = READY;
        push(task);
    }
    int err = async_sleep(delay);
    int wanted = outcome(task, task->was_cancelled ? E_CANCELLED : 0);
    task->was_cancelled = false;
    AGREE(err, wanted);
    if (err == 0)
        AGREE(loop_time(loop) == task->when, true);
    return err;
}

static int pause_both(Model *task)
{
    task->at = READY;
    push(task);
    running = NULL;
    int err = async_sleep(0);
    AGREE(err, outcome(task, 0));
    return err;
}

/* ---- Operations ---- */
static const char *const messages[] = { NULL, "one", "two" };

static Model *any_future(void)
{
    return places[chance(PLACES)];
}

/* One that the program keeps, or NULL. */
static Model *any_task(void)
{
    Model *task = &tasks[chance(task_count)];
    return task->is_kept ? task : NULL;
}

static Model *any(void)
{
    return chance(3) > 0 ? any_task() : any_future();
}

static void cancel_any(void)
{
    Model *model = any();
    const char *message = messages[chance(3)];
    if (model == NULL || model == &tasks[0])
        return;
    bool wanted = cancel(model, message);
    AGREE(future_cancel_with(model->real, message), wanted);
}

static void spare_any(void)
{
    Model *task = any_task();
    if (task == NULL)
        return;
    if (task->cancelling > 0 && --task->cancelling == 0)
        task->must_cancel = false;
    AGREE(task_uncancel(task->real), task->cancelling);
}

static void set_any(void)
{
    Model *future = any_future();
    int error = chance(3) == 0 ? EPIPE : 0;
    Value value = { .i = chance(1000) };
    int err = error != 0 ? future_set_error(future->real, error, value)
                         : future_set_result(future->real, value);
    AGREE(err, future->state == PENDING ? 0 : E_INVALID_STATE);
    if (err == 0)
        complete(future, FINISHED, error, value.i);
}

static Model *new_model(Model *model, Future *real)
{
    *model = (Model){ .real = real, .is_kept = true };
    return model;
}

static void renew_any(void)
{
    int i = chance(PLACES);
    Model *old = places[i];
    if (future_count == FUTURES_MAX || old->state == PENDING)
        return;
    places[i] = new_model(&futures[future_count++], future_new(loop));
    old->is_kept = false;
    see_lost(old);
    future_release(old->real);
    AGREE(reports, wanted_reports);
}

static void release_any(void)
{
    Model *task = any_task();
    if (task == NULL || task == &tasks[0] ||
        (is_shuffled && task->state == PENDING))
        return;
    task->is_kept = false;
    see_lost(task);
    task_release(task->real);
    AGREE(reports, wanted_reports);
}

static void check_any(void)
{
    Model *model = any();
    Value value = { .i = -1 };
    if (model == NULL)
        return;
    AGREE(future_done(model->real), model->state != PENDING);
    AGREE(future_cancelled(model->real), model->state == CANCELLED);
    if (model->is_task)
        AGREE(task_cancelling(model->real), model->cancelling);
    if (model->is_task)
        AGREE(task_get_coro(model->real) != NULL, model->state == PENDING);
    AGREE(future_result(model->real, &value),
          model->state == PENDING ? E_INVALID_STATE : model->error);
    if (model->state == PENDING)
        return;
    AGREE(value.i, model->value);
    model->is_retrieved = true;
    const char *message = future_cancel_message(model->real);
    AGREE(message != NULL, model->message != NULL);
    if (message != NULL)
        CHECK_STR(message, model->message);
}

static void check_all(void)
{
    Task *real[TASKS_MAX];
    AGREE(async_all_tasks(loop, real, TASKS_MAX), living);
    for (int i = 0, found = 0; i < task_count; i++)
        if (tasks[i].at != ENDED)
            AGREE(real[found++] == tasks[i].real, true);
}

/* ---- Tasks that make tasks ---- */
static int play_part(void *arg, Value *result);

/* An eager one runs inside the call. */
static void create_one(void)
{
    if (task_count == TASKS_MAX)
        return;
    Model *creator = running, *task = new_model(&tasks[task_count++], NULL);
    TaskOptions options = { .eager_start = chance(3) == 0 };
    task->is_task = true;
    task->at = NEW;
    living++;
    if (options.eager_start)
        running = task;
    else
        push(task);
    Task *real = async_create_task_with(play_part, task, &options);
    CHECK(real != NULL);
    CHECK(task->real == NULL || task->real == real);
    task->real = real;
    CHECK(running == (options.eager_start ? NULL : creator));
    running = creator;
}

static void operate(void)
{
    static void (*const operations[])(void) = {
        cancel_any, cancel_any, spare_any, set_any, set_any, renew_any,
        release_any, check_any, check_any, check_all, create_one, create_one
    };
    operations[chance(12)]();
}

/* Only what is younger: so nobody waits in a circle. */
static int suspend(Model *self)
{
    Model *other = any_task();
    switch (chance(5)) {
    case 0:
        return await_both(self, any_future());
    case 1:
        if (other > self)
            return await_both(self, other);
        return pause_both(self);
    case 2:
        return sleep_both(self, 1 + chance(3));
    default:
        return pause_both(self);
    }
}

/* ---- The parts ---- */
static int end_part(Model *self, int error, Value *result)
{
    result->i = chance(1000);
    end_task(self, error, result->i);
    running = NULL;
    return error;
}

static int play_part(void *arg, Value *result)
{
    Model *self = arg;
    if (self == running)    /* eager: nobody knows its address yet */
        self->real = async_current_task();
    else
        resume(self);
    self->at = RUNNING;
    for (int n = chance(12); n > 0; n--) {
        for (int i = chance(4); i > 0; i--)
            operate();
        int err = suspend(self);
        if (err == E_CANCELLED && chance(2) == 0)
            return end_part(self, E_CANCELLED, result);
    }
    return end_part(self, chance(4) == 0 ? EIO : 0, result);
}

/* The first task cannot be cancelled.  It keeps the others going: towards the
 * end it completes whatever they may wait for. */
static int keep_going(void *arg, Value *result)
{
    Model *self = arg;
    resume(self);
    while (living > 1 || task_count < TASKS_MAX / 2) {
        for (int i = chance(6); i > 0; i--)
            operate();
        if (chance(3) == 0)
            set_any();
        AGREE(chance(2) == 0 ? pause_both(self) : sleep_both(self, 1), 0);
    }
    check_all();
    return end_part(self, 0, result);
}

/* ---- Games ---- */
static void see_report(Loop *where, const ErrorContext *context, void *arg)
{
    CHECK(context->error == EPIPE || context->error == EIO);
    reports++;
}

static void clear(void)
{
    task_count = future_count = living = sleeps = queued = step = 0;
    reports = wanted_reports = 0;
    running = NULL;
}

static void clean_up(void)
{
    for (int i = 0; i < PLACES; i++) {
        places[i]->is_kept = false;
        see_lost(places[i]);
        future_release(places[i]->real);
    }
    for (int i = 0; i < task_count; i++) {
        AGREE(tasks[i].at, ENDED);
        if (!tasks[i].is_kept)
            continue;
        tasks[i].is_kept = false;
        see_lost(&tasks[i]);
        task_release(tasks[i].real);
    }
    AGREE(reports, wanted_reports);
}

/* Returns what chance came to: two games that were played alike agree. */
static uint32_t game(Observer *observer, bool debug)
{
    clear();
    chances = seed * 2654435761u;
    loop = any_loop();
    loop_set_debug(loop, debug);
    loop_observe(loop, observer);
    loop_set_exception_handler(loop, see_report, NULL);
    for (int i = 0; i < PLACES; i++)
        places[i] = new_model(&futures[future_count++], future_new(loop));
    Model *first = new_model(&tasks[task_count++], NULL);
    first->is_task = true;
    first->at = NEW;
    living = 1;
    push(first);
    first->real = new_task(loop, keep_going, first);
    AGREE(loop_run_until_complete(loop, first->real, NULL), 0);
    first->is_retrieved = true;
    clean_up();
    loop_free(loop);
    return chances;
}

static void call(Observer *observer, Loop *where, Callback *callback, void *arg)
{
    callback(arg);
}

TEST_LIMIT(120, random_games_agree_with_the_model)    /* T1-T13 F4-F6 D1 */
{
    unsetenv("WEFT_SHUFFLE");
    for (seed = 1; seed <= 300; seed++)
        game(NULL, false);
}

TEST_LIMIT(120, without_the_hand_off_they_end_the_same)    /* T1 L2 */
{
    static Observer observer = { call };
    unsetenv("WEFT_SHUFFLE");
    for (seed = 1001; seed <= 1100; seed++) {
        uint32_t wanted = game(NULL, false);
        int steps = step;
        AGREE(game(&observer, false), wanted);
        AGREE(step, steps);
        AGREE(game(NULL, true), wanted);
        AGREE(step, steps);
    }
}

extern char **environ;

TEST_LIMIT(120, with_the_turns_shuffled_each_task_ends_as_it_must)
{
    static char setting[40], *environment[] = { setting, NULL };
    environ = environment;
    is_shuffled = true;
    for (seed = 2001; seed <= 2150; seed++) {
        snprintf(setting, sizeof setting, "WEFT_SHUFFLE=%u", (unsigned)seed);
        game(NULL, false);
    }
}
