/* Gathers that gather each other: chains longer than a stack is deep, trees,
 * and circles, where somebody wakes when one in them is cancelled. */
#include "gathers.h"

#include <ctype.h>

/* ---- A long chain ---- */
enum { LENGTH = 10000 };

static Task **chain;

typedef int ChainFn(size_t);

static int gather_next(size_t i)
{
    return async_gather(&chain[i + 1], 1, NULL, 0);
}

static int gather_next_or_await(size_t i)
{
    return i % 3 == 0 ? await(chain[i + 1], NULL) : gather_next(i);
}

static int gather_next_patiently(size_t i)
{
    return async_gather(&chain[i + 1], 1, NULL, RETURN_EXCEPTIONS);
}

static ChainFn *wait_for_next;

static int link_chain(void *arg, Value *result)
{
    size_t i = *(size_t *)arg;
    return i + 1 < LENGTH ? wait_for_next(i) : async_sleep(INFINITY);
}

static void make_chain(ChainFn *function)
{
    wait_for_next = function;
    chain = calloc(LENGTH, sizeof *chain);
    CHECK(chain != NULL);
    TaskOptions options = { .stack_size = 16384, .copy_size = sizeof(size_t) };
    for (size_t i = 0; i < LENGTH; i++) {
        chain[i] = async_create_task_with(link_chain, &i, &options);
        CHECK(chain[i] != NULL);
    }
    pause_turns(1);
}

static int cancel_first(void *arg, Value *result)
{
    CHECK(task_cancel_with(chain[0], "enough"));
    return 0;
}

/* The canceller has a small stack, too. */
static void cancel_chain(void)
{
    TaskOptions options = { .stack_size = 16384 };
    Task *canceller = async_create_task_with(cancel_first, NULL, &options);
    CHECK(canceller != NULL);
    CHECK_INT(task_join(canceller, NULL), 0);
    CHECK_INT(await(chain[0], NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(chain[0]), "enough");
    for (size_t i = 0; i < LENGTH; i++) {
        CHECK(task_cancelled(chain[i]));
        CHECK_INT(task_cancelling(chain[i]), 1);
    }
    release_all(chain, LENGTH);
    free(chain);
}

static int cancel_chains(void *arg, Value *result)
{
    ChainFn *functions[] = { gather_next, gather_next_or_await,
                             gather_next_patiently };
    for (int i = 0; i < 3; i++) {
        make_chain(functions[i]);
        cancel_chain();
    }
    return 0;
}

TEST_LIMIT(60, ten_thousand_that_gather_each_the_next_are_cancelled)    /* G4 */
{
    play(cancel_chains, NULL);
}

static int drop_chain(void *arg, Value *result)
{
    make_chain(gather_next);
    return 0;
}

static void count_fallen(Loop *loop, const ErrorContext *context, void *count)
{
    ++*(int *)count;
}

TEST_LIMIT(60, a_loop_closes_under_ten_thousand)    /* D2 */
{
    Loop *loop = ordered_loop();
    int count = 0;
    loop_set_exception_handler(loop, count_fallen, &count);
    CHECK_INT(run(loop, drop_chain, NULL), 0);
    loop_free(loop);
    CHECK_INT(count, LENGTH);
    release_all(chain, LENGTH);
    free(chain);
}

/* ---- Calls within calls ---- */
enum { DEEP = 1000 };

static int call_deeper(void *arg, Value *result)
{
    int depth = *(int *)arg - 1;    /* the next one has it from our frame */
    if (depth == 0)
        return async_sleep(INFINITY);
    return async_gather_calls(CALLS({ call_deeper, &depth }), NULL, 0);
}

static int cancel_deep_calls(void *arg, Value *result)
{
    int depth = DEEP;
    Task *task = begin(call_deeper, &depth);
    pause_turns(DEEP);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), DEEP + 1);
    CHECK(task_cancel_with(task, "enough"));
    CHECK_INT(await(task, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(task), "enough");
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    task_release(task);
    return 0;
}

TEST_LIMIT(60, a_thousand_calls_within_each_other_end_inside_out)    /* G4 */
{
    play(cancel_deep_calls, NULL);
}

