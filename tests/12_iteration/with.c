/* async_with(): what is entered is left, however the block ends. */
#include "generators.h"

#include "../../code/12_iteration/with.h"

/* ---- A manager ---- */
enum { SAME = -1 };

/* Tells what it does, and does what it was told. */
typedef struct Door {
    int enter_error;
    int exit_error;    /* SAME: what it is given */
    double delay;      /* for each */
    int seen;          /* what exit was given */
} Door;

static SUSPENDS int enter_door(void *self, Value *entered)
{
    Door *door = self;
    int err = door->delay > 0 ? async_sleep(door->delay) : 0;
    if (err == 0)
        err = door->enter_error;
    tell(err == 0 ? "enter" : "refused");
    *entered = seven;
    return err;
}

static SUSPENDS int exit_door(void *self, int error)
{
    Door *door = self;
    int err = door->delay > 0 ? async_sleep(door->delay) : 0;
    tell(err == 0 ? "exit" : "torn");
    door->seen = error;
    if (err != 0)
        return err;
    return door->exit_error == SAME ? error : door->exit_error;
}

static AsyncContextManager through(Door *door)
{
    return (AsyncContextManager){ enter_door, exit_door, door };
}

/* ---- The block ---- */
typedef struct Room {
    double delay;
    int error;
} Room;

static SUSPENDS int be_inside(Value entered, void *arg)
{
    Room *room = arg;
    CHECK_INT(entered.i, 7);
    tell("body");
    int err = room->delay > 0 ? async_sleep(room->delay) : 0;
    return err != 0 ? err : room->error;
}

/* ---- Errors ---- */
typedef struct Case {
    int enter_error, body_error, exit_error, wanted;
    const char *story;
} Case;

static const Case cases[] = {
    { 0, 0, SAME, 0, "enter body exit" },
    { 0, EPIPE, SAME, EPIPE, "enter body exit" },
    { 0, E_CANCELLED, SAME, E_CANCELLED, "enter body exit" },
    { 0, EPIPE, 0, 0, "enter body exit" },
    { 0, E_CANCELLED, 0, 0, "enter body exit" },
    { 0, EPIPE, E_FIRST, E_FIRST, "enter body exit" },
    { 0, 0, E_FIRST, E_FIRST, "enter body exit" },
    { EPIPE, E_FIRST, 0, EPIPE, "refused" },
    { E_CANCELLED, 0, 0, E_CANCELLED, "refused" },
    { E_STOP_ITERATION, 0, 0, E_STOP_ITERATION, "refused" }
};

static int go_through(void *arg, Value *result)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *one = &cases[i];
        Door door = { one->enter_error, one->exit_error, *(double *)arg, 0 };
        Room room = { 0, one->body_error };
        CHECK_INT(async_with(through(&door), be_inside, &room), one->wanted);
        check_story(one->story);
        CHECK_INT(door.seen, one->enter_error != 0 ? 0 : one->body_error);
    }
    return 0;
}

TEST(exit_sees_the_error_and_says_what_becomes_of_it)    /* AC1 */
{
    play(go_through, &(double){ 0 });
}

TEST(also_when_both_wait)
{
    play(go_through, &(double){ 1 });
}

TEST(what_waits_for_nothing_needs_no_task)
{
    Door door = { 0, SAME, 0, 0 };
    CHECK_INT(async_with(through(&door), be_inside, &(Room){ 0, EPIPE }),
              EPIPE);
    check_story("enter body exit");
}

/* ---- Nested ---- */
static SUSPENDS int be_deeper(Value entered, void *arg)
{
    Door inner = { 0, E_SECOND, 0, 0 };
    Room room = { 0, E_FIRST };
    int err = async_with(through(&inner), be_inside, &room);
    CHECK_INT(inner.seen, E_FIRST);
    return err;
}

static int go_deeper(void *arg, Value *result)
{
    Door outer = { 0, 0, 0, 0 };
    CHECK_INT(async_with(through(&outer), be_deeper, NULL), 0);
    CHECK_INT(outer.seen, E_SECOND);
    check_story("enter enter body exit exit");
    return 0;
}

TEST(the_inner_one_is_left_first)
{
    play(go_deeper, NULL);
}

/* ---- Cancelled ---- */
typedef struct Visit {
    Door door;
    Room room;
} Visit;

static int visit(void *arg, Value *result)
{
    Visit *this = arg;
    return async_with(through(&this->door), be_inside, &this->room);
}

/* It enters for a second, is in for a second, and leaves for a second. */
static int cancel_visit(void *arg, Value *result)
{
    static const char *const stories[] = { "refused", "enter body exit",
                                           "enter body torn" };
    for (int i = 0; i < 3; i++) {
        Visit this = { { 0, SAME, 1, 0 }, { 1, 0 } };
        Task *task = begin(visit, &this);
        rest(0.5 + i);
        CHECK(task_cancel(task));
        CHECK_INT(task_join(task, NULL), E_CANCELLED);
        CHECK_INT(this.door.seen, i == 1 ? E_CANCELLED : 0);
        check_story(stories[i]);
    }
    return 0;
}

