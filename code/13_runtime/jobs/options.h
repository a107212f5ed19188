/* options.h - what the command line asks for. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "child.h"

/* ---- Options ---- */
enum { MOST_PARALLEL = 200 };    /* a job takes up to four descriptors */

typedef struct Options {
    unsigned parallel;       /* so many jobs at a time */
    bool is_ordered;         /* prints in the order of the file */
    bool is_fail_fast;       /* the first failure stops all */
    bool is_dry;             /* only says what would run */
    bool resumes;            /* skips what succeeded, as the log says */
    bool wants_help;
    const char *log;         /* NULL: none */
    const char *file;        /* NULL: standard input */
    Limits limits;
} Options;

/* false: it has said what is wrong. */
bool options_parse(Options *, char **arguments);

extern const char options_help[];

#endif
