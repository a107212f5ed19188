/* target.h - what is asked for: from the text of a request to a path. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "request.h"

/* ---- A target ---- */
typedef struct Target {
    const char *raw;           /* its path as it was sent: "/a%20b/" */
    size_t raw_length;
    const char *query;         /* "?x=1" behind it, or "" */
    size_t query_length;
    bool is_folder;            /* it ends with a slash */
    char path[LINE_MOST];      /* "a b": below the folder; "": the folder */
} Target;

/* 0, or a status: 400, it is none; 404, it names what nobody may have: hidden
 * files, and whatever would lead out of the folder. */
int target_read(Target *, const Request *);

#endif