/* ---- A wide tree ---- */
enum { WIDE = 60 };

static int told;

static int cancel_in_order(void *arg, Value *result)
{
    int number = (int)(intptr_t)arg;
    CHECK_INT(async_sleep(INFINITY), E_CANCELLED);
    CHECK_INT(number, told++);
    return E_CANCELLED;
}

static int grow_tree(void *arg, Value *result)
{
    Task *leaves[WIDE * WIDE], *tasks[WIDE + 1];
    Gathering gatherings[WIDE + 1];
    TaskOptions options = { .stack_size = 16384 };
    for (int i = 0; i < WIDE * WIDE; i++) {
        leaves[i] = async_create_task_with(cancel_in_order,
                                           (void *)(intptr_t)i, &options);
        CHECK(leaves[i] != NULL);
    }
    for (int i = 0; i < WIDE; i++) {
        gatherings[i] = (Gathering){ &leaves[i * WIDE], WIDE, NULL, 0, -1, -1 };
        tasks[i] = begin(gather, &gatherings[i]);
    }
    gatherings[WIDE] = (Gathering){ tasks, WIDE, NULL, 0, -1, -1 };
    tasks[WIDE] = begin(gather, &gatherings[WIDE]);
    pause_turns(1);
    CHECK(task_cancel(tasks[WIDE]));
    CHECK_INT(await(tasks[WIDE], NULL), E_CANCELLED);
    CHECK_INT(told, WIDE * WIDE);
    pause_turns(2);
    for (int i = 0; i < WIDE; i++)
        CHECK(task_cancelled(tasks[i]));
    release_all(leaves, WIDE * WIDE);
    release_all(tasks, WIDE + 1);
    return 0;
}

static int grow_tree_apart(void *arg, Value *result)
{
    TaskOptions options = { .stack_size = 1 << 20 };
    return task_join(async_create_task_with(grow_tree, NULL, &options), NULL);
}

TEST_LIMIT(60, of_a_tree_all_leaves_are_cancelled_in_order)    /* G4 */
{
    play(grow_tree_apart, NULL);
}

/* ---- Circles ---- */
/* Each node is a task, described by a letter for what it does, and by those to
 * whom it does it: s sleeps; a awaits; g gathers, G with RETURN_EXCEPTIONS;
 * c gathers calls: these it begins itself; C with RETURN_EXCEPTIONS. */
enum { NODES = 8 };

static const char *const *plan;
static Task *nodes[NODES];
static bool has_ended[NODES];
static int errors[NODES];

static int node(void *arg, Value *result);

static int call_nodes(const char *whom, int flags)
{
    Call calls[NODES];
    size_t n = 0;
    for (; whom[n] != '\0'; n++)
        calls[n] = (Call){ node, (void *)&plan[whom[n] - 'A'] };
    int err = async_gather_calls(calls, n, NULL, flags);
    for (size_t i = 0; i < n; i++)
        CHECK(has_ended[whom[i] - 'A']);    /* also when the circle broke */
    return err;
}

static int gather_nodes(const char *whom, int flags)
{
    Future *futures[NODES];
    size_t n = 0;
    for (; whom[n] != '\0'; n++)
        futures[n] = nodes[whom[n] - 'A'];
    return async_gather(futures, n, NULL, flags);
}

static int do_as_planned(const char *what)
{
    if (what[0] == 'c' || what[0] == 'C')
        return call_nodes(what + 1, what[0] == 'C');
    pause_turns(NODES);    /* now all have begun */
    if (what[0] == 'g' || what[0] == 'G')
        return gather_nodes(what + 1, what[0] == 'G');
    if (what[0] == 'a')
        return await(nodes[what[1] - 'A'], NULL);
    return async_sleep(INFINITY);
}

static int node(void *arg, Value *result)
{
    size_t i = (size_t)((const char *const *)arg - plan);
    nodes[i] = future_retain(async_current_task());
    errors[i] = do_as_planned(plan[i]);
    has_ended[i] = true;
    return errors[i];
}

