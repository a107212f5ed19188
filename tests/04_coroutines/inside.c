/* What coro_inside.h offers the layers above: roots, chains and their ends. */
#include "../../code/04_coroutines/coro_inside.h"
#include "coros.h"

/* ---- Helpers ---- */
/* What happened, a letter each. */
static char story[200];

static void note(char letter)
{
    size_t n = strlen(story);
    CHECK(n + 1 < sizeof story);
    story[n] = letter;
}

static Coro *ended_last;
static int ends;

static Coro *back_to_root(Coro *coro)
{
    CHECK_PTR(coro_current(), coro);
    CHECK(coro_done(coro));
    ended_last = coro;
    ends++;
    return coro_root();
}

static Coro *adopted(CoroFn *function, void *arg)
{
    Coro *coro = new_coro(function, arg);
    coro_adopt(coro, back_to_root);
    return coro;
}

/* ---- Entering ---- */
static int pause_twice(void *letter, Value *result)
{
    Coro *me = coro_current();
    for (int i = 0; i < 3; i++) {
        note(*(char *)letter);
        CHECK_PTR(coro_current(), me);
        if (i < 2)
            coro_switch(coro_root());
    }
    result->i = 42;
    return 7;
}

TEST(one_that_is_entered_goes_on_each_time)
{
    Value result;
    Coro *coro = adopted(pause_twice, "a");
    CHECK_STR(story, "");
    coro_enter(coro);
    CHECK_STR(story, "a");
    CHECK_PTR(coro_current(), NULL);
    coro_enter(coro);
    CHECK_STR(story, "aa");
    CHECK(!coro_done(coro));
    CHECK_INT(ends, 0);
    coro_enter(coro);
    CHECK_STR(story, "aaa");
    CHECK_INT(ends, 1);
    CHECK_PTR(ended_last, coro);
    CHECK(coro_done(coro));
    CHECK_INT(coro_result(coro, &result), 7);
    CHECK_INT(result.i, 42);
    coro_free(coro);
}

TEST(several_take_turns)
{
    Coro *coros[] = {
        adopted(pause_twice, "a"), adopted(pause_twice, "b"),
        adopted(pause_twice, "c")
    };
    for (int turn = 0; turn < 3; turn++)
        for (int i = 0; i < 3; i++)
            coro_enter(coros[i]);
    CHECK_STR(story, "abcabcabc");
    CHECK_INT(ends, 3);
    for (int i = 0; i < 3; i++)
        coro_free(coros[i]);
}

TEST(one_that_is_adopted_is_not_resumed_or_freed)
{
    Value out = of(5);
    Coro *coro = adopted(pause_twice, "a");
    CHECK(!coro_resume(coro, of(1), &out));
    coro_enter(coro);
    CHECK(!coro_resume(coro, of(1), &out));
    CHECK_INT(out.i, 5);
    coro_free(coro);
    Coro *other = new_coro(pause_twice, "b");
    CHECK(other != coro);
    coro_enter(coro);
    coro_enter(coro);
    CHECK_STR(story, "aaa");
    coro_free(coro);
    coro_free(other);
}

static int yield_to_nobody(void *arg, Value *result)
{
    for (int i = 0; i < 3; i++)
        CHECK_PTR(coro_yield(of(5)).p, NULL);
    note('y');
    return 0;
}

TEST(one_that_is_adopted_has_nobody_to_yield_to)
{
    Coro *coro = adopted(yield_to_nobody, NULL);
    coro_enter(coro);
    CHECK_STR(story, "y");
    CHECK(coro_done(coro));
    coro_free(coro);
}

/* ---- Roots ---- */
static Coro *seen_root;

static int see_root(void *arg, Value *result)
{
    seen_root = coro_root();
    coro_switch(seen_root);
    CHECK(coro_root() != NULL);
    seen_root = coro_root();
    return 0;
}

TEST(the_root_is_who_entered)
{
    CHECK_PTR(coro_root(), NULL);
    Coro *coro = adopted(see_root, NULL);
    coro_enter(coro);
    CHECK(seen_root != NULL && seen_root != coro);
    CHECK_PTR(coro_root(), NULL);
    coro_enter(coro);
    CHECK_PTR(coro_root(), NULL);
    coro_free(coro);
}

/* Enters another that was handed to it, until that has ended. */
static int enter_other(void *arg, Value *result)
{
    Coro *other = arg, *root = coro_root(), *me = coro_current();
    while (!coro_done(other)) {
        note('(');
        coro_enter(other);
        note(')');
        CHECK_PTR(coro_root(), root);
        CHECK_PTR(coro_current(), me);
        if (root != NULL)
            coro_switch(root);
        else
            coro_yield(of(1));
    }
    return 0;
}

