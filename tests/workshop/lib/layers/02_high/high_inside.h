/* high_inside.h - has a type that low_inside.h has, too. */
#ifndef HIGH_INSIDE_H
#define HIGH_INSIDE_H

#include "high.h"

typedef struct Kind {
    int n;
} Kind;

extern Kind high_kind;

#endif
