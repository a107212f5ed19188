/* What has to come first is waited for with bytes in pipes, never with time. */
#include "../../../check.h"
#include "../../../../code/09_threads/exercises/3_extend_mailbox/mailbox.h"

#include <pthread.h>

enum { MANY = 1000, WRITERS = 4 };

static Loop *loop;
static Mailbox *mailbox;

/* ---- Around each test ---- */
static void set_up(size_t room)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    mailbox = mailbox_new(loop, room);
    CHECK(mailbox != NULL);
}

static void turn(void *arg)
{
    CHECK(loop_call_soon(loop, loop_stop_callback, loop) != 0);
}

static void tear_down(void)
{
    mailbox_free(mailbox);
    CHECK(loop_call_soon(loop, turn, NULL) != 0);
    CHECK_INT(loop_run_forever(loop), 0);
    loop_free(loop);
}

static Task *start(CoroFn *function, void *arg)
{
    Task *task = loop_create_task(loop, function, arg);
    CHECK(task != NULL);
    return task;
}

static void finish(Task *task, int err)
{
    CHECK_INT(loop_run_until_complete(loop, task, NULL), err);
    task_release(task);
}

static pthread_t begin(void *(*function)(void *), void *arg)
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, function, arg), 0);
    return thread;
}

static void end(pthread_t thread)
{
    CHECK_INT(pthread_join(thread, NULL), 0);
}

/* ---- Bytes that are waited for ---- */
static int gate[2];

static void gate_open(void *arg)
{
    CHECK_INT(write(gate[1], "!", 1), 1);
}

static void gate_pass(void)
{
    char byte;
    CHECK_INT(read(gate[0], &byte, 1), 1);
}

/* ---- Who gets and who puts ---- */
static long long get(int err)
{
    Value value = { .i = -1 };
    CHECK_INT(mailbox_get(mailbox, &value), err);
    return value.i;
}

static void *put_one(void *arg)
{
    gate_pass();    /* the loop has nothing to do by then, or soon */
    CHECK_INT(mailbox_put(mailbox, (Value){ .i = 42 }), 0);
    return NULL;
}

static int get_one(void *arg, Value *result)
{
    CHECK(loop_call_soon(loop, gate_open, NULL) != 0);
    CHECK_INT(get(0), 42);
    return 0;
}

/* ---- The tests ---- */
TEST_FOR(1, a_value_wakes_a_loop_that_sleeps)
{
    HINT("only loop_call_soon_threadsafe() wakes it");
    CHECK_INT(pipe(gate), 0);
    set_up(4);
    CHECK_PTR(mailbox_new(loop, 0), NULL);
    CHECK_INT(errno, EINVAL);
    mailbox_free(NULL);
    for (int i = 0; i < 20; i++) {
        pthread_t thread = begin(put_one, NULL);
        finish(start(get_one, NULL), 0);
        end(thread);
    }
    tear_down();
    close(gate[0]);
    close(gate[1]);
}

static void *put_many(void *arg)
{
    int writer = *(int *)arg;
    for (int i = 0; i < MANY; i++) {
        Value value = { .i = writer * MANY + i };
        CHECK_INT(mailbox_put(mailbox, value), 0);
    }
    return NULL;
}

static int get_many(void *arg, Value *result)
{
    int next[WRITERS] = { 0 };
    for (int i = 0; i < WRITERS * MANY; i++) {
        long long got = get(0);
        CHECK(got >= 0 && got < WRITERS * MANY);
        CHECK_INT(got % MANY, next[got / MANY]);
        next[got / MANY]++;
    }
    return 0;
}

TEST_FOR(1, four_threads_at_once_lose_nothing)
{
    HINT("each thread's values come once, and in its order");
    static int numbers[WRITERS] = { 0, 1, 2, 3 };
    pthread_t threads[WRITERS];
    set_up(7);
    for (int i = 0; i < WRITERS; i++)
        threads[i] = begin(put_many, &numbers[i]);
    finish(start(get_many, NULL), 0);
    for (int i = 0; i < WRITERS; i++)
        end(threads[i]);
    tear_down();
}

/* As many as there is room for, and two that have to wait. */
static void *put_five(void *arg)
{
    for (int i = 0; i < 3; i++)
        CHECK_INT(mailbox_put(mailbox, (Value){ .i = i }), 0);
    CHECK_INT(mailbox_put_nowait(mailbox, (Value){ .i = 9 }), E_QUEUE_FULL);
    gate_open(NULL);
    for (int i = 3; i < 5; i++)
        CHECK_INT(mailbox_put(mailbox, (Value){ .i = i }), 0);
    return NULL;
}

static int get_five(void *arg, Value *result)
{
    gate_pass();
    Value nine = { .i = 9 };
    int err = mailbox_put(mailbox, nine);    /* who would make room? */
    CHECK_INT(err, E_RUNTIME);
    for (int i = 0; i < 5; i++)
        CHECK_INT(get(0), i);
    CHECK_INT(mailbox_put_nowait(mailbox, nine), 0);
    CHECK_INT(get(0), 9);
    return 0;
}

TEST_FOR(1, who_finds_no_room_waits)
{
    HINT("a thread blocks, the loop's own thread never does");
    CHECK_INT(pipe(gate), 0);
    set_up(3);
    pthread_t thread = begin(put_five, NULL);
    finish(start(get_five, NULL), 0);
    end(thread);
    tear_down();
    close(gate[0]);
    close(gate[1]);
}

