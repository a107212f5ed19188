/* pages.c - the pages that are known, each once, and their hosts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pages.h"

/* ---- Hashes ---- */
/* FNV-1a. */
static uint64_t hash(const char *text)
{
    uint64_t value = 14695981039346656037u;
    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * 1099511628211u;
    return value;
}

/* ---- Who links here ---- */
void referrers_add(Referrers *referrers, Page *page)
{
    if (page == NULL || referrers->last == page)
        return;
    if (referrers->n < FIRST_REFERRERS)
        referrers->first[referrers->n] = page;
    referrers->last = page;
    referrers->n++;
}

/* ---- Names in a page ---- */
int page_add_name(Pages *pages, Page *page, const char *name)
{
    if (page->n_names == page->room) {
        size_t room = page->room == 0 ? 8 : 2 * page->room;
        uint64_t *names = realloc(page->names, room * sizeof *names);
        if (names == NULL)
            return ENOMEM;
        page->names = names;
        page->room = room;
    }
    page->names[page->n_names++] = hash(name);
    pages->n_names++;
    return 0;
}

void page_drop_names(Pages *pages, Page *page)
{
    pages->n_names -= page->n_names;
    free(page->names);
    page->names = NULL;
    page->n_names = page->room = 0;
}

/* ---- Names in order ---- */
static int compare(const void *a, const void *b)
{
    const uint64_t *one = a, *other = b;
    return (*one > *other) - (*one < *other);
}

void page_end_names(Page *page)
{
    if (page->n_names > 0)
        qsort(page->names, page->n_names, sizeof *page->names, compare);
    page->has_names = true;
}

static bool has_hash(const Page *page, uint64_t value)
{
    return page->n_names > 0 &&
           bsearch(&value, page->names, page->n_names, sizeof value,
                   compare) != NULL;
}

/* ---- Is it in the page ---- */
/* "#" and "#top" are the top of any page.  A name may be percent-encoded in
 * the link, and be so in the page, or not. */
bool page_has_name(const Page *page, const char *name)
{
    char decoded[URL_SIZE];
    if (*name == '\0' || strcmp(name, "top") == 0 ||
        strncmp(name, ":~:", 3) == 0 || has_hash(page, hash(name)))
        return true;
    strncpy(decoded, name, sizeof decoded - 1);
    decoded[sizeof decoded - 1] = '\0';
    url_decode(decoded);
    return has_hash(page, hash(decoded));
}

/* ---- The table ---- */
int pages_init(Pages *pages)
{
    *pages = (Pages){ .n_buckets = 64 };
    pages->end = &pages->first;
    pages->buckets = calloc(pages->n_buckets, sizeof *pages->buckets);
    return pages->buckets == NULL ? ENOMEM : 0;
}

static Page **bucket_of(const Pages *pages, const char *address)
{
    return &pages->buckets[hash(address) & (pages->n_buckets - 1)];
}

/* ---- A larger table ---- */
/* Without memory it stays as it is, and gets slower. */
static void grow(Pages *pages)
{
    size_t n = pages->n_buckets * 2;
    Page **buckets = calloc(n, sizeof *buckets);
    if (buckets == NULL)
        return;
    free(pages->buckets);
    pages->buckets = buckets;
    pages->n_buckets = n;
    for (Page *page = pages->first; page != NULL; page = page->next) {
        Page **bucket = bucket_of(pages, page->address);
        page->next_in_bucket = *bucket;
        *bucket = page;
    }
}

/* ---- Finding and adding ---- */
Page *pages_find(const Pages *pages, const char *address)
{
    Page *page = *bucket_of(pages, address);
    while (page != NULL && strcmp(page->address, address) != 0)
        page = page->next_in_bucket;
    return page;
}

Page *pages_add(Pages *pages, const char *address)
{
    Page *page = calloc(1, sizeof *page + strlen(address) + 1);
    if (page == NULL)
        return NULL;
    if (pages->n == pages->n_buckets)
        grow(pages);
    strcpy(page->address, address);
    Page **bucket = bucket_of(pages, address);
    page->next_in_bucket = *bucket;
    *bucket = page;
    *pages->end = page;
    pages->end = &page->next;
    pages->n++;
    return page;
}

/* ---- Hosts ---- */
Host *pages_host(Pages *pages, const Url *url)
{
    Host **bucket = &pages->hosts[hash(url->authority) % HOST_BUCKETS];
    Host *host = *bucket;
    while (host != NULL && strcmp(host->authority, url->authority) != 0)
        host = host->next;
    if (host != NULL || (host = calloc(1, sizeof *host)) == NULL)
        return host;
    strcpy(host->authority, url->authority);
    strcpy(host->name, url->host);
    host->port = url->port;
    lock_init(&host->lock);
    host->next = *bucket;
    *bucket = host;
    return host;
}

/* ---- Those who wait ---- */
void host_put(Host *host, Page *page)
{
    page->host = host;
    if (host->first == NULL)
        host->first = page;
    else
        host->last->next_waiting = page;
    host->last = page;
}

Page *host_take(Host *host)
{
    Page *page = host->first;
    if (page != NULL)
        host->first = page->next_waiting;
    return page;
}

/* ---- The end ---- */
static void free_hosts(Host *host)
{
    while (host != NULL) {
        Host *next = host->next;
        robots_free(host->robots);
        free(host);
        host = next;
    }
}

void pages_free(Pages *pages)
{
    for (Page *page = pages->first; page != NULL; ) {
        Page *next = page->next;
        free(page->names);
        free(page);
        page = next;
    }
    for (size_t i = 0; i < HOST_BUCKETS; i++)
        free_hosts(pages->hosts[i]);
    free(pages->buckets);
}
