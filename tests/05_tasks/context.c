/* Context variables: what a task sets, its creator does not see. */
#include "tasks.h"

#include <pthread.h>

static const ContextVar user = { .name = "user" };
static const ContextVar level = { "level", { .i = 3 }, true };

/* ---- Helpers ---- */
static long long get(const ContextVar *var)
{
    Value value = nothing;
    CHECK_INT(contextvar_get(var, &value), 0);
    return value.i;
}

static void set(const ContextVar *var, long long i)
{
    CHECK_INT(contextvar_set(var, (Value){ .i = i }), 0);
}

static void check_unset(const ContextVar *var)
{
    Value value = seven;
    CHECK_INT(contextvar_get(var, &value), E_LOOKUP);
    CHECK_INT(value.i, 7);
}

/* The thread's own bindings stay until it ends. */
static void keep_bindings(void)
{
    LEAVES(CHECK_MEMORY, "the thread's own variables live as long as it does");
}

/* ---- Getting and setting ---- */
static int get_and_set(void *arg, Value *result)
{
    check_unset(&user);
    CHECK_INT(get(&level), 3);
    set(&user, 1);
    set(&level, 4);
    CHECK_INT(get(&user), 1);
    CHECK_INT(get(&level), 4);
    set(&user, 2);
    CHECK_INT(get(&user), 2);
    CHECK_INT(get(&level), 4);
    return 0;
}

TEST(a_variable_has_what_was_set_last)
{
    play(get_and_set, NULL);
}

static int set_zero(void *arg, Value *result)
{
    set(&user, 0);
    set(&level, 0);
    CHECK_INT(get(&user), 0);
    CHECK_INT(get(&level), 0);
    return 0;
}

TEST(it_may_be_zero)
{
    play(set_zero, NULL);
}

static int set_namesakes(void *arg, Value *result)
{
    static const ContextVar other = { .name = "user" };
    set(&user, 1);
    check_unset(&other);
    set(&other, 2);
    CHECK_INT(get(&user), 1);
    return 0;
}

TEST(it_is_known_by_its_address)
{
    play(set_namesakes, NULL);
}

static int set_many(void *arg, Value *result)
{
    static ContextVar vars[200];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 200; i++)
            set(&vars[i * 7 % 200], round * 1000 + i * 7 % 200);
        for (int i = 0; i < 200; i++)
            CHECK_INT(get(&vars[i]), round * 1000 + i);
    }
    return 0;
}

TEST(there_may_be_many)
{
    play(set_many, NULL);
}

/* ---- Parents and children ---- */
static int be_a_child(void *arg, Value *result)
{
    CHECK_INT(get(&user), 1);
    set(&user, 10);
    set(&level, 10);
    pause_turns(2);
    CHECK_INT(get(&user), 10);
    CHECK_INT(get(&level), 10);
    return 0;
}

static int be_a_parent(void *arg, Value *result)
{
    set(&user, 1);
    Task *child = begin(be_a_child, NULL);
    set(&user, 2);    /* after the copy was made */
    for (int i = 0; i < 4; i++) {
        pause_turns(1);
        CHECK_INT(get(&user), 2);
        CHECK_INT(get(&level), 3);
    }
    CHECK_INT(task_join(child, NULL), 0);
    CHECK_INT(get(&user), 2);
    return 0;
}

TEST(a_child_has_a_copy_of_what_its_creator_saw)    /* T18 */
{
    play(be_a_parent, NULL);
}

static int set_in_a_call(void *arg, Value *result)
{
    set(&user, 5);
    pause_turns(1);
    return 0;
}

static int call_directly(void *arg, Value *result)
{
    CHECK_INT(set_in_a_call(NULL, result), 0);
    CHECK_INT(get(&user), 5);
    return 0;
}

TEST(a_call_shares_its_callers)    /* T18 */
{
    play(call_directly, NULL);
}

static int set_in_a_coroutine(void *arg, Value *result)
{
    set(&user, 6);
    pause_turns(1);
    CHECK_INT(get(&user), 6);
    return 0;
}

static int resume_inside(void *arg, Value *result)
{
    Coro *coro = coro_new(set_in_a_coroutine, NULL, 0);
    CHECK(!coro_resume(coro, nothing, NULL));
    CHECK_INT(get(&user), 6);
    coro_free(coro);
    return 0;
}

