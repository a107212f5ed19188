/* Names, lists and stacks: what one can learn of tasks. */
#include "tasks.h"

#include "../../code/05_tasks/task_inside.h"

/* ---- Names ---- */
static int number_of(Task *task)
{
    const char *name = task_get_name(task);
    CHECK_INT(strncmp(name, "Task-", 5), 0);
    char *end;
    long number = strtol(name + 5, &end, 10);
    CHECK_STR(end, "");
    return (int)number;
}

TEST(names_count_through_the_whole_program)    /* T15 */
{
    Loop *loops[] = { ordered_loop(), ordered_loop() };
    Task *tasks[6];
    for (int i = 0; i < 6; i++) {
        tasks[i] = new_task(loops[i % 2], return_seven, NULL);
        CHECK_INT(number_of(tasks[i]), i + 1);
    }
    for (int i = 0; i < 2; i++)
        run_turns(loops[i], 1);
    for (int i = 0; i < 6; i++) {
        CHECK_INT(number_of(tasks[i]), i + 1);    /* also when it is done */
        task_release(tasks[i]);
    }
    loop_free(loops[0]);
    loop_free(loops[1]);
}

static int rename_oneself(void *arg, Value *result)
{
    Task *self = async_current_task();
    char name[] = "mine";
    CHECK_STR(task_get_name(self), "given");
    task_set_name(self, name);
    name[0] = 'M';
    CHECK_STR(task_get_name(self), "mine");    /* a copy */
    pause_turns(1);
    CHECK_STR(task_get_name(self), "mine");
    return 0;
}

static int give_names(void *arg, Value *result)
{
    char name[] = "given";
    Task *task = async_create_task_with(rename_oneself, NULL,
                                        &(TaskOptions){ .name = name });
    CHECK(task != NULL);
    name[0] = 'G';
    CHECK_STR(task_get_name(task), "given");
    CHECK_INT(await(task, NULL), 0);
    CHECK_STR(task_get_name(task), "mine");
    task_set_name(task, "after its end");
    CHECK_STR(task_get_name(task), "after its end");
    task_set_name(task, NULL);
    CHECK_STR(task_get_name(task), "after its end");
    task_set_name(task, task_get_name(task));
    CHECK_STR(task_get_name(task), "after its end");
    task_set_name(task, "");
    CHECK_STR(task_get_name(task), "");
    task_release(task);
    return 0;
}

TEST(a_name_is_copied_and_can_be_changed)    /* T15 */
{
    play(give_names, NULL);
}

static int name_at_length(void *arg, Value *result)
{
    char name[1001];
    memset(name, 'n', 1000);
    name[1000] = '\0';
    task_set_name(async_current_task(), name);
    CHECK_STR(task_get_name(async_current_task()), name);
    return 0;
}

TEST(a_name_may_be_long)    /* T15 */
{
    play(name_at_length, NULL);
}

/* ---- All tasks ---- */
static Task *tasks[8];

static int look_at_all(void *arg, Value *result)
{
    Task *seen[10] = { NULL }, *self = async_current_task();
    CHECK_INT(async_all_tasks(NULL, seen, 10), 1);
    CHECK_PTR(seen[0], self);
    for (int i = 0; i < 4; i++)
        tasks[i] = begin(i % 2 ? return_seven : sleep_forever, NULL);
    CHECK_INT(async_all_tasks(NULL, seen, 10), 5);
    CHECK_PTR(seen[0], self);
    for (int i = 0; i < 4; i++)
        CHECK_PTR(seen[i + 1], tasks[i]);
    pause_turns(1);
    CHECK_INT(async_all_tasks(NULL, seen, 10), 3);
    CHECK_PTR(seen[0], self);
    CHECK_PTR(seen[1], tasks[0]);
    CHECK_PTR(seen[2], tasks[2]);
    CHECK(task_cancel(tasks[0]) && task_cancel(tasks[2]));
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 3);    /* not done yet */
    pause_turns(1);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    for (int i = 0; i < 4; i++)
        task_release(tasks[i]);
    return 0;
}

TEST(all_tasks_are_those_that_are_not_done_oldest_first)    /* T15 */
{
    play(look_at_all, NULL);
}

static int see_some(void *arg, Value *result)
{
    Task *seen[4] = { NULL };
    for (int i = 0; i < 4; i++)
        tasks[i] = begin(return_seven, NULL);
    CHECK_INT(async_all_tasks(NULL, seen, 2), 5);
    CHECK_PTR(seen[0], async_current_task());
    CHECK_PTR(seen[1], tasks[0]);
    CHECK_PTR(seen[2], NULL);    /* two were asked for */
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 5);
    for (int i = 0; i < 4; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    return 0;
}

TEST(no_more_are_filled_in_than_there_is_room_for)
{
    play(see_some, NULL);
}

TEST(another_loop_can_be_asked)
{
    Loop *one = ordered_loop(), *other = ordered_loop();
    Task *seen[2] = { NULL };
    CHECK_INT(async_all_tasks(NULL, seen, 2), 0);    /* none runs */
    CHECK_INT(async_all_tasks(one, seen, 2), 0);
    Task *task = new_task(one, return_seven, NULL);
    CHECK_INT(async_all_tasks(one, seen, 2), 1);
    CHECK_PTR(seen[0], task);
    CHECK_INT(async_all_tasks(other, seen, 2), 0);
    CHECK_INT(async_all_tasks(NULL, seen, 2), 0);
    run_turns(one, 1);
    CHECK_INT(async_all_tasks(one, seen, 2), 0);
    task_release(task);
    loop_free(one);
    loop_free(other);
}

/* ---- Stacks, in lines ---- */
static int await_it(void *task, Value *result)
{
    return await(*(Task **)task, result);
}

