/* options.h - what the user wants. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "weft.h"

/* ---- Options ---- */
typedef struct Options {
    double jobs, per_host;           /* whole numbers, as the next two */
    double max_pages, max_size;      /* in bytes */
    double delay, timeout;           /* in seconds */
    bool checks_external, ignores_robots, is_quiet, is_verbose;
    char **urls;                     /* ends with NULL; argv's */
} Options;

/* False: there is nothing to do but to return *status. */
bool options_read(Options *, char **argv, int *status);

#endif
