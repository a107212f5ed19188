/* What is lent to a loop, and who is told when it closes. */
#include "loops.h"

#include "../../code/02_callbacks/loop_inside.h"

#include <pthread.h>
#include <stdatomic.h>

static pthread_t start(void *(*function)(void *), void *arg)
{
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, function, arg), 0);
    return thread;
}

static void *run_here(void *loop)
{
    run(loop);
    return NULL;
}

/* ---- Lending ---- */
typedef struct Lent {
    Posted posted;
    Loop *loop;
    int left, runs;
} Lent;

static void run_lent(void *arg)
{
    Lent *lent = arg;
    lent->runs++;
    if (--lent->left > 0)
        CHECK(loop_post(lent->loop, &lent->posted));
    else
        stop(NULL);
}

static Lent lend(Loop *loop, int times)
{
    return (Lent){ { .is_lent = true }, loop, times, 0 };
}

static void post(Lent *lent)
{
    lent->posted.entry = (Entry){ run_lent, lent };
    CHECK(loop_post(lent->loop, &lent->posted));
}

TEST(what_is_lent_runs_and_is_posted_again)
{
    Loop *loop = new_loop();
    Lent lent = lend(loop, 100);
    post(&lent);
    run(loop);
    CHECK_INT(lent.runs, 100);
    run_turn_of(loop);
    CHECK_INT(lent.runs, 100);
    loop_free(loop);
}

TEST(what_is_lent_and_what_is_not_keep_their_order)
{
    Loop *loop = ordered_loop();
    Posted b = { .entry = { tell, "b" }, .is_lent = true };
    Posted d = { .entry = { tell, "d" }, .is_lent = true };
    loop_call_soon_threadsafe(loop, tell, "a");
    CHECK(loop_post(loop, &b));
    loop_call_soon_threadsafe(loop, tell, "c");
    CHECK(loop_post(loop, &d));
    loop_call_soon_threadsafe(loop, tell, "e");
    run_turn_of(loop);
    CHECK_STR(story, "a b c d e");
    loop_free(loop);
}

TEST(what_is_lent_and_has_not_run_when_the_loop_closes_never_will)
{
    Loop *loop = new_loop();
    Posted *waits = malloc(sizeof *waits), *is_ready = malloc(sizeof *waits);
    CHECK(waits != NULL && is_ready != NULL);
    *waits = *is_ready = (Posted){ .entry = { never, NULL }, .is_lent = true };
    CHECK(loop_post(loop, is_ready));
    loop_call_soon(loop, never, NULL);    /* what was posted goes first */
    CHECK(loop_post(loop, waits));
    CHECK_INT(loop_close(loop), 0);
    CHECK(!loop_post(loop, waits));
    CHECK_INT(loop_run_forever(loop), E_RUNTIME);
    loop_free(loop);
    free(waits);    /* they are still ours */
    free(is_ready);
}

/* ---- Two threads ---- */
typedef struct Lender {
    Posted posted;
    Loop *loop;
    Pair pipe;
    int runs;
} Lender;

enum { ROUNDS = 1000 };

static void give_back(void *arg)
{
    Lender *lender = arg;
    lender->runs++;
    CHECK_INT(write(lender->pipe.b, "", 1), 1);
}

static void *lend_again_and_again(void *arg)
{
    Lender *lender = arg;
    char byte;
    for (int i = 0; i < ROUNDS; i++) {
        CHECK(loop_post(lender->loop, &lender->posted));
        CHECK_INT(read(lender->pipe.a, &byte, 1), 1);
    }
    return NULL;
}

