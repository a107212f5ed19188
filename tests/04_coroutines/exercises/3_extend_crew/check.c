/* Each member writes its letter when it has its turn: so the order can be
 * read. */
#include "../../../check.h"
#include "../../../../code/04_coroutines/exercises/3_extend_crew/crew.h"

static Crew *crew;
static char story[100];

/* ---- Around each test ---- */
static void set_up(void)
{
    crew = crew_new();
    CHECK(crew != NULL);
    story[0] = '\0';
}

static void tell(char letter)
{
    size_t len = strlen(story);
    CHECK(len + 1 < sizeof story);
    story[len] = letter;
    story[len + 1] = '\0';
}

static Member *add(Crew *to, CoroFn *function, void *arg)
{
    Member *member = crew_add(to, function, arg);
    CHECK(member != NULL);
    return member;
}

/* ---- Members ---- */
typedef struct Worker {
    char letter;
    int turns;    /* how many it takes */
    int err;
    Member *joined;    /* for whom it waits before each turn, or NULL */
    int joined_err;    /* what that should return */
} Worker;

static int work(void *arg, Value *result)
{
    Worker *worker = arg;
    for (int i = 0; i < worker->turns; i++) {
        Value value = { .i = -1 };
        if (i > 0)
            crew_pause();
        if (worker->joined != NULL) {
            CHECK_INT(crew_join(worker->joined, &value), worker->joined_err);
            CHECK_INT(value.i, worker->joined_err == EDEADLK ? -1 : 5);
        }
        tell(worker->letter);
    }
    result->i = 5;
    return worker->err;
}

static int add_another(void *arg, Value *result)
{
    static Worker another;
    tell('+');
    another = (Worker){ 'n', 2, 0, NULL, 0 };
    add(arg, work, &another);
    crew_pause();
    tell('-');
    return 0;
}

/* ---- Turns ---- */
TEST_FOR(1, they_take_turns_in_the_order_of_their_coming)
{
    HINT("who pauses goes to the end of the queue");
    set_up();
    CHECK_INT(crew_run(crew), 0);    /* nobody is there */
    Worker a = { 'a', 3, 0, NULL, 0 }, b = { 'b', 1, EIO, NULL, 0 };
    Worker c = { 'c', 4, 0, NULL, 0 };
    add(crew, work, &a);
    add(crew, work, &b);
    add(crew, work, &c);
    CHECK_STR(story, "");
    CHECK_INT(crew_run(crew), 0);
    CHECK_STR(story, "abcacacc");
    CHECK_PTR(crew_add(crew, NULL, NULL), NULL);
    CHECK_INT(crew_run(crew), 0);
    crew_free(crew);
}

TEST_FOR(1, who_is_added_begins_behind_all_that_can_go_on)
{
    HINT("crew_add() puts it at the end of the queue, whoever calls");
    set_up();
    Worker a = { 'a', 4, 0, NULL, 0 }, b = { 'b', 3, 0, NULL, 0 };
    add(crew, work, &a);
    add(crew, add_another, crew);
    add(crew, work, &b);
    CHECK_INT(crew_run(crew), 0);
    CHECK_STR(story, "a+ban-banba");
    add(crew, work, &a);    /* and it can be run again */
    add(crew, work, &b);
    CHECK_INT(crew_run(crew), 0);
    CHECK_STR(story, "a+ban-banbaabababa");
    crew_free(crew);
}