TEST(a_coroutine_inside_a_task_shares_the_tasks)    /* T18 */
{
    play(resume_inside, NULL);
}

static int pass_down(void *depth, Value *result)
{
    int i = *(int *)depth;
    CHECK_INT(get(&user), i);
    if (i == 20)
        return 0;
    int deeper = i + 1;
    set(&user, deeper);
    Task *task = begin(pass_down, &deeper);
    set(&user, -1);
    return task_join(task, result);
}

static int begin_to_pass(void *arg, Value *result)
{
    int first = 0;
    set(&user, 0);
    return pass_down(&first, result);
}

TEST(each_generation_inherits_from_the_one_before)    /* T18 */
{
    play(begin_to_pass, NULL);
}

static int set_own(void *number, Value *result)
{
    for (int i = 0; i < 10; i++) {
        set(&user, *(int *)number + i);
        pause_turns(1);
        CHECK_INT(get(&user), *(int *)number + i);
    }
    return 0;
}

static int set_in_turns(void *arg, Value *result)
{
    static int numbers[] = { 100, 200, 300 };
    Task *tasks[3];
    for (int i = 0; i < 3; i++)
        tasks[i] = begin(set_own, &numbers[i]);
    for (int i = 0; i < 3; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    check_unset(&user);
    return 0;
}

TEST(siblings_do_not_see_each_others)    /* T18 */
{
    play(set_in_turns, NULL);
}

/* ---- Outside all tasks ---- */
static int see_the_threads(void *arg, Value *result)
{
    CHECK_INT(get(&user), 8);
    set(&user, 9);
    return 0;
}

TEST(a_task_made_outside_copies_the_threads)    /* T18 */
{
    keep_bindings();
    check_unset(&user);
    set(&user, 8);
    play(see_the_threads, NULL);
    CHECK_INT(get(&user), 8);
}

static void see_in_a_callback(void *arg)
{
    check_unset(&user);
    set(&level, 5);
    tell("callback");
}

static void see_when_done(Future *future, void *arg)
{
    check_unset(&user);
    tell("done");
}

static int set_and_call(void *arg, Value *result)
{
    Future *future = new_future();
    set(&user, 1);
    CHECK(loop_call_soon(async_get_running_loop(), see_in_a_callback, NULL)
          != 0);
    CHECK_INT(future_add_done_callback(future, see_when_done, NULL), 0);
    CHECK(future_cancel(future));
    pause_turns(1);
    CHECK_INT(get(&user), 1);
    CHECK_INT(get(&level), 3);    /* the callback set the thread's */
    future_release(future);
    return 0;
}

TEST(plain_callbacks_see_the_threads)    /* T18 */
{
    keep_bindings();
    play(set_and_call, NULL);
    CHECK_STR(story, "callback done");
    CHECK_INT(get(&level), 5);
    check_unset(&user);
}

static int set_and_fail(void *arg, Value *result)
{
    set(&user, 9);
    return fail_with_seven(arg, result);
}

static void see_in_the_handler(Loop *loop, const ErrorContext *context,
                               void *arg)
{
    CHECK_INT(get(&user), 5);
    tell("handler");
}

TEST(a_handler_that_is_called_at_the_end_of_a_task_does_too)    /* T18 D1 */
{
    keep_bindings();
    Loop *loop = ordered_loop();
    loop_set_exception_handler(loop, see_in_the_handler, NULL);
    set(&user, 5);
    task_release(new_task(loop, set_and_fail, NULL));
    run_turns(loop, 1);
    CHECK_STR(story, "handler");
    loop_free(loop);
}

static void *set_in_a_thread(void *arg)
{
    check_unset(&user);
    set(&user, 2);
    set(&user, 3);
    set(&level, 4);
    CHECK_INT(get(&user), 3);
    return NULL;
}

TEST(each_thread_has_its_own_and_frees_them)    /* T18 */
{
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        CHECK_INT(pthread_create(&thread, NULL, set_in_a_thread, NULL), 0);
        CHECK_INT(pthread_join(thread, NULL), 0);
    }
    check_unset(&user);
}

/* ---- Contexts ---- */
static Task *begin_in(CoroFn *function, void *arg, Context *context)
{
    Task *task = async_create_task_with(function, arg,
                                        &(TaskOptions){ .context = context });
    CHECK(task != NULL);
    return task;
}