TEST(one_that_is_entered_can_enter)
{
    Coro *inner = adopted(pause_twice, "a");
    Coro *outer = adopted(enter_other, inner);
    for (int i = 0; i < 4; i++) {
        note('[');
        coro_enter(outer);
        note(']');
    }
    CHECK_STR(story, "[(a)][(a)][(a)][]");
    CHECK_INT(ends, 2);
    CHECK_PTR(ended_last, outer);
    coro_free(inner);
    coro_free(outer);
}

TEST(the_inner_root_is_the_one_in_between)
{
    Coro *inner = adopted(see_root, NULL);
    Coro *outer = adopted(enter_other, inner);
    coro_enter(outer);
    CHECK_PTR(seen_root, outer);
    coro_enter(outer);
    CHECK_PTR(seen_root, outer);
    coro_enter(outer);
    CHECK(coro_done(outer));
    coro_free(inner);
    coro_free(outer);
}

TEST(one_that_is_resumed_can_enter)
{
    Coro *inner = adopted(pause_twice, "a");
    Coro *outer = new_coro(enter_other, inner);
    for (int i = 0; i < 3; i++)
        CHECK_INT(send(outer, 0), 1);
    finish(outer);
    CHECK_STR(story, "(a)(a)(a)");
    CHECK_PTR(coro_root(), NULL);
    coro_free(inner);
    coro_free(outer);
}

/* ---- From one into another ---- */
static Coro *chain[3];

/* From chain[0] to chain[1] and so on; the last goes to the root. */
static int switch_to_next(void *arg, Value *result)
{
    int i = *(int *)arg;
    Coro *root = coro_root();
    for (int turn = 0; turn < 3; turn++) {
        note((char)('a' + i));
        CHECK_PTR(coro_current(), chain[i]);
        CHECK_PTR(coro_root(), root);
        coro_switch(i < 2 ? chain[i + 1] : root);
    }
    return i;
}

TEST(one_switches_into_another)
{
    int args[] = { 0, 1, 2 };
    for (int i = 0; i < 3; i++)
        chain[i] = adopted(switch_to_next, &args[i]);
    for (int turn = 0; turn < 3; turn++) {
        coro_enter(chain[0]);
        CHECK_PTR(coro_current(), NULL);
        CHECK_PTR(coro_root(), NULL);
    }
    CHECK_STR(story, "abcabcabc");
    CHECK_INT(ends, 0);
    for (int i = 0; i < 3; i++) {
        coro_enter(chain[i]);
        CHECK_INT(coro_result(chain[i], NULL), i);
        coro_free(chain[i]);
    }
    CHECK_INT(ends, 3);
}

static Coro *on_to_next(Coro *coro)
{
    ends++;
    for (int i = 0; i < 2; i++)
        if (coro == chain[i])
            return chain[i + 1];
    return coro_root();
}

static int note_and_end(void *letter, Value *result)
{
    note(*(char *)letter);
    return 0;
}

TEST(when_one_has_ended_another_goes_on)
{
    char letters[] = "abc";
    for (int i = 0; i < 3; i++) {
        chain[i] = new_coro(note_and_end, &letters[i]);
        coro_adopt(chain[i], on_to_next);
    }
    coro_enter(chain[0]);
    CHECK_STR(story, "abc");
    CHECK_INT(ends, 3);
    CHECK_PTR(coro_current(), NULL);
    for (int i = 0; i < 3; i++) {
        CHECK(coro_done(chain[i]));
        coro_free(chain[i]);
    }
}

/* ---- Chains ---- */
static Coro *innermost;

/* Goes to the root from below one that was resumed, and yields between. */
static int pause_below(void *arg, Value *result)
{
    for (int i = 0; i < 2; i++) {
        innermost = coro_current();
        note('i');
        coro_switch(coro_root());
        note('j');
        CHECK_INT(coro_yield(of(i)).i, i + 10);
    }
    result->i = 3;
    return 0;
}

static int resume_below(void *arg, Value *result)
{
    Coro *below = new_coro(pause_below, NULL), *me = coro_current();
    for (int i = 0; i < 2; i++) {
        CHECK_INT(send(below, i + 9), i);
        note('r');
        CHECK_PTR(coro_current(), me);
        innermost = me;
        coro_switch(coro_root());
    }
    CHECK(!coro_resume(below, of(11), NULL));
    CHECK_INT(result_of(below), 3);
    coro_free(below);
    return 0;
}

