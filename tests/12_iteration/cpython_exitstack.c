/* The rules behind CPython's own tests of AsyncExitStack and aclosing(): each
 * test here names the one it was read from, in test_contextlib.py and
 * test_contextlib_async.py. */
#include "../../code/12_iteration/with.h"
#include "cpython.h"

enum { INDEX_ERROR = E_USER + 20, ATTRIBUTE_ERROR, VALUE_ERROR };

/* ---- A block with a stack ---- */
typedef int Fill(AsyncExitStack *);    /* returns the block's error */

/* async with AsyncExitStack() as stack: fill(stack) */
static int with_stack(Fill *fill)
{
    AsyncExitStack *stack = async_exit_stack_enter();
    CHECK(stack != NULL);
    return async_exit_stack_exit(stack, fill(stack));
}

typedef struct Block {
    Fill *fill;
    int wanted;
} Block;

static int enter_block(void *arg, Value *result)
{
    const Block *block = arg;
    CHECK_INT(with_stack(block->fill), block->wanted);
    return 0;
}

static void check_block(Fill *fill, int wanted)
{
    Loop *loop = new_loop();
    Block block = { fill, wanted };
    CHECK_INT(run_in(loop, enter_block, &block, NULL), 0);
    finish(loop);
}

/* ---- Exits ---- */
static char results[200];

static void append(const char *word)
{
    strcat(results, word);
}

static SUSPENDS int tell_result(void *word, int error)
{
    async_sleep(0);
    append(word);
    return error;
}

static SUSPENDS int expect(void *wanted, int error)
{
    async_sleep(0);
    CHECK_INT(error, *(int *)wanted);
    append("x");
    return error;
}

static int suppress(void *unused, int error)
{
    append("s");
    return 0;
}

static int raise_it(void *error, int unused)
{
    return *(int *)error;
}

static int zero = 0, zero_division = ZERO_DIVISION, key_error = KEY_ERROR,
    index_error = INDEX_ERROR, attribute_error = ATTRIBUTE_ERROR,
    value_error = VALUE_ERROR;

static void push(AsyncExitStack *stack, int (*exit)(void *, int), void *arg)
{
    CHECK_INT(async_exit_stack_push(stack, exit, arg), 0);
}

/* ---- Order ---- */
static int use_nothing(AsyncExitStack *stack)
{
    return 0;
}

TEST(no_resources)
{
    check_block(use_nothing, 0);
}

static int push_words(AsyncExitStack *stack)
{
    static char words[][2] = { "f", "e", "d", "c", "b", "a" };
    for (int i = 0; i < 6; i++)
        push(stack, tell_result, words[i]);
    CHECK_STR(results, "");
    return 0;
}

TEST(async_callback)
{
    check_block(push_words, 0);
    CHECK_STR(results, "abcdef");
}

static int push_expectations(AsyncExitStack *stack)
{
    push(stack, expect, &zero);
    push(stack, expect, &zero);
    push(stack, suppress, NULL);
    push(stack, expect, &zero_division);
    push(stack, expect, &zero_division);
    push(stack, expect, &zero_division);
    return ZERO_DIVISION;
}

TEST(async_push)
{
    check_block(push_expectations, 0);
    CHECK_STR(results, "xxxsxx");
}

static SUSPENDS int enter_one(void *self, Value *entered)
{
    async_sleep(0);
    append("1");
    entered->p = self;
    return 0;
}

static int enter_context(AsyncExitStack *stack)
{
    static char four[] = "4", three[] = "3";
    AsyncContextManager manager = { enter_one, tell_result, three };
    Value entered = number(0);
    push(stack, tell_result, four);
    CHECK_INT(async_exit_stack_enter_context(stack, manager, &entered), 0);
    CHECK_PTR(entered.p, three);
    append("2");
    return 0;
}

TEST(enter_async_context)
{
    check_block(enter_context, 0);
    CHECK_STR(results, "1234");
}

static int enter_wrong_contexts(AsyncExitStack *stack)
{
    AsyncContextManager lacks[] = { { NULL, NULL, NULL },
                                    { NULL, tell_result, NULL },
                                    { enter_one, NULL, NULL } };
    for (int i = 0; i < 3; i++)
        CHECK_INT(async_exit_stack_enter_context(stack, lacks[i], NULL),
                  E_VALUE);
    return 0;
}

