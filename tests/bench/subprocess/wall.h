/* wall.h - what the contestants in C share: the clock, and the memory that a
 * large parent has. */
#ifndef WALL_H
#define WALL_H

#include <time.h>

#include "../bench.h"

enum { CHILDREN = 320, TOGETHER = 32 };

static double wall_began;

static double wall_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void begin_wall(void)
{
    wall_began = wall_now();
}

static void report_wall(const char *name)
{
    report_value(name, (wall_now() - wall_began) * 1e9 / CHILDREN);
}

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
