/* agen_02 - AG2: a struct and a function are an iterator, and `async for` is a
 * loop around async_next(). */
#include "python.h"

/* ---- class Reader ---- */
typedef struct Reader {
    int count;
} Reader;

static int next(void *self, Value *result)
{
    Reader *reader = self;
    int err = async_sleep(0.002);
    if (err != 0)
        return err;
    reader->count++;
    if (reader->count == 5)
        return E_STOP_ITERATION;
    result->i = reader->count;
    return 0;
}

static AsyncIterator iterate(Reader *reader)
{
    return (AsyncIterator){ next, reader };
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Value x, *items;
    size_t n;
    AsyncIterator numbers = iterate(&(Reader){ 0 });
    int err;
    while ((err = async_next(numbers, &x)) == 0)
        printf("%lld\n", x.i);
    if (err != E_STOP_ITERATION)
        return err;
    must(async_collect(iterate(&(Reader){ 0 }), &items, &n));
    const char *separator = "[";
    for (size_t i = 0; i < n; i++)
        if (items[i].i % 2 != 0) {
            printf("%s%lld", separator, items[i].i * 10);
            separator = ", ";
        }
    puts("]");
    free(items);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
