/* wrong: when one has ended, the rest of the other is dropped */
#include "merge.h"

typedef struct Source {
    Coro *coro;
    bool has_number;
    Value number;
} Source;

/* What the source returned, if it has; with its result. */
static int advance(Source *source, Value *result)
{
    const Value nothing = { .p = NULL };
    source->has_number = coro_resume(source->coro, nothing, &source->number);
    return source->has_number ? 0 : coro_result(source->coro, result);
}

static Source *lesser(Source *left, Source *right)
{
    if (!left->has_number)
        return right;
    if (!right->has_number)
        return left;
    return right->number.i < left->number.i ? right : left;
}

int merge(void *arg, Value *result)
{
    const Merge *merging = arg;
    Source left = { .coro = merging->left }, right = { .coro = merging->right };
    long long count = 0;
    int err = advance(&left, result);
    if (err == 0)
        err = advance(&right, result);
    while (err == 0 && left.has_number && right.has_number) {
        Source *next = lesser(&left, &right);
        coro_yield(next->number);
        count++;
        err = advance(next, result);
    }
    if (err == 0)
        result->i = count;
    return err;
}
