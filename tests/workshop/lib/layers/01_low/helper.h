/* helper.h - is inside, though its name does not say so. */
#ifndef HELPER_H
#define HELPER_H

static inline int helper_twice(int n)
{
    return 2 * n;
}

#endif