TEST_LIMIT(60, two_threads_lend_to_one_loop)
{
    Loop *loop = new_loop();
    Lender lenders[2];
    pthread_t threads[2], runner = start(run_here, loop);
    for (int i = 0; i < 2; i++) {
        lenders[i] = (Lender){ { NULL, { give_back, &lenders[i] }, true },
                               loop, pair_new(), 0 };
        threads[i] = start(lend_again_and_again, &lenders[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(lenders[i].runs, ROUNDS);
        pair_close(lenders[i].pipe);
    }
    CHECK_INT(loop_call_soon_threadsafe(loop, stop, NULL), 0);
    pthread_join(runner, NULL);
    loop_free(loop);
}

/* ---- Who is told ---- */
typedef struct Visitor {
    Guest guest;
    Loop *loop;
    pthread_t told_in;
    int told;
    struct Visitor *friend;    /* whom it dismisses then, or NULL */
} Visitor;

static void hear(Guest *guest)
{
    Visitor *visitor = (Visitor *)guest;
    Posted posted = { .entry = { never, NULL }, .is_lent = true };
    CHECK(loop_is_closed(visitor->loop));
    CHECK(!loop_post(visitor->loop, &posted));
    CHECK(!loop_invite(visitor->loop, guest));
    CHECK_INT(loop_close(visitor->loop), 0);
    loop_dismiss(visitor->loop, guest);
    visitor->told_in = pthread_self();
    visitor->told++;
    if (visitor->friend != NULL)
        loop_dismiss(visitor->loop, &visitor->friend->guest);
}

static Visitor visitor_of(Loop *loop)
{
    return (Visitor){ .guest = { .closing = hear }, .loop = loop };
}

TEST(each_guest_is_told_once_when_the_loop_closes)
{
    Loop *loop = new_loop(), *other = new_loop();
    Visitor visitors[5], elsewhere = visitor_of(other);
    CHECK(loop_invite(other, &elsewhere.guest));
    for (int i = 0; i < 5; i++) {
        visitors[i] = visitor_of(loop);
        CHECK(loop_invite(loop, &visitors[i].guest));
    }
    run_turn_of(loop);
    for (int i = 0; i < 5; i++)
        CHECK_INT(visitors[i].told, 0);
    CHECK_INT(loop_close(loop), 0);
    for (int i = 0; i < 5; i++)
        CHECK_INT(visitors[i].told, 1);
    loop_free(loop);
    for (int i = 0; i < 5; i++)
        CHECK_INT(visitors[i].told, 1);
    CHECK_INT(elsewhere.told, 0);
    loop_free(other);    /* which closes it */
    CHECK_INT(elsewhere.told, 1);
}

static void *run_and_close(void *loop)
{
    run(loop);
    CHECK_INT(loop_close(loop), 0);
    return NULL;
}

TEST(a_guest_is_told_in_the_thread_that_closes_the_loop)
{
    Loop *loop = new_loop();
    Visitor visitor = visitor_of(loop);
    pthread_t thread = start(run_and_close, loop);
    CHECK(loop_invite(loop, &visitor.guest));
    CHECK_INT(loop_call_soon_threadsafe(loop, stop, NULL), 0);
    pthread_join(thread, NULL);
    CHECK_INT(visitor.told, 1);
    CHECK(pthread_equal(visitor.told_in, thread));
    loop_free(loop);
}

/* First, last and in the middle; and one that comes back. */
TEST(a_guest_that_was_dismissed_is_not_told)
{
    Loop *loop = new_loop();
    Visitor visitors[6];
    for (int i = 0; i < 6; i++) {
        visitors[i] = visitor_of(loop);
        CHECK(loop_invite(loop, &visitors[i].guest));
    }
    for (int i = 5; i >= 0; i--)
        if (i != 1 && i != 3)
            loop_dismiss(loop, &visitors[i].guest);
    loop_dismiss(loop, &visitors[2].guest);    /* it is none any more */
    CHECK(loop_invite(loop, &visitors[4].guest));
    CHECK_INT(loop_close(loop), 0);
    for (int i = 0; i < 6; i++)
        CHECK_INT(visitors[i].told, i == 1 || i == 3 || i == 4);
    loop_free(loop);
}

TEST(a_guest_that_another_dismisses_while_it_is_told_is_not_told)
{
    Loop *loop = new_loop();
    Visitor one = visitor_of(loop), two = visitor_of(loop);
    one.friend = &two;
    two.friend = &one;
    CHECK(loop_invite(loop, &one.guest));
    CHECK(loop_invite(loop, &two.guest));
    CHECK_INT(loop_close(loop), 0);
    CHECK_INT(one.told + two.told, 1);
    loop_free(loop);
}

static void hear_and_go(Guest *guest)
{
    free(guest);
}

TEST(a_guest_may_be_freed_when_it_is_told)
{
    Loop *loop = new_loop();
    for (int i = 0; i < 3; i++) {
        Guest *guest = malloc(sizeof *guest);
        CHECK(guest != NULL);
        guest->closing = hear_and_go;
        CHECK(loop_invite(loop, guest));
    }
    loop_free(loop);
}

TEST(a_closed_loop_has_no_guests)
{
    Loop *loop = new_loop();
    Visitor visitor = visitor_of(loop);
    CHECK_INT(loop_close(loop), 0);
    CHECK(!loop_invite(loop, &visitor.guest));
    loop_dismiss(loop, &visitor.guest);
    loop_free(loop);
    CHECK_INT(visitor.told, 0);
}

/* ---- Guests of other threads ---- */
typedef struct Passer {
    Guest guest;
    Loop *loop;
    atomic_int told;
} Passer;

static atomic_int visits;

static void hear_in_passing(Guest *guest)
{
    atomic_fetch_add(&((Passer *)guest)->told, 1);
}

static void *come_and_go(void *arg)
{
    Passer *passer = arg;
    while (loop_invite(passer->loop, &passer->guest)) {
        loop_dismiss(passer->loop, &passer->guest);
        atomic_fetch_add(&visits, 1);
    }
    return NULL;
}

TEST_LIMIT(60, guests_of_two_threads_come_and_go_while_the_loop_closes)
{
    for (int round = 0; round < 20; round++) {
        Passer passers[2];
        pthread_t threads[2];
        Loop *loop = new_loop();
        atomic_store(&visits, 0);
        for (int i = 0; i < 2; i++) {
            passers[i].guest.closing = hear_in_passing;
            passers[i].loop = loop;
            atomic_init(&passers[i].told, 0);
            threads[i] = start(come_and_go, &passers[i]);
        }
        while (atomic_load(&visits) < 100)
            run_turn_of(loop);
        CHECK_INT(loop_close(loop), 0);
        for (int i = 0; i < 2; i++) {
            pthread_join(threads[i], NULL);
            CHECK(atomic_load(&passers[i].told) <= 1);
        }
        loop_free(loop);
    }
}
