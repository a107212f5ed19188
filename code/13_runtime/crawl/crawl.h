/* crawl.h - a crawl: tasks that visit pages, and find more of them. */
#ifndef CRAWL_H
#define CRAWL_H

#include <errno.h>

#include "http.h"
#include "options.h"
#include "pages.h"

/* ---- A crawl ---- */
enum {
    MAX_REDIRECTS = 10,
    E_REDIRECTS = E_BAD_ANSWER + 1    /* there were more, or a loop of them */
};

typedef struct Crawl {
    const Options *options;
    Pages pages;
    Queue *turns;             /* of hosts: once for each worker it gets */
    size_t n_visited, n_waiting, n_failed;
    size_t n_nameless;        /* pages with more names than it may keep */
    double began;             /* of the loop */
    bool is_full;             /* there were more addresses than it may know */
} Crawl;

int crawl_init(Crawl *, const Options *);
void crawl_free(Crawl *);

/* For async_run(), with a Crawl. */
int crawl_run(void *crawl, Value *result);

/* ---- Links ---- */
/* The reference of a page with this base; from: NULL for the user.  ENOMEM. */
int crawl_add(Crawl *, Page *from, const char *base, const char *link,
              bool is_likely_page);

/* The page at an address, which waits for its visit if it is to have one.
 * from: who leads there; NULL: the user.  NULL: there are too many; or no
 * memory, and *err says so. */
Page *crawl_page(Crawl *, const Url *, const Page *from, bool is_likely_page,
                 int *err);

/* ---- Visits ---- */
/* One page, over a connection to its host.  What becomes of it is noted there;
 * an error is one that ends the crawl: ENOMEM, E_CANCELLED. */
SUSPENDS int visit(Crawl *, Page *, Client *);

static inline bool ends_the_crawl(int error)
{
    return error == ENOMEM || error == E_CANCELLED;
}

/* Knows, when it returns 0, which pages of the host may be visited. */
SUSPENDS int learn_rules(Crawl *, Host *, Client *);

/* ---- What the user sees ---- */
/* A task: rewrites a line on the terminal until it is cancelled. */
int show_progress(void *crawl, Value *result);

/* Prints what was found; the exit status. */
int summary_print(const Crawl *, int error);

#endif