TEST(cancelled_while_it_enters_in_the_body_and_while_it_leaves)    /* AC1 */
{
    play(cancel_visit, NULL);
}

static int suppress_cancellation(void *arg, Value *result)
{
    Visit this = { { 0, 0, 1, 0 }, { 9, 0 } };
    Task *task = begin(visit, &this);
    rest(2);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(this.door.seen, E_CANCELLED);
    CHECK_DOUBLE(now(), 3, 0);    /* exit may wait after it */
    return 0;
}

TEST(exit_may_suppress_a_cancellation)
{
    play(suppress_cancellation, NULL);
}

/* ---- Locks and semaphores ---- */
static Lock lock;
static Semaphore semaphore;

static SUSPENDS int use_lock(Value entered, void *arg)
{
    CHECK(lock_locked(&lock));
    CHECK_INT(entered.i, 0);    /* None */
    tell("in");
    rest(1);
    tell("out");
    return *(int *)arg;
}

static int lock_and_use(void *arg, Value *result)
{
    return async_with(lock_manager(&lock), use_lock, arg);
}

static int share_lock(void *arg, Value *result)
{
    int errors[] = { EPIPE, 0, 0 };
    Task *tasks[3];
    for (int i = 0; i < 3; i++)
        tasks[i] = begin(lock_and_use, &errors[i]);
    rest(0.5);
    CHECK(task_cancel(tasks[1]));    /* it waits for the lock */
    CHECK_INT(task_join(tasks[1], NULL), E_CANCELLED);
    CHECK_INT(task_join(tasks[0], NULL), EPIPE);
    CHECK_INT(task_join(tasks[2], NULL), 0);
    CHECK(!lock_locked(&lock));
    check_story("in out in out");
    return 0;
}

TEST(a_lock_is_held_in_the_block_and_given_back)
{
    lock_init(&lock);
    play(share_lock, NULL);
}

static SUSPENDS int give_lock_back(Value entered, void *arg)
{
    CHECK_INT(lock_release(&lock), 0);
    return *(int *)arg;
}

static int give_lock_back_twice(void *arg, Value *result)
{
    int error = 0;
    AsyncContextManager manager = lock_manager(&lock);
    CHECK_INT(async_with(manager, give_lock_back, &error), E_RUNTIME);
    error = EPIPE;
    CHECK_INT(async_with(manager, give_lock_back, &error), EPIPE);
    return 0;
}

TEST(a_lock_that_was_given_back_already_is_an_error)
{
    lock_init(&lock);
    play(give_lock_back_twice, NULL);
}

static int most, inside;

static SUSPENDS int use_permit(Value entered, void *arg)
{
    CHECK_INT(entered.i, 0);
    if (++inside > most)
        most = inside;
    rest(1);
    inside--;
    return 0;
}

static int take_permit(void *arg, Value *result)
{
    return async_with(semaphore_manager(&semaphore), use_permit, NULL);
}

static int share_permits(void *arg, Value *result)
{
    Task *tasks[7];
    for (int i = 0; i < 7; i++)
        tasks[i] = begin(take_permit, NULL);
    for (int i = 0; i < 7; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    CHECK_INT(most, 3);
    CHECK_DOUBLE(now(), 3, 0);
    CHECK(!semaphore_locked(&semaphore));
    return 0;
}

TEST(a_semaphore_lets_so_many_in)
{
    semaphore_init(&semaphore, 3);
    play(share_permits, NULL);
}

static SUSPENDS int give_permit_back(Value entered, void *arg)
{
    return semaphore_release(&semaphore);
}

static int give_permit_back_twice(void *arg, Value *result)
{
    CHECK_INT(async_with(semaphore_manager(&semaphore), give_permit_back, NULL),
              E_VALUE);
    return 0;
}

TEST(a_permit_too_many_is_an_error)
{
    bounded_semaphore_init(&semaphore, 1);
    play(give_permit_back_twice, NULL);
}

/* ---- Closing ---- */
static SUSPENDS int read_one(Value generator, void *arg)
{
    int error = *(int *)arg;
    CHECK_INT(next_of(generator.p), 1);
    return error;
}

static int close_after(void *arg, Value *result)
{
    static const int ends[][3] = { { 0, KEEP, 0 }, { EPIPE, KEEP, EPIPE },
                                   { 0, E_FIRST, E_FIRST },
                                   { EPIPE, E_FIRST, E_FIRST },
                                   { E_CANCELLED, 0, E_CANCELLED } };
    for (int i = 0; i < 5; i++) {
        int error = ends[i][0];
        Numbers numbers = { .count = 2, .name = "in", .cleanup = 1,
                            .ends = ends[i][1] };
        AsyncGenerator *generator = new_count(&numbers);
        CHECK_INT(async_with(async_closing(generator), read_one, &error),
                  ends[i][2]);
        check_story("in out");
        check_ended(generator);
        async_generator_free(generator);
    }
    return 0;
}

TEST(closing_closes_whatever_happens_and_its_error_stands_above)
{
    play(close_after, NULL);
}
