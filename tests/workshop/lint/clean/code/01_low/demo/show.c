/* show.c - a demo prints, and its coroutine suspends. */
#include "../low.h"

#include <stdio.h>

static int nap(void *arg, Value *result)
{
    printf("%d\n", low_add(1, 2));
    return low_sleep(1);
}

int main(void)
{
    CoroFn *fn = nap;
    return fn == NULL;
}
