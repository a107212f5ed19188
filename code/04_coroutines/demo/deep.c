/* How much of its stack a coroutine uses; and how it ends that needs more. */
#include "../../03_futures/demo/virtual.h"
#include "../coro.h"

/* ---- A recursion ---- */
/* Reads one list, such as [[][[]]], and returns how deep it is. */
static long long read_list(const char **at)
{
    long long deepest = 0;
    while (*++*at == '[') {
        long long depth = read_list(at);
        if (depth > deepest)
            deepest = depth;
    }
    return deepest + 1;
}

static int reader(void *text, Value *result)
{
    const char *at = text;
    result->i = read_list(&at);
    return 0;
}

/* ---- So many lists in each other ---- */
static char *nested_lists(int depth)
{
    char *text = must_have(calloc(2 * depth + 1, 1), "text");
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return text;
}

/* 0 KiB: the default. */
static void read_lists(int depth, size_t kib)
{
    Value found = { .i = 0 };
    char *text = nested_lists(depth);
    Coro *coro = must_have(coro_new(reader, text, kib * 1024), "coroutine");
    coro_set_name(coro, "the reader");
    coro_resume(coro, found, NULL);
    must_succeed(coro_result(coro, &found), "reader");
    printf("%6lld deep: %8zu bytes of stack\n", found.i,
           coro_stack_used(coro));
    coro_free(coro);
    free(text);
}

/* ---- Asked by the command line ---- */
int main(int argc, char **argv)
{
    if (argc == 1)
        for (int depth = 1; depth <= 1000; depth *= 10)
            read_lists(depth, 0);
    else
        read_lists(atoi(argv[1]), argc > 2 ? atoi(argv[2]) : 0);
    return 0;
}