static void *put_until_the_end(void *arg)
{
    int err = 0;
    while (err == 0)
        err = mailbox_put_nowait(mailbox, (Value){ .i = 7 });
    gate_open(NULL);
    for (err = 0; err == 0; )
        err = mailbox_put(mailbox, (Value){ .i = 7 });
    CHECK_INT(err, E_QUEUE_SHUTDOWN);
    return NULL;
}

static void *shut(void *arg)
{
    gate_pass();
    mailbox_shutdown(mailbox);
    return NULL;
}

static int get_until_the_end(void *arg, Value *result)
{
    int *wanted = arg;
    CHECK(loop_call_soon(loop, gate_open, NULL) != 0);
    for (int i = 0; i < *wanted; i++)
        CHECK_INT(get(0), 7);
    get(E_QUEUE_SHUTDOWN);
    get(E_QUEUE_SHUTDOWN);
    return 0;
}

TEST_FOR(1, the_end_reaches_all_who_wait)
{
    HINT("what is in it still comes out; who blocks, and who waits, is woken");
    int nothing = 0, two = 2;
    CHECK_INT(pipe(gate), 0);
    set_up(2);
    pthread_t threads[2] = { begin(put_until_the_end, NULL),
                             begin(put_until_the_end, NULL) };
    gate_pass();
    gate_pass();    /* both block now, or will: either has to end */
    nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
    mailbox_shutdown(mailbox);
    mailbox_shutdown(mailbox);
    end(threads[0]);
    end(threads[1]);
    CHECK_INT(mailbox_put_nowait(mailbox, (Value){ .i = 8 }),
              E_QUEUE_SHUTDOWN);
    finish(start(get_until_the_end, &two), 0);
    gate_pass();
    tear_down();

    set_up(2);    /* while three tasks wait */
    threads[0] = begin(shut, NULL);
    Task *tasks[3];
    for (int i = 0; i < 3; i++)
        tasks[i] = start(get_until_the_end, &nothing);
    for (int i = 0; i < 3; i++)
        finish(tasks[i], 0);
    end(threads[0]);
    tear_down();
    close(gate[0]);
    close(gate[1]);
}

/* ---- Cancelling ---- */
static void *put_two(void *arg)
{
    CHECK_INT(mailbox_put(mailbox, (Value){ .i = 1 }), 0);
    CHECK_INT(mailbox_put(mailbox, (Value){ .i = 2 }), 0);
    return NULL;
}

static int get_into(void *arg, Value *result)
{
    return mailbox_get(mailbox, arg);
}

static int drain(void *arg, Value *result)
{
    for (int *sum = arg; *sum < 1 + 2 + 3 + 4; )
        *sum += (int)get(0);
    return 0;
}

/* Three wait, two values come, and `turns` later the first is cancelled. */
static void cancel_after(int turns)
{
    Value values[3] = { { .i = 0 }, { .i = 0 }, { .i = 0 } };
    Task *tasks[3];
    set_up(8);
    for (int i = 0; i < 3; i++)
        tasks[i] = start(get_into, &values[i]);
    CHECK(loop_call_soon(loop, turn, NULL) != 0);
    CHECK_INT(loop_run_forever(loop), 0);    /* all three wait */
    end(begin(put_two, NULL));
    for (int i = 0; i < turns; i++) {
        loop_stop(loop);
        CHECK_INT(loop_run_forever(loop), 0);
    }
    int err = task_cancel(tasks[0]) ? E_CANCELLED : 0;
    CHECK_INT(mailbox_put_nowait(mailbox, (Value){ .i = 3 }), 0);
    CHECK_INT(mailbox_put_nowait(mailbox, (Value){ .i = 4 }), 0);
    for (int i = 0; i < 3; i++)
        finish(tasks[i], i == 0 ? err : 0);
    int sum = (int)(values[1].i + values[2].i);
    sum += err == 0 ? (int)values[0].i : 0;
    finish(start(drain, &sum), 0);
    CHECK_INT(sum, 1 + 2 + 3 + 4);
    tear_down();
}

TEST_FOR(1, who_is_cancelled_takes_nothing_along)
{
    HINT("between the look into the box and the return nothing may suspend");
    for (int turns = 0; turns < 6; turns++)
        cancel_after(turns);
}

/* The loop was woken, and finds nobody. */
TEST_FOR(1, it_can_be_freed_while_the_loop_is_being_woken)
{
    HINT("what the loop was given has to be there until it has looked");
    set_up(4);
    end(begin(put_two, NULL));
    mailbox_free(mailbox);
    char *elsewhere[8];    /* takes the place of what was freed too early */
    for (size_t i = 0; i < 8; i++) {
        elsewhere[i] = malloc(64 + 32 * i);
        CHECK(elsewhere[i] != NULL);
        memset(elsewhere[i], 0xff, 64 + 32 * i);
    }
    mailbox = NULL;
    tear_down();
    for (size_t i = 0; i < 8; i++)
        free(elsewhere[i]);

    set_up(4);
    end(begin(put_two, NULL));
    mailbox_shutdown(mailbox);
    finish(start(get_into, &(Value){ .i = 0 }), 0);
    tear_down();
}
