/* visit.c - a page is asked for, and its answer read. */
#include <string.h>

#include "crawl.h"
#include "scan.h"

/* ---- Asking ---- */
/* When the host's last request was long enough ago. */
static SUSPENDS int wait_turn(Crawl *crawl, Host *host)
{
    double now = loop_time(async_get_running_loop());
    double when = host->next_request > now ? host->next_request : now;
    host->next_request = when + crawl->options->delay;
    return when > now ? async_sleep(when - now) : 0;
}

static SUSPENDS int ask(Crawl *crawl, Page *page, Client *client,
                        const char *method, Answer *answer)
{
    int err = wait_turn(crawl, page->host);
    return err != 0 ? err : client_ask(client, method, page->target, answer);
}

/* ---- HEAD or GET ---- */
/* HEAD is cheaper, where no links are to be read.  Only GET proves that
 * something is broken: some servers do not know HEAD. */
static SUSPENDS int ask_gently(Crawl *crawl, Page *page, Client *client,
                               Answer *answer)
{
    bool is_read = page->host->is_site;
    if (is_read && page->is_likely_page)
        return ask(crawl, page, client, "GET", answer);
    int err = ask(crawl, page, client, "HEAD", answer);
    bool is_page = is_read && answer->status == 200 && answer->is_html;
    if (err != 0 || (answer->status < 400 && !is_page))
        return err;
    return ask(crawl, page, client, "GET", answer);
}

/* ---- Links of a page ---- */
typedef struct Reading {
    Crawl *crawl;
    Page *page;
    bool has_base;
    char base[URL_SIZE];
    bool has_too_many;        /* names */
    int error;
} Reading;

/* The first one counts. */
static void set_base(Reading *reading, const char *text)
{
    Url url;
    if (reading->has_base || url_make(&url, reading->base, text) != 0)
        return;
    strcpy(reading->base, url.text);
    reading->has_base = true;
}

/* ---- Names of a page ---- */
/* So many are kept for each address that may be known, on average. */
enum { NAMES_EACH = 100 };

static int add_name(Reading *reading, const char *name)
{
    Pages *pages = &reading->crawl->pages;
    double most = NAMES_EACH * reading->crawl->options->max_pages;
    reading->has_too_many = (double)pages->n_names >= most;
    return reading->has_too_many ? 0
                                 : page_add_name(pages, reading->page, name);
}

/* Nobody can say what is missing where some are not known. */
static void end_names(Reading *reading)
{
    Crawl *crawl = reading->crawl;
    crawl->n_nameless += reading->has_too_many;
    if (reading->page->is_partial || reading->has_too_many)
        page_drop_names(&crawl->pages, reading->page);
    else
        page_end_names(reading->page);
}

/* ---- What the scanner finds ---- */
static void found(void *arg, Found what, const char *text)
{
    Reading *reading = arg;
    if (reading->error != 0)
        return;
    if (what == FOUND_BASE)
        set_base(reading, text);
    else if (what == FOUND_NAME)
        reading->error = add_name(reading, text);
    else
        reading->error = crawl_add(reading->crawl, reading->page, reading->base,
                                   text, what == FOUND_PAGE);
}

/* ---- Reading a page ---- */
static int read_links(Crawl *crawl, Page *page, Answer *answer)
{
    Reading reading = { .crawl = crawl, .page = page };
    strcpy(reading.base, page->address);
    if (answer->body != NULL)
        scan_html(answer->body, answer->length, found, &reading);
    page->is_partial = answer->is_partial;
    end_names(&reading);
    return reading.error;
}

/* ---- Redirects ---- */
static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

static int fail(Page *page, int error)
{
    page->verdict = FAILED;
    page->error = error;
    return 0;
}

/* ---- Where it leads ---- */
/* Where it leads is a page of its own, which is visited in its turn. */
static int follow(Crawl *crawl, Page *page, const char *location)
{
    Url url;
    int err;
    if (location == NULL || url_make(&url, page->address, location) != 0)
        return fail(page, E_BAD_ANSWER);
    if (page->redirects == MAX_REDIRECTS)
        return fail(page, E_REDIRECTS);
    size_t n = crawl->pages.n;
    Page *next = crawl_page(crawl, &url, page->is_start ? NULL : page,
                            page->is_likely_page, &err);
    if (crawl->pages.n > n)
        next->redirects = page->redirects + 1;
    page->leads_to = next;
    return err;
}

/* ---- What it says ---- */
static int take(Crawl *crawl, Page *page, Answer *answer)
{
    page->verdict = ANSWERED;
    page->status = answer->status;
    if (is_redirect(answer->status))
        return follow(crawl, page, answer->location);
    if (page->host->is_site && answer->is_html && answer->status == 200)
        return read_links(crawl, page, answer);
    return 0;
}

/* ---- A visit ---- */
SUSPENDS int visit(Crawl *crawl, Page *page, Client *client)
{
    Answer answer = { .status = 0 };
    if (!robots_allow(page->host->robots, page->target)) {
        page->verdict = BARRED;
        return 0;
    }
    int err = ask_gently(crawl, page, client, &answer);
    if (err == 0)
        err = take(crawl, page, &answer);
    else if (!ends_the_crawl(err))
        err = fail(page, err);
    crawl->n_visited++;
    crawl->n_failed += page->verdict == FAILED || page->status >= 400;
    answer_clear(&answer);
    return err;
}

/* ---- Half a line ---- */
/* Where rules were cut off: of "/private" there may be no more than the "/". */
static void drop_half_line(Answer *answer)
{
    while (answer->length > 0 && answer->body[answer->length - 1] != '\n')
        answer->body[--answer->length] = '\0';
}

/* ---- The rules of a host ---- */
/* RFC 9309, 2.3.1: no such file, no rules; a server that fails bars all.  Of a
 * host that cannot be reached the visits will tell. */
static Robots *rules_of(Answer *answer, int err, bool *has_memory)
{
    Robots *robots = NULL;
    *has_memory = true;
    if (err != 0 || (answer->status != 200 && answer->status < 500))
        return NULL;
    if (answer->is_partial)
        drop_half_line(answer);
    if (answer->status >= 500)
        robots = robots_bar_all();
    else if (answer->body != NULL)
        robots = robots_new(answer->body, "weft-crawl");
    else
        return NULL;
    *has_memory = robots != NULL;
    return robots;
}

/* ---- Asking for them ---- */
static SUSPENDS int ask_rules(Crawl *crawl, Host *host, Client *client)
{
    bool has_memory;
    Answer answer = { .status = 0 };
    int err = wait_turn(crawl, host);
    if (err == 0)
        err = client_ask(client, "GET", "/robots.txt", &answer);
    if (!ends_the_crawl(err)) {
        host->robots = rules_of(&answer, err, &has_memory);
        host->knows_rules = true;
        err = has_memory ? 0 : ENOMEM;
    }
    answer_clear(&answer);
    return err;
}

/* The first worker asks, and the others wait for it. */
SUSPENDS int learn_rules(Crawl *crawl, Host *host, Client *client)
{
    if (host->knows_rules || crawl->options->ignores_robots)
        return 0;
    int err = lock_acquire(&host->lock);
    if (err != 0)
        return err;
    if (!host->knows_rules)
        err = ask_rules(crawl, host, client);
    lock_release(&host->lock);
    return err;
}
