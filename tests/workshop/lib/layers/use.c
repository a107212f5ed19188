/* use.c - uses both layers. */
#include "weft.h"

#include <stdio.h>

int main(void)
{
    printf("%d\n", high_sum(1));
    return 0;
}
