/* site.h - what is served, and to whom: the program's state. */
#ifndef SITE_H
#define SITE_H

#include "log.h"
#include "options.h"

/* ---- A site ---- */
typedef struct Connection Connection;

typedef struct Site {
    Options options;
    int root;                   /* the folder, open */
    Log log;
    Server *server;
    Connection *connections;    /* all that are open */
    size_t n_connections;
    size_t n_served;            /* of them; the others are turned away */
    Event stop;                 /* somebody wants it to end */
    bool is_stopping;
    const char *about;          /* if it fails: what that is about */
} Site;

/* ---- Running it ---- */
/* The program's main task: listens, serves until a signal asks it to stop, and
 * lets the requests end that run. */
int site_run(void *site, Value *result);

#endif