static bool is_called(int i)
{
    for (int j = 0; plan[j] != NULL; j++)
        if (toupper((unsigned char)plan[j][0]) == 'C' &&
            strchr(plan[j] + 1, 'A' + i) != NULL)
            return true;
    return false;
}

static int begin_plan(const char *const *which)
{
    int n = 0;
    plan = which;
    memset(has_ended, 0, sizeof has_ended);
    for (; plan[n] != NULL; n++)
        if (!is_called(n))
            spawn(node, (void *)&plan[n]);
    pause_turns(4 * NODES);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), n + 1);
    return n;
}

static void end_plan(int n)
{
    for (int i = 0; i < n; i++) {
        CHECK(task_done(nodes[i]));
        task_release(nodes[i]);
    }
}

/* One is cancelled: so all end, and soon. */
static void cancel_one(const char *const *which, int victim)
{
    int n = begin_plan(which), turns = 0;
    CHECK(task_cancel_with(nodes[victim], "enough"));
    for (; async_all_tasks(NULL, NULL, 0) > 1 && turns < 4 * NODES; turns++)
        pause_turns(1);
    for (int i = 0; i < n; i++) {
        CHECK(has_ended[i]);
        CHECK_INT(errors[i], E_CANCELLED);
    }
    end_plan(n);
}

static const char *const circles[][NODES + 1] = {
    { "gB", "aA" }, { "GB", "aA" }, { "gB", "gA" }, { "GB", "GA" },
    { "gBC", "aA", "s" }, { "gCB", "aA", "s" }, { "gBC", "gA", "s" },
    { "GBC", "GA", "s" }, { "gBB", "aA" }, { "gB", "aC", "aA" },
    { "gB", "aC", "gA" }, { "gB", "gC", "gD", "gA" },
    { "gB", "aC", "gD", "aA" },
    { "cB", "aA" }, { "CB", "aA" }, { "cB", "gA" }, { "CB", "GA" },
    { "cBC", "aA", "s" }, { "cCB", "gA", "s" }, { "cB", "cC", "aA" },
    { "cB", "cC", "gA" }, { "cBC", "cD", "s", "aA" }, { "CB", "CC", "GA" },
    { "gBC", "aA", "gA" }, { "gBC", "gA", "aA" }, { "gBCD", "aA", "gA", "s" },
    { "cBC", "aA", "aA" }, { "cBC", "gA", "aB" }, { "gBC", "gC", "gA" }
};

static int cancel_in_circles(void *arg, Value *result)
{
    for (size_t i = 0; i < sizeof circles / sizeof *circles; i++)
        for (int victim = 0; circles[i][victim] != NULL; victim++) {
            if (circles[i][victim][0] == 's')
                continue;
            printf("circle %zu, victim %d\n", i, victim);
            fflush(stdout);
            cancel_one(circles[i], victim);
        }
    return 0;
}

TEST(of_a_circle_all_end_whoever_is_cancelled)
{
    play(cancel_in_circles, NULL);
}

/* From outside: the last one is in no circle. */
static const char *const beside[][NODES + 1] = {
    { "gB", "aA", "aA" }, { "gB", "gA", "gA" }, { "aB", "aA", "gAB" },
    { "aB", "aA", "gBA" }, { "gB", "gA", "GBA" }, { "gB", "aA", "gBAB" },
    { "cB", "aA", "gA" }, { "cB", "aA", "gB" }, { "CB", "GA", "GBA" },
    { "gB", "aA", "gD", "aC", "gAC" }, { "gB", "gA", "gD", "gC", "GCA" },
    { "aB", "aA", "s", "gAC" }, { "gBC", "aA", "s", "gABC" }
};

static int cancel_beside_circles(void *arg, Value *result)
{
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        int victim = 0;
        while (beside[i][victim + 1] != NULL)
            victim++;
        printf("beside %zu\n", i);
        fflush(stdout);
        cancel_one(beside[i], victim);
    }
    return 0;
}

TEST(who_gathers_circles_from_outside_ends_them)
{
    play(cancel_beside_circles, NULL);
}

