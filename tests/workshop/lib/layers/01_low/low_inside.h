/* low_inside.h - declares what must not be visible. */
#ifndef LOW_INSIDE_H
#define LOW_INSIDE_H

#include "helper.h"
#include "low.h"

typedef struct Kind {
    int (*take)(int);
} Kind;

struct Pile {
    int sum;
    const Kind *kind;
};

extern _Thread_local int low_depth, low_height;
extern const Kind low_kind;

int low_help(int first,
             int second);

#endif
