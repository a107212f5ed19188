/* pages.h - what is known of the web: hosts, their pages, and who links whom.
 *
 * Every page is known by its address without fragment, and visited once.  A
 * fragment that is linked to makes a page of its own, which is a place in the
 * other one, and is never visited. */
#ifndef PAGES_H
#define PAGES_H

#include "robots.h"
#include "url.h"

/* ---- Who has a link ---- */
typedef struct Page Page;

enum { FIRST_REFERRERS = 5 };

typedef struct Referrers {
    Page *first[FIRST_REFERRERS];
    Page *last;
    size_t n;
} Referrers;

/* A page with several links to the same place counts once, as long as they
 * are told one after the other. */
void referrers_add(Referrers *, Page *);

/* ---- Verdicts ---- */
typedef enum Verdict {
    UNSEEN,                   /* waits, or the crawl has ended before */
    ANSWERED,                 /* with a status */
    FAILED,                   /* with an error */
    MALFORMED,                /* the link is no address */
    ELSEWHERE,                /* not checked: on another host */
    NO_TLS,                   /* not checked: https */
    BARRED,                   /* not checked: by robots.txt */
    PLACE                     /* a place in the page that it leads to */
} Verdict;

/* ---- A page ---- */
struct Page {
    Page *next;               /* of all, in the order in which they are found */
    Page *next_in_bucket;
    Page *next_waiting;       /* of its host */
    struct Host *host;        /* NULL: it is not to be visited */
    const char *target;       /* "/path?query", in the address; or the name
                               * of a place */
    Verdict verdict;
    int status, error;
    bool is_start;            /* the user has named it, or it led here */
    bool is_likely_page;      /* by the link that was first */
    bool has_names;           /* all are known */
    bool is_partial;          /* it was too long to be read whole */
    int redirects;            /* that have led here, from where it was found */
    Referrers referrers;
    uint64_t *names;          /* 64 bits of a hash stand for each; owned */
    size_t n_names, room;
    Page *leads_to;           /* it is redirected, or a place */
    char address[];
};

/* ---- Names in it ---- */
typedef struct Pages Pages;

int page_add_name(Pages *, Page *, const char *name);   /* 0 or ENOMEM */
void page_end_names(Page *);                            /* that was the last */
void page_drop_names(Pages *, Page *);                  /* not all are known */
bool page_has_name(const Page *, const char *name);     /* of all */

/* ---- A host ---- */
typedef struct Host {
    struct Host *next;        /* in its bucket */
    Page *first, *last;       /* they wait for a visit */
    size_t n_workers;         /* that are there, or on their way */
    bool is_site;             /* its pages are read for links */
    double next_request;      /* when politeness allows it; of the loop */
    Lock lock;                /* who has it learns the rules */
    bool knows_rules;
    Robots *robots;           /* owned; NULL: none */
    int port;
    char authority[270], name[256];
} Host;

/* ---- All of it ---- */
enum { HOST_BUCKETS = 1024 };

struct Pages {
    Page *first, **end;
    Page **buckets;
    size_t n, n_buckets;
    size_t n_names;           /* of all pages */
    Host *hosts[HOST_BUCKETS];
};

int pages_init(Pages *);
void pages_free(Pages *);

Page *pages_find(const Pages *, const char *address);      /* NULL: unknown */
Page *pages_add(Pages *, const char *address);             /* NULL: no memory */
Host *pages_host(Pages *, const Url *);    /* known or new; NULL: no memory */

/* ---- Those that wait ---- */
/* First come, first served.  NULL: none waits. */
void host_put(Host *, Page *);
Page *host_take(Host *);

#endif