static Task *named_task(Loop *loop, const char *name, CoroFn *function,
                        void *arg)
{
    Task *task = new_task(loop, function, arg);
    task_set_name(task, name);
    return task;
}

static void check_stack(Task *task, const char *wanted)
{
    Text text;
    task_print_stack(task, text_begin(&text));
    CHECK_STR(text_end(&text), wanted);
}

TEST(each_task_that_is_awaited_has_a_line)
{
    Loop *loop = ordered_loop();
    Task *a, *b, *c;
    a = named_task(loop, "a", await_it, &b);
    b = named_task(loop, "b", await_it, &c);
    c = named_task(loop, "c", sleep_forever, NULL);
    check_stack(a, "a (ready)\n");
    run_turns(loop, 1);
    check_stack(a, "a (waiting) awaits\nb (waiting) awaits\n"
                   "c (waiting) in sleep\n");
    check_stack(b, "b (waiting) awaits\nc (waiting) in sleep\n");
    check_stack(c, "c (waiting) in sleep\n");
    CHECK(task_cancel(a));
    run_turns(loop, 3);
    check_stack(a, "a (cancelled)\n");
    task_release(a);
    task_release(b);
    task_release(c);
    loop_free(loop);
}

TEST(at_its_end_may_be_a_future)
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    Task *a, *b;
    b = named_task(loop, "b", wait_for, future);
    a = named_task(loop, "a", await_it, &b);
    run_turns(loop, 1);
    check_stack(a, "a (waiting) awaits\nb (waiting) awaits a Future\n");
    CHECK_INT(future_set_result(future, seven), 0);
    run_turns(loop, 2);
    check_stack(a, "a (done)\n");
    task_release(a);
    task_release(b);
    future_release(future);
    loop_free(loop);
}

static int print_oneself(void *arg, Value *result)
{
    Task *self = async_current_task();
    task_set_name(self, "self");
    check_stack(self, "self (running)\n");
    pause_turns(1);
    check_stack(self, "self (running)\n");
    return 0;
}

TEST(the_one_that_asks_is_running)
{
    play(print_oneself, NULL);
}

TEST(of_a_future_there_is_no_stack)
{
    Loop *loop = ordered_loop();
    Future *future = future_new(loop);
    check_stack(future, "");
    future_release(future);
    loop_free(loop);
}

static Task *circle[3];

static int await_another(void *another, Value *result)
{
    return await(*(Task **)another, result);
}

static void ignore(Loop *loop, const ErrorContext *context, void *arg)
{
}

TEST(a_circle_is_printed_once_round)
{
    Loop *loop = ordered_loop();
    loop_set_exception_handler(loop, ignore, NULL);
    circle[0] = named_task(loop, "a", await_another, &circle[1]);
    circle[1] = named_task(loop, "b", await_another, &circle[2]);
    circle[2] = named_task(loop, "c", await_another, &circle[0]);
    run_turns(loop, 1);
    for (int i = 0; i < 2; i++) {    /* asking leaves no traces */
        check_stack(circle[0], "a (waiting) awaits\nb (waiting) awaits\n"
                               "c (waiting) awaits\n");
        check_stack(circle[2], "c (waiting) awaits\na (waiting) awaits\n"
                               "b (waiting) awaits\n");
    }
    loop_free(loop);
    for (int i = 0; i < 3; i++)
        task_release(circle[i]);
}

/* ---- What else can park a task ---- */
static const ParkedKind tested = { .what = "a test" };

static int park(void *parked, Value *result)
{
    return task_park(parked);
}

TEST(what_it_waits_for_is_named)
{
    Loop *loop = ordered_loop();
    Parked parked = { .kind = &tested };
    Task *task = named_task(loop, "a", park, &parked);
    run_turns(loop, 1);
    check_stack(task, "a (waiting) in a test\n");
    CHECK_INT(parked.state, PENDING);
    task_unpark(&parked);
    task_unpark(&parked);    /* once is enough */
    CHECK_INT(parked.state, FINISHED);
    CHECK(!task_cancel_parked(&parked, NULL));
    run_turns(loop, 1);
    CHECK_INT(task_error(task), 0);
    task_release(task);
    loop_free(loop);
}

TEST(who_is_cancelled_while_parked_can_tell_whether_he_was_woken)    /* T8 */
{
    Loop *loop = ordered_loop();
    Parked woken = { .kind = &tested }, waiting = { .kind = &tested };
    Task *one = new_task(loop, park, &woken);
    Task *other = new_task(loop, park, &waiting);
    run_turns(loop, 1);
    task_unpark(&woken);
    CHECK(task_cancel(one) && task_cancel(other));
    task_unpark(&waiting);    /* too late */
    run_turns(loop, 1);
    CHECK(task_cancelled(one) && task_cancelled(other));
    CHECK_INT(woken.state, FINISHED);
    CHECK_INT(waiting.state, CANCELLED);
    task_release(one);
    task_release(other);
    loop_free(loop);
}

static int forgotten;

static void forget(Parked *parked)
{
    forgotten++;
}

static const ParkedKind forgetful = { .what = "a test", .forget = forget };

TEST(when_the_loop_closes_it_is_told_to_forget)    /* D2 */
{
    Loop *loop = ordered_loop();
    loop_set_exception_handler(loop, ignore, NULL);
    Parked waiting = { .kind = &forgetful };
    Parked woken = { .kind = &forgetful };
    task_release(new_task(loop, park, &waiting));
    task_release(new_task(loop, park, &woken));
    run_turns(loop, 1);
    task_unpark(&woken);    /* and has not gone on yet */
    loop_free(loop);
    CHECK_INT(forgotten, 2);
}