/* ---- Waiting ---- */
TEST_FOR(1, who_waits_gets_the_result_in_the_order_of_coming)
{
    HINT("who has returned puts those who wait for it at the end of the queue");
    set_up();
    Worker b = { 'b', 3, EPIPE, NULL, 0 }, d = { 'd', 5, 0, NULL, 0 };
    Worker a = { 'a', 1, 0, NULL, EPIPE }, c = a, e = a;
    c.letter = 'c';
    e.letter = 'e';
    Value value = { .i = -1 };
    add(crew, work, &a);
    Member *joined = add(crew, work, &b);
    a.joined = c.joined = e.joined = joined;
    add(crew, work, &e);
    add(crew, work, &d);
    add(crew, work, &c);
    CHECK_INT(crew_join(joined, &value), E_INVALID_STATE);
    CHECK_INT(crew_run(crew), 0);
    CHECK_STR(story, "bdbdbdaecdd");
    CHECK_INT(value.i, -1);
    CHECK_INT(crew_join(joined, &value), EPIPE);    /* for us, too */
    CHECK_INT(value.i, 5);
    CHECK_INT(crew_join(joined, NULL), EPIPE);
    crew_free(crew);
}

TEST_FOR(1, who_waits_for_one_that_has_returned_goes_on_at_once)
{
    HINT("ask coro_done() before you yield");
    set_up();
    Worker a = { 'a', 1, 0, NULL, 0 }, b = { 'b', 3, 0, NULL, 0 }, c = b;
    Worker d = b;
    c.letter = 'c';
    d.letter = 'd';
    d.turns = 1;
    c.joined = add(crew, work, &a);
    add(crew, work, &b);
    d.joined = add(crew, work, &c);
    add(crew, work, &d);
    CHECK_INT(crew_run(crew), 0);
    CHECK_STR(story, "abcbcbcd");
    crew_free(crew);
}

TEST_FOR(1, a_circle_is_told_and_the_others_go_on)
{
    HINT("nobody can go on, and not all have returned: that is EDEADLK");
    set_up();
    Worker a = { 'a', 1, 0, NULL, 0 }, b = { 'b', 1, 0, NULL, 0 };
    Worker c = { 'c', 3, 0, NULL, 0 }, d = { 'd', 2, 0, NULL, EDEADLK };
    b.joined = add(crew, work, &a);
    a.joined = add(crew, work, &b);
    add(crew, work, &c);
    d.joined = add(crew, work, &d);    /* itself */
    CHECK_INT(crew_run(crew), EDEADLK);
    CHECK_STR(story, "cdcdc");
    CHECK_INT(crew_join(a.joined, NULL), E_INVALID_STATE);
    add(crew, work, &c);
    CHECK_INT(crew_run(crew), EDEADLK);
    CHECK_STR(story, "cdcdcccc");
    crew_free(crew);
}

/* ---- Crews in crews ---- */
typedef struct Inner {
    Crew *crew;
    Member *outsider;    /* of the outer crew */
} Inner;

static int join_an_outsider(void *arg, Value *result)
{
    Inner *inner = arg;
    CHECK_INT(crew_join(inner->outsider, NULL), E_INVALID_STATE);
    return 0;
}

static int run_inner(void *arg, Value *result)
{
    Inner *inner = arg;
    CHECK_INT(crew_run(crew), E_RUNTIME);
    tell('(');
    CHECK_INT(crew_run(inner->crew), 0);
    tell(')');
    CHECK_INT(crew_join(inner->outsider, NULL), 0);    /* of our own crew */
    tell('!');
    return 0;
}

TEST_FOR(1, a_member_may_run_another_crew)
{
    HINT("coro_current() says who calls; a variable of yours may be wrong");
    set_up();
    Inner inner = { crew_new(), NULL };
    CHECK(inner.crew != NULL);
    Worker a = { 'a', 3, 0, NULL, 0 }, b = { 'b', 2, 0, NULL, 0 };
    Worker c = { 'c', 2, 0, NULL, 0 };
    add(crew, run_inner, &inner);
    inner.outsider = add(crew, work, &a);
    add(inner.crew, work, &b);
    add(inner.crew, join_an_outsider, &inner);
    add(inner.crew, work, &c);
    CHECK_INT(crew_run(crew), 0);
    CHECK_STR(story, "(bcbc)aaa!");
    crew_free(inner.crew);
    crew_free(crew);

    set_up();    /* freed before it is run, and after */
    add(crew, work, &a);
    crew_free(crew);
}