TEST(enter_async_context_errors)
{
    check_block(enter_wrong_contexts, 0);
    CHECK_STR(results, "");
}

static int push_ten_thousand(AsyncExitStack *stack)
{
    for (int i = 0; i < 10000; i++)
        push(stack, raise_it, &zero);
    return 0;
}

TEST(excessive_nesting)
{
    check_block(push_ten_thousand, 0);
}

/* ---- Errors ---- */
static int return_error(void *unused, int error)
{
    return error;
}

static int push_passive(AsyncExitStack *stack)
{
    push(stack, return_error, NULL);
    return ZERO_DIVISION;
}

TEST(exit_raise)
{
    check_block(push_passive, ZERO_DIVISION);
}

static int push_suppression(AsyncExitStack *stack)
{
    push(stack, suppress, NULL);
    return ZERO_DIVISION;
}

TEST(exit_suppress_and_body_exception_suppress)
{
    check_block(push_suppression, 0);
}

static int seen;

static int see_and_suppress(void *unused, int error)
{
    seen = error;
    return 0;
}

static int push_chain(AsyncExitStack *stack)
{
    push(stack, raise_it, &index_error);
    push(stack, raise_it, &key_error);
    push(stack, raise_it, &attribute_error);
    push(stack, see_and_suppress, NULL);
    push(stack, raise_it, &value_error);
    return ZERO_DIVISION;
}

TEST(async_exit_exception_chaining)
{
    check_block(push_chain, INDEX_ERROR);
    CHECK_INT(seen, VALUE_ERROR);
}

static int push_failure(AsyncExitStack *stack)
{
    push(stack, raise_it, &zero);
    push(stack, raise_it, &index_error);
    return 0;
}

/* In C an exit that returns 0 has suppressed: one that does not returns what
 * it was given. */
static int push_failure_below(AsyncExitStack *stack)
{
    push(stack, return_error, NULL);
    push(stack, raise_it, &index_error);
    return 0;
}

static int push_two_failures(AsyncExitStack *stack)
{
    push(stack, raise_it, &key_error);
    push(stack, suppress, NULL);
    push(stack, raise_it, &index_error);
    return 0;
}

TEST(exit_exception_non_suppressing)
{
    check_block(push_failure, 0);
    check_block(push_failure_below, INDEX_ERROR);
    check_block(push_two_failures, KEY_ERROR);
}

static int push_chain_to_suppress(AsyncExitStack *stack)
{
    push(stack, suppress, NULL);
    push(stack, raise_it, &zero_division);
    push(stack, raise_it, &key_error);
    return 0;
}

TEST(exit_exception_chaining_suppress)
{
    check_block(push_chain_to_suppress, 0);
    CHECK_STR(results, "s");
}

/* first() raises again what it sees, second() something new. */
static int replace(void *new_error, int error)
{
    CHECK_INT(error, E_RUNTIME);
    return *(int *)new_error;
}

static int push_first_and_second(AsyncExitStack *stack)
{
    push(stack, replace, &value_error);
    push(stack, return_error, NULL);
    return E_RUNTIME;
}

TEST(dont_reraise_RuntimeError)
{
    check_block(push_first_and_second, VALUE_ERROR);
}

/* ---- aclosing ---- */
static int give_negative(void *arg, Value *result)
{
    int err = give(-1);
    if (err == 0)
        err = give(-2);
    append("1");
    return err;
}

static SUSPENDS int use_and_fail(Value generator, void *arg)
{
    CHECK_INT(next_of(generator.p), -1);
    CHECK_STR(results, "");
    return *(int *)arg;
}

static void close_with(AsyncGenerator *g, int error)
{
    CHECK_INT(async_with(async_closing(g), use_and_fail, &error), error);
    CHECK_STR(results, "1");
    CHECK_INT(end_of(g), E_STOP_ITERATION);
}

static void close_after(AsyncGenerator *g)
{
    close_with(g, 0);
}

TEST(aclosing)
{
    perform(give_negative, close_after);
}

static void close_after_error(AsyncGenerator *g)
{
    close_with(g, ZERO_DIVISION);
}

TEST(aclosing_error_and_aclosing_bpo41229)
{
    perform(give_negative, close_after_error);
}