/* ---- Any plan ---- */
static uint32_t seed;

static int any(int n)
{
    seed = seed * 1664525 + 1013904223;
    return (int)(seed >> 16) % n;
}

static int any_but(int i, int n)
{
    return (i + 1 + any(n - 1)) % n;
}

/* Calls go downwards, each node by one other: *below is the next to call. */
static void make_node(char *text, int i, int n, int *below)
{
    static const char kinds[] = "saggGcC";
    char kind = kinds[any(sizeof kinds - 1)];
    bool calls = kind == 'c' || kind == 'C';
    int count = kind == 's' ? 0 : kind == 'a' ? 1 : 1 + any(3);
    if (*below <= i)
        *below = i + 1;
    if (calls && *below + count > n)
        kind = 's', count = 0;
    *text++ = kind;
    for (int j = 0; j < count; j++)
        *text++ = (char)('A' + (calls ? (*below)++ : any_but(i, n)));
    *text = '\0';
}

static void print_plan(const char *const *which, int victim)
{
    printf("victim %d:", victim);
    for (; *which != NULL; which++)
        printf(" %s", *which);
    printf("\n");
    fflush(stdout);
}

/* One request is enough for whom it is made; and then each of the others. */
static void cancel_all(const char *const *which)
{
    int n = begin_plan(which), victim = any(n);
    print_plan(which, victim);
    for (int i = 0; i < n; i++) {
        int at = (victim + i) % n;
        if (has_ended[at])
            continue;
        CHECK(task_cancel_with(nodes[at], "enough"));
        for (int turns = 0; !has_ended[at]; turns++) {
            CHECK(turns < 4 * NODES);
            pause_turns(1);
        }
        CHECK_INT(errors[at], E_CANCELLED);
    }
    pause_turns(2);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    end_plan(n);
}

static int cancel_any(void *arg, Value *result)
{
    for (int i = 0; i < 300; i++) {
        char texts[NODES][NODES];
        const char *which[NODES + 1] = { NULL };
        int n = 3 + any(4), below = 1;
        for (int j = 0; j < n; j++) {
            make_node(texts[j], j, n, &below);
            which[j] = texts[j];
        }
        cancel_all(which);
    }
    return 0;
}

TEST(whoever_waits_for_whom_one_request_is_enough)    /* G4 T10 */
{
    for (uint32_t i = 1; i <= 3; i++) {
        seed = i;
        play(cancel_any, NULL);
    }
}

/* ---- A request that goes round ---- */
static const char message[] = "a message that is not short";

/* A asks itself to end, and then waits for those who wait for it: the request
 * comes back to where its message lies. */
typedef struct Round {
    Task *self, *other, *last;
    bool gathers;
} Round;

static int cancel_yourself(void *arg, Value *result)
{
    Round *all = arg;
    pause_turns(3);    /* now they wait */
    CHECK(task_cancel_with(async_current_task(), message));
    return all->gathers
               ? async_gather(FUTURES(all->other, all->last), NULL, 0)
               : await(all->other, NULL);
}

static int wait_for_self(void *arg, Value *result)
{
    Round *all = arg;
    return all->gathers
               ? await(all->self, NULL)
               : async_gather(FUTURES(all->self, all->last), NULL, 0);
}

static int go_round(void *arg, Value *result)
{
    Round all = { .gathers = arg != NULL };
    all.last = begin(sleep_forever, NULL);
    all.self = begin(cancel_yourself, &all);
    all.other = begin(wait_for_self, &all);
    CHECK_INT(await(all.last, NULL), E_CANCELLED);
    CHECK_STR(future_cancel_message(all.last), message);
    CHECK_INT(task_join(all.self, NULL), E_CANCELLED);
    CHECK_INT(task_join(all.other, NULL), E_CANCELLED);
    task_release(all.last);
    return 0;
}

TEST(a_message_that_comes_back_to_a_gather_is_passed_on)    /* G4 T6 */
{
    play(go_round, "gathers");
}

TEST(a_message_that_comes_back_to_an_await_is_passed_on)    /* G4 T6 */
{
    play(go_round, NULL);
}
