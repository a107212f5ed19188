/* listing.h - a page that shows what is in a folder. */
#ifndef LISTING_H
#define LISTING_H

#include "weft.h"

/* ---- A listing ---- */
enum {
    LISTED_MOST = 5000,     /* entries; more are not shown */
    PAGE_MOST = 1 << 20     /* bytes; nor does an entry begin behind them */
};

typedef struct Listing {
    int folder;          /* open; borrowed */
    const char *path;    /* what the page calls it: "a/b"; borrowed */
    char *page;          /* yours to free */
    size_t length;       /* of the page, in bytes */
} Listing;

/* Makes the page, in a thread: there may be many files.  ENOMEM; other errno
 * values.  Cancelled, it still waits for the thread. */
SUSPENDS int listing_make(Listing *);

#endif