static int see_one(void *arg, Value *result)
{
    CHECK_INT(get(&user), 1);
    set(&user, 2);
    pause_turns(2);
    CHECK_INT(get(&user), 3);    /* the other one has set it */
    return 0;
}

static int see_two(void *arg, Value *result)
{
    CHECK_INT(get(&user), 2);
    set(&user, 3);
    return 0;
}

static int share_a_context(void *arg, Value *result)
{
    set(&user, 1);
    Context *context = context_copy();
    CHECK(context != NULL);
    set(&user, 7);
    Task *one = begin_in(see_one, NULL, context);
    Task *two = begin_in(see_two, NULL, context);
    context_release(context);    /* they keep it */
    CHECK_INT(task_join(one, NULL), 0);
    CHECK_INT(task_join(two, NULL), 0);
    CHECK_INT(get(&user), 7);
    return 0;
}

TEST(tasks_may_share_a_context)    /* T18 */
{
    play(share_a_context, NULL);
}

static int see_the_copy(void *number, Value *result)
{
    CHECK_INT(get(&user), *(int *)number);
    return 0;
}

static int see_in_turn(void *arg, Value *result)
{
    static int numbers[] = { 1, 2 };
    set(&user, 1);
    Context *first = context_copy();
    set(&user, 2);
    Context *second = context_copy();
    set(&user, 3);
    Task *a = begin_in(see_the_copy, &numbers[0], first);
    Task *b = begin_in(see_the_copy, &numbers[1], second);
    CHECK_INT(task_join(a, NULL), 0);
    CHECK_INT(task_join(b, NULL), 0);
    context_release(first);
    context_release(second);
    context_release(NULL);
    return 0;
}

TEST(a_context_is_a_copy_of_that_moment)    /* T18 */
{
    play(see_in_turn, NULL);
}

static int copy_inside(void *arg, Value *result)
{
    set(&user, 4);
    result->p = context_copy();    /* of the shared one, while it runs */
    return 0;
}

static int copy_a_shared_one(void *arg, Value *result)
{
    static int four = 4;
    Context *context = context_copy();
    Value copy;
    CHECK_INT(task_join(begin_in(copy_inside, NULL, context), &copy), 0);
    CHECK_INT(task_join(begin_in(see_the_copy, &four, copy.p), NULL), 0);
    CHECK_INT(task_join(begin_in(see_the_copy, &four, context), NULL), 0);
    context_release(copy.p);
    context_release(context);
    return 0;
}

TEST(what_a_task_sets_stays_in_a_context_of_the_programs)    /* T18 */
{
    play(copy_a_shared_one, NULL);
}

TEST(an_empty_context_can_be_copied_outside)
{
    Context *context = context_copy();
    CHECK(context != NULL);
    context_release(context);
}

/* ---- Memory ---- */
static size_t memory(void)
{
    return check_memory();    /* 0 where it cannot be told */
}

static int set_a_million_times(void *arg, Value *result)
{
    set(&level, 1);
    set(&user, 1);
    size_t before = memory();
    for (int i = 0; i < 500000; i++) {
        set(&user, i);
        set(&level, i);
    }
    CHECK_INT(get(&user), 499999);
    CHECK_INT(memory(), before);
    return 0;
}

TEST_LIMIT(60, a_million_times_the_same_one_takes_no_memory)
{
    play(set_a_million_times, NULL);
}

typedef struct Family {
    int left;
    size_t early, late;
} Family;

static int be_a_generation(void *arg, Value *result)
{
    Family *family = arg;
    set(&user, family->left);
    set(&level, family->left);
    if (family->left == 900)
        family->early = memory();
    if (family->left == 100)
        family->late = memory();
    if (--family->left > 0)
        spawn(be_a_generation, family);    /* it lives on when we are gone */
    return 0;
}

static int make_generations(void *arg, Value *result)
{
    Family family = { .left = 1000 };
    loop_set_debug(async_get_running_loop(), false);    /* it keeps the freed */
    spawn(be_a_generation, &family);
    pause_turns(1010);
    CHECK_INT(family.left, 0);
    CHECK_INT(family.late, family.early);
    return 0;
}

TEST(a_thousand_generations_take_no_more_than_one)
{
    play(make_generations, NULL);
}
