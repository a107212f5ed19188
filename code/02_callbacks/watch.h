/* watch.h - who is called when a descriptor is ready. */
#ifndef WATCH_H
#define WATCH_H

#include "ready.h"

/* ---- Watches ---- */
enum { READER, WRITER };    /* 1 << READER is EVENT_READ, and so on */

typedef struct Watch {
    Entry calls[2];         /* callback NULL: not watched for that */
    Handle queued[2];       /* the latest entries in the ready queue */
} Watch;

typedef struct Watches {
    Watch *by_fd;
    int capacity;
    size_t count;           /* readers and writers */
} Watches;

void watches_free(Watches *);

/* ---- For the loop ---- */
/* Moves the callbacks of what is ready to the ready queue. */
void watches_push(Loop *, const SelectorKey *ready, int count);

#endif
