/* main.c - crawl: finds the broken links of a web site. */
#include <fcntl.h>

#include "crawl.h"

/* ---- The outputs ---- */
/* The first socket would get the number of an output that is closed, and what
 * is printed would go to a server. */
static bool has_outputs(void)
{
    if (fcntl(1, F_GETFD) >= 0 && fcntl(2, F_GETFD) >= 0)
        return true;
    fputs("crawl: standard output or standard error is closed\n", stderr);
    return false;
}

/* ---- The program ---- */
int main(int argc, char **argv)
{
    Options options;
    Crawl crawl;
    int status;
    if (!has_outputs())
        return 2;
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