TEST(a_chain_goes_on_at_its_innermost)
{
    Coro *coro = adopted(resume_below, NULL);
    coro_enter(coro);
    CHECK_STR(story, "i");
    CHECK(innermost != coro);
    coro_enter(innermost);
    CHECK_STR(story, "ijr");
    CHECK_PTR(innermost, coro);
    coro_enter(innermost);
    CHECK_STR(story, "ijri");
    CHECK(innermost != coro);
    coro_enter(innermost);
    CHECK_STR(story, "ijrijr");
    CHECK_INT(ends, 0);
    coro_enter(innermost);
    CHECK(coro_done(coro));
    CHECK_PTR(ended_last, coro);
    CHECK_INT(ends, 1);    /* the inner one's end is between those two */
    coro_free(coro);
}

TEST(chains_take_turns)
{
    Coro *coros[3], *inner[3];
    for (int i = 0; i < 3; i++)
        inner[i] = coros[i] = adopted(resume_below, NULL);
    for (int turn = 0; turn < 5; turn++)
        for (int i = 0; i < 3; i++) {
            coro_enter(inner[i]);
            inner[i] = innermost;
        }
    CHECK_STR(story, "iiijrjrjriiijrjrjr");
    for (int i = 0; i < 3; i++) {
        CHECK(coro_done(coros[i]));
        coro_free(coros[i]);
    }
}

TEST(the_innermost_of_a_chain_runs)
{
    Coro *coro = adopted(resume_below, NULL);
    coro_enter(coro);
    CHECK(!coro_resume(innermost, of(0), NULL));    /* it did not yield */
    CHECK(!coro_done(innermost));
    coro_free(innermost);
    for (int i = 0; i < 4; i++)
        coro_enter(innermost);
    CHECK(coro_done(coro));
    coro_free(coro);
}

/* ---- Giving up ---- */
static int yield_numbers(void *arg, Value *result)
{
    for (int i = 1; i < 4; i++)
        CHECK_INT(coro_yield(of(i)).i, 10 * i);
    return 0;
}

static void check_generator(Coro *coro)
{
    for (int i = 1; i < 4; i++)
        CHECK_INT(send(coro, 10 * (i - 1)), i);
    CHECK(!coro_resume(coro, of(30), NULL));
    CHECK(coro_done(coro));
}

TEST(an_abandoned_stack_is_used_again)
{
    Coro *first = NULL;
    for (int i = 0; i < 10; i++) {
        Coro *coro = adopted(pause_twice, "a");
        CHECK(first == NULL || coro == first);
        first = coro;
        coro_enter(coro);
        coro_abandon(coro);
        coro = new_coro(yield_numbers, NULL);
        CHECK_PTR(coro, first);
        check_generator(coro);
        coro_free(coro);
    }
    CHECK_STR(story, "aaaaaaaaaa");
    CHECK_INT(ends, 0);
}

TEST(one_that_was_never_entered_can_be_abandoned)
{
    Coro *coro = adopted(pause_twice, "a"), *first = coro;
    coro_abandon(coro);
    CHECK_STR(story, "");
    coro = new_coro(yield_numbers, NULL);
    CHECK_PTR(coro, first);
    check_generator(coro);
    coro_free(coro);
}

TEST(the_next_on_a_stack_is_not_adopted)
{
    Coro *coro = adopted(note_and_end, "a"), *first = coro;
    coro_enter(coro);
    coro_free(coro);
    coro = new_coro(yield_numbers, NULL);
    CHECK_PTR(coro, first);
    check_generator(coro);
    CHECK_INT(ends, 1);
    coro_free(coro);
    coro = adopted(yield_to_nobody, NULL);
    CHECK_PTR(coro, first);
    coro_enter(coro);
    CHECK_STR(story, "ay");
    CHECK_INT(ends, 2);
    coro_free(coro);
}

/* ---- Threads with roots of their own ---- */
static void *enter_here(void *arg)
{
    Coro *coro = adopted(see_root, NULL);
    CHECK_PTR(coro_root(), NULL);
    coro_enter(coro);
    CHECK_PTR(coro_root(), NULL);
    coro_enter(coro);
    CHECK(coro_done(coro));
    coro_free(coro);
    return NULL;
}

static int enter_in_thread(void *arg, Value *result)
{
    Coro *root = coro_root();
    in_thread(enter_here, NULL);
    CHECK_PTR(coro_root(), root);
    CHECK(seen_root != root);
    return 0;
}

TEST(each_thread_has_a_root)
{
    Coro *coro = adopted(enter_in_thread, NULL);
    coro_enter(coro);
    CHECK(coro_done(coro));
    coro_free(coro);
}
