/* main.c - crawl: finds the broken links of a web site. */
#include "crawl.h"

/* ---- The program ---- */
int main(int argc, char **argv)
{
    Options options;
    Crawl crawl;
    int status;
    if (!options_read(&options, argv, &status))
        return status;
    int err = crawl_init(&crawl, &options);
    if (err != 0) {
        fprintf(stderr, "crawl: %s\n", error_message(err));
        return 2;
    }
    err = async_run(crawl_run, &crawl, NULL);
    status = summary_print(&crawl, err);
    crawl_free(&crawl);
    return status;
}
