/* wall.h - what contestants measure with whose work is done elsewhere: by other
 * threads, or by children.  Time on the wall, not of their processor. */
#ifndef WALL_H
#define WALL_H

#include <time.h>

#include "bench.h"

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

static void report_wall(const char *name, double operations)
{
    report_value(name, (wall_now() - wall_began) * 1e9 / operations);
}

#endif
