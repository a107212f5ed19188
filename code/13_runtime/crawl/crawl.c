/* crawl.c - who works, and on what: a queue of hosts, and a few tasks. */
#include <string.h>

#include "crawl.h"

/* ---- A host has work ---- */
/* It gets a worker more, unless it has as many as it may. */
static int host_give(Crawl *crawl, Host *host, Page *page)
{
    host_put(host, page);
    crawl->n_waiting++;
    if (host->n_workers >= (size_t)crawl->options->per_host)
        return 0;
    host->n_workers++;
    return queue_put_nowait(crawl->turns, (Value){ .p = host });
}

/* ---- An address ---- */
/* A page that was not known before: whether it is to be visited. */
static int classify(Crawl *crawl, Page *page, const Url *url)
{
    if (url->is_tls) {
        page->verdict = NO_TLS;
        return 0;
    }
    Host *host = pages_host(&crawl->pages, url);
    if (host == NULL)
        return ENOMEM;
    host->is_site = host->is_site || page->is_start;
    page->target = page->address + (url->target - url->text);
    if (host->is_site || crawl->options->checks_external)
        return host_give(crawl, host, page);
    page->verdict = ELSEWHERE;
    return 0;
}

/* ---- Known or new ---- */
/* NULL: there are too many; or no memory. */
static Page *add_page(Crawl *crawl, const char *address, int *err)
{
    crawl->is_full = crawl->pages.n >= (size_t)crawl->options->max_pages;
    Page *page = crawl->is_full ? NULL : pages_add(&crawl->pages, address);
    *err = page == NULL && !crawl->is_full ? ENOMEM : 0;
    return page;
}

Page *crawl_page(Crawl *crawl, const Url *url, const Page *from,
                 bool is_likely_page, int *err)
{
    *err = 0;
    Page *page = pages_find(&crawl->pages, url->text);
    if (page != NULL || (page = add_page(crawl, url->text, err)) == NULL)
        return page;
    page->is_start = from == NULL;
    page->is_likely_page = is_likely_page;
    *err = classify(crawl, page, url);
    return page;
}

/* ---- A link that is no address ---- */
static int add_malformed(Crawl *crawl, Page *from, const char *link)
{
    int err = 0;
    char shown[URL_SIZE];
    url_show(link, shown, sizeof shown);
    Page *page = pages_find(&crawl->pages, shown);
    if (page == NULL)
        page = add_page(crawl, shown, &err);
    if (page == NULL)
        return err;
    page->verdict = MALFORMED;
    page->is_start = page->is_start || from == NULL;
    referrers_add(&page->referrers, from);
    return 0;
}

/* ---- A place in a page ---- */
/* It is known by its whole address. */
static int add_place(Crawl *crawl, Page *page, const char *name, Page *from)
{
    int err = 0;
    char address[2 * URL_SIZE];
    snprintf(address, sizeof address, "%s#%s", page->address, name);
    Page *place = pages_find(&crawl->pages, address);
    if (place == NULL)
        place = add_page(crawl, address, &err);
    if (place == NULL)
        return err;
    place->verdict = PLACE;
    place->leads_to = page;
    place->target = place->address + strlen(page->address) + 1;
    referrers_add(&place->referrers, from);
    return 0;
}

/* ---- A link ---- */
int crawl_add(Crawl *crawl, Page *from, const char *base, const char *link,
              bool is_likely_page)
{
    Url url;
    int err = url_make(&url, base, link);
    if (err == E_VALUE || (err != 0 && from == NULL))
        return add_malformed(crawl, from, link);
    if (err != 0)
        return 0;                         /* mailto: and the like */
    Page *page = crawl_page(crawl, &url, from, is_likely_page, &err);
    if (page == NULL || err != 0)
        return err;
    referrers_add(&page->referrers, from);
    return url.fragment == NULL || from == NULL
           ? 0 : add_place(crawl, page, url.fragment, from);
}

/* ---- All that waits at a host ---- */
/* Over one connection, as long as the server keeps it. */
static SUSPENDS int work_at(Crawl *crawl, Host *host)
{
    Client client = { .host = host->name, .port = host->port,
                      .authority = host->authority,
                      .timeout = crawl->options->timeout,
                      .max_size = (size_t)crawl->options->max_size };
    Page *page;
    int err = learn_rules(crawl, host, &client);
    while (err == 0 && (page = host_take(host)) != NULL) {
        crawl->n_waiting--;
        err = visit(crawl, page, &client);
    }
    client_close(&client);
    host->n_workers--;
    return err;
}

/* ---- A worker ---- */
static int worker(void *arg, Value *result)
{
    Crawl *crawl = arg;
    Value host;
    int err = queue_get(crawl->turns, &host);
    while (err == 0) {
        err = work_at(crawl, host.p);
        queue_task_done(crawl->turns);
        if (err == 0)
            err = queue_get(crawl->turns, &host);
    }
    return err == E_QUEUE_SHUTDOWN ? 0 : err;
}

/* ---- All of them ---- */
static SUSPENDS int work(Crawl *crawl, TaskGroup *group)
{
    for (char **url = crawl->options->urls; *url != NULL; url++) {
        int err = crawl_add(crawl, NULL, "", *url, true);
        if (err != 0)
            return err;
    }
    Task *progress = taskgroup_create_task(group, show_progress, crawl);
    if (progress == NULL)
        return errno;
    for (double n = 0; n < crawl->options->jobs; n++)
        if (taskgroup_create_task(group, worker, crawl) == NULL)
            return errno;
    int err = queue_join(crawl->turns);
    queue_shutdown(crawl->turns, false);
    task_cancel(progress);
    return err;
}

/* ---- The group ---- */
/* What a group failed with is what its first task failed with. */
static int first_error(TaskGroup *group, int err)
{
    size_t n;
    const Outcome *errors = taskgroup_errors(group, &n);
    return err == E_GROUP && n > 0 ? errors[0].error : err;
}

int crawl_run(void *arg, Value *result)
{
    Crawl *crawl = arg;
    crawl->began = loop_time(async_get_running_loop());
    TaskGroup *group = taskgroup_enter();
    if (group == NULL)
        return errno;
    int err = taskgroup_exit(group, work(crawl, group));
    err = first_error(group, err);
    taskgroup_free(group);
    return err;
}

/* ---- Beginning and end ---- */
int crawl_init(Crawl *crawl, const Options *options)
{
    *crawl = (Crawl){ .options = options };
    int err = pages_init(&crawl->pages);
    if (err != 0)
        return err;
    crawl->turns = queue_new(0);
    if (crawl->turns == NULL) {
        pages_free(&crawl->pages);
        return ENOMEM;
    }
    error_define(E_BAD_ANSWER, "BadAnswer", "Not an answer of HTTP");
    error_define(E_REDIRECTS, "TooManyRedirects",
                 "Redirected too often, or in a loop");
    return 0;
}

void crawl_free(Crawl *crawl)
{
    queue_free(crawl->turns);
    pages_free(&crawl->pages);
}
