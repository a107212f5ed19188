/* progress.c - a line on the terminal that is written over and over. */
#include <string.h>
/* lint: platform header <sys/ioctl.h>: the width of a terminal */
#include <sys/ioctl.h>
#include <unistd.h>

#include "crawl.h"

/* ---- The terminal ---- */
static size_t terminal_width(void)
{
#ifdef TIOCGWINSZ
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
#endif
    return 80;
}

/* The last column stays free: some terminals wrap when it is written to. */
static void show(const char *text)
{
    size_t width = terminal_width() - 1;
    size_t n = strlen(text);
    fprintf(stderr, "\r%.*s\033[K", (int)(n < width ? n : width), text);
    fflush(stderr);
}

/* ---- The line ---- */
static void show_state(const Crawl *crawl)
{
    char text[200];
    double passed = loop_time(async_get_running_loop()) - crawl->began;
    double rate = passed > 0 ? (double)crawl->n_visited / passed : 0;
    snprintf(text, sizeof text,
             "%zu visited, %zu waiting, %zu failed, %.0f/s",
             crawl->n_visited, crawl->n_waiting, crawl->n_failed, rate);
    show(text);
}

/* ---- The task ---- */
int show_progress(void *arg, Value *result)
{
    const Crawl *crawl = arg;
    int err = 0;
    if (crawl->options->is_quiet || !isatty(STDERR_FILENO))
        return 0;
    while (err == 0) {
        show_state(crawl);
        err = async_sleep(0.1);
    }
    show("");
    return err;
}
