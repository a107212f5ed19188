/* parent.h - what the contestants in C share: how many children there are, and
 * how large a parent can be. */
#ifndef PARENT_H
#define PARENT_H

#include "../wall.h"

enum { CHILDREN = 320, TOGETHER = 32 };

/* Every page is touched. */
static void grow_large(void)
{
    size_t size = (size_t)1 << 30;
    volatile char *memory = malloc(size);
    require(memory != NULL, "no memory");
    for (size_t i = 0; i < size; i += 4096)
        memory[i] = 1;
}

#endif
