/* Five callbacks run in the order of the calls; WEFT_SHUFFLE mixes them up. */
#include "must.h"

/* ---- First come, first served ---- */
static void say(void *arg)
{
    int *number = arg;
    printf(" %d", *number);
}

int main(void)
{
    int numbers[] = { 1, 2, 3, 4, 5 };
    Loop *loop = loop_new();
    must_have(loop != NULL, "loop");
    printf("in the order:");
    for (int i = 0; i < 5; i++)
        must_have(loop_call_soon(loop, say, &numbers[i]), "number");
    loop_stop(loop);    /* after one turn */
    must_be_0(loop_run_forever(loop), "run");
    printf("\n");
    loop_free(loop);
    return 0;
}
