/* summary.c - what was found, when all is over, or the user has had enough. */
#include "crawl.h"

/* ---- Where a redirect ends ---- */
/* NULL: nowhere. */
static const Page *end_of(const Page *page)
{
    for (int n = 0; page->leads_to != NULL; n++) {
        if (n == MAX_REDIRECTS)
            return NULL;
        page = page->leads_to;
    }
    return page;
}

/* ---- A status in words ---- */
static const char *reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { 400, " Bad Request" }, { 401, " Unauthorized" },
        { 403, " Forbidden" }, { 404, " Not Found" },
        { 405, " Method Not Allowed" }, { 410, " Gone" },
        { 429, " Too Many Requests" }, { 500, " Internal Server Error" },
        { 502, " Bad Gateway" }, { 503, " Service Unavailable" },
        { 504, " Gateway Timeout" }
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}

/* ---- What became of a page ---- */
/* Not one that such a page leads to. */
static bool is_named_by_user(const Page *page)
{
    return page->is_start && page->redirects == 0;
}

static bool is_broken(const Page *page)
{
    return page->verdict == FAILED || page->verdict == MALFORMED ||
           (page->verdict == ANSWERED && page->status >= 400);
}

/* ---- An outcome in words ---- */
/* NULL: a redirect that ends nowhere. */
static void print_outcome(FILE *file, const Page *page)
{
    static const char *const names[] = {
        [UNSEEN] = "not visited", [MALFORMED] = "malformed address",
        [ELSEWHERE] = "not checked: elsewhere", [NO_TLS] = "not checked: https",
        [BARRED] = "not checked: robots.txt"
    };
    if (page == NULL)
        fprintf(file, "%s\n", error_message(E_REDIRECTS));
    else if (page->verdict == FAILED)
        fprintf(file, "%s\n", error_message(page->error));
    else if (page->verdict == ANSWERED)
        fprintf(file, "%d%s\n", page->status, reason(page->status));
    else
        fprintf(file, "%s\n", names[page->verdict]);
}

/* ---- Who has it ---- */
static void print_referrers(const Referrers *referrers)
{
    for (size_t i = 0; i < referrers->n && i < FIRST_REFERRERS; i++)
        printf("    in %s\n", referrers->first[i]->address);
    if (referrers->n > FIRST_REFERRERS)
        printf("    and in %zu more\n", referrers->n - FIRST_REFERRERS);
}

/* ---- A broken link ---- */
/* What nobody links to but a redirect is told where that is. */
static size_t print_if_broken(const Page *page)
{
    const Page *end = end_of(page);
    if ((page->referrers.n == 0 && !is_named_by_user(page)) ||
        (end != NULL && !is_broken(end)))
        return 0;
    printf("%s\n    ", page->address);
    print_outcome(stdout, end);
    if (end != NULL && end != page)
        printf("    redirected to %s\n", end->address);
    print_referrers(&page->referrers);
    return 1;
}

/* ---- A place that is not there ---- */
/* Nothing is said of a page that is broken itself, or not known whole. */
static size_t print_if_missing(const Page *place)
{
    const Page *end = end_of(place->leads_to);
    if (end == NULL || !end->has_names || page_has_name(end, place->target))
        return 0;
    printf("%s\n    there is no such place in the page\n", place->address);
    print_referrers(&place->referrers);
    return 1;
}

/* ---- What has moved ---- */
static size_t print_if_moved(const Page *page)
{
    if (page->leads_to == NULL || page->referrers.n == 0 ||
        (page->status != 301 && page->status != 308))
        return 0;
    printf("%s\n    moved for good to %s\n", page->address,
           page->leads_to->address);
    print_referrers(&page->referrers);
    return 1;
}

/* ---- Counting ---- */
typedef struct Totals {
    size_t broken, moved, partial, verdicts[PLACE + 1];
} Totals;

static void print_totals(const Crawl *crawl, const Totals *totals)
{
    const size_t *n = totals->verdicts;
    printf("addresses: %zu (checked: %zu; not checked: %zu elsewhere, "
           "%zu https, %zu robots.txt)\n", crawl->pages.n - n[PLACE],
           n[ANSWERED] + n[FAILED] + n[MALFORMED],
           n[ELSEWHERE], n[NO_TLS], n[BARRED]);
    if (n[UNSEEN] > 0)
        printf("not visited any more: %zu\n", n[UNSEEN]);
    if (totals->partial > 0)
        printf("longer than --max-size, read in part: %zu\n",
               totals->partial);
    if (crawl->n_nameless > 0)
        printf("with too many names, places not checked: %zu\n",
               crawl->n_nameless);
    if (crawl->is_full)
        printf("there are more: --max-pages has ended the search\n");
    printf("broken: %zu, moved: %zu\n", totals->broken, totals->moved);
}

/* ---- A start that led nowhere ---- */
static bool tell_unreachable(const Crawl *crawl)
{
    bool is_one = false;
    const Page *page = crawl->pages.first;
    for (; page != NULL; page = page->next) {
        const Page *end = end_of(page);
        if (!is_named_by_user(page) ||
            (end != NULL && end->verdict == ANSWERED && !is_broken(end)))
            continue;
        fprintf(stderr, "crawl: %s: ", page->address);
        print_outcome(stderr, end);
        is_one = true;
    }
    return is_one;
}

/* ---- The exit status ---- */
static int exit_status(const Crawl *crawl, const Totals *totals, int error)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("crawl: output");
        return 2;
    }
    if (error == E_KEYBOARD_INTERRUPT)
        return 130;
    if (error != 0) {
        fprintf(stderr, "crawl: %s\n", error_message(error));
        return 2;
    }
    return tell_unreachable(crawl) ? 2 : totals->broken > 0 ? 1 : 0;
}

/* ---- All of it ---- */
static void list_all(const Crawl *crawl)
{
    const Page *page = crawl->pages.first;
    for (; page != NULL; page = page->next)
        if (page->verdict != PLACE) {
            printf("%s: ", page->address);
            print_outcome(stdout, page);
        }
}

int summary_print(const Crawl *crawl, int error)
{
    Totals totals = { .broken = 0 };
    if (crawl->options->is_verbose)
        list_all(crawl);
    const Page *page = crawl->pages.first;
    for (; page != NULL; page = page->next) {
        totals.verdicts[page->verdict]++;
        totals.partial += page->is_partial;
        totals.broken += page->verdict == PLACE ? print_if_missing(page)
                                                : print_if_broken(page);
    }
    for (page = crawl->pages.first; page != NULL; page = page->next)
        totals.moved += print_if_moved(page);
    print_totals(crawl, &totals);
    return exit_status(crawl, &totals, error);
}
