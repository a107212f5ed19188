/* Programs in Python that iterate and enter, and what CPython prints for them:
 * the same lines, in the same order. */
#include "../../code/12_iteration/iterator.h"
#include "../../code/12_iteration/with.h"
#include "../05_tasks/python.h"

/* ---- agen_02: an iterator, and a comprehension ---- */
typedef struct Reader {
    int count;
} Reader;

static SUSPENDS int next_count(void *self, Value *value)
{
    Reader *reader = self;
    int err = async_sleep(0.002);
    if (err != 0)
        return err;
    if (++reader->count == 5)
        return E_STOP_ITERATION;
    value->i = reader->count;
    return 0;
}

/* x * 10 async for x in Reader() if x % 2 */
static int odd_times_ten(void *arg, Value *result)
{
    Reader reader = { 0 };
    Value x;
    int err;
    while ((err = async_next(async_iter(next_count, &reader), &x)) == 0) {
        if (x.i % 2 == 0)
            continue;
        err = async_yield((Value){ .i = x.i * 10 }, NULL);
        if (err != 0)
            return err;
    }
    return err == E_STOP_ITERATION ? 0 : err;
}

static void print_list(const Value items[], size_t n)
{
    print("[");
    for (size_t i = 0; i < n; i++)
        print("%s%lld", i > 0 ? ", " : "", items[i].i);
    print("]\n");
}

static int main_of_agen_02(void *arg, Value *result)
{
    Reader reader = { 0 };
    Value x, *items;
    size_t n;
    int err;
    while ((err = async_next(async_iter(next_count, &reader), &x)) == 0)
        print("%lld\n", x.i);
    CHECK_INT(err, E_STOP_ITERATION);
    AsyncGenerator *generator = async_generator_new(odd_times_ten, NULL);
    CHECK_INT(async_collect(async_generator_iter(generator), &items, &n), 0);
    async_generator_free(generator);
    print_list(items, n);
    free(items);
    return 0;
}

TEST(agen_02_async_iterator_and_comprehension)    /* AG2 */
{
    run(main_of_agen_02);
    CHECK_STR(printed, "1\n2\n3\n4\n[10, 30]\n");
}

/* ---- seed_17: a context manager ---- */
static int do_something(void *arg, Value *result)
{
    result->i = 666;
    return 0;
}

static SUSPENDS int enter(void *self, Value *entered)
{
    print("enter\n");
    entered->p = self;
    return async_sleep(0.05);
}

static SUSPENDS int leave(void *self, int error)
{
    int err = async_sleep(0.05);
    print("exit\n");
    return error != 0 ? error : err;
}

static SUSPENDS int print_something(Value f, void *self)
{
    Value result = { .i = 0 };
    CHECK_PTR(f.p, self);
    int err = do_something(f.p, &result);
    print("%lld\n", result.i);
    return err;
}

static int main_of_seed_17(void *arg, Value *result)
{
    char self = 0;
    AsyncContextManager manager = { enter, leave, &self };
    return async_with(manager, print_something, &self);
}

TEST(seed_17_async_context_manager)    /* AC1 */
{
    run(main_of_seed_17);
    CHECK_STR(printed, "enter\n666\nexit\n");
}
