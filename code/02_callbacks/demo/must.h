/* must.h - what the demos of this chapter share: net.h, the loop, and a word
 * for what they cannot do without. */
#ifndef MUST_H
#define MUST_H

#include "../../01_select/demo/net.h"
#include "../loop.h"

/* ---- What a demo must have ---- */
/* For calls that return 0 or NULL if they fail, and errno says why. */
static inline void must_have(bool is_there, const char *what)
{
    if (!is_there) {
        perror(what);
        exit(1);
    }
}

#endif
