/* options.h - what the command line says. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* ---- The options ---- */
typedef struct Options {
    const char *folder;
    const char *bind;          /* a host or an address */
    const char *log;           /* a path; NULL: standard output */
    int port;                  /* 0: any that is free */
    double timeout;            /* seconds; see connection.h */
    size_t max_connections;
    bool is_quiet;             /* no log */
} Options;

/* Fills them in; the strings are those of argv.  -1: go on.  Else the program
 * ends with this status: it has printed its help, or what is wrong. */
int options_read(Options *, int argc, char **argv);

#endif
