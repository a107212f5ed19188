/* screen.c - headings, output and the line below it. */
#include "screen.h"

#include <stdlib.h>
#include <string.h>
/* lint: platform header <sys/ioctl.h>: POSIX 2008 does not tell a width */
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- Opening ---- */
int screen_open(Screen *screen, const Tally *tally)
{
    *screen = (Screen){ .tally = tally, .is_terminal = isatty(2) };
    int err = sink_open(&screen->output, 1);
    if (err == 0)
        err = sink_open(&screen->error, 2);
    if (err != 0)
        screen_close(screen);
    return err;
}

/* ---- The line ---- */
static int width(void)
{
#ifdef TIOCGWINSZ
    struct winsize size;
    if (ioctl(2, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
#endif
    return 80;
}

/* "\r" goes to the beginning of the line, "\033[K" clears what is behind it. */
void screen_refresh(Screen *screen)
{
    char line[1024] = "\r", *text = line + 1;
    if (!screen->is_terminal || screen->is_printing)
        return;
    tally_line(screen->tally, loop_time(async_get_running_loop()), width(),
               text, sizeof line - 8);
    strcat(line, "\033[K");
    sink_hint(&screen->error, line);
    screen->has_line = true;
}

/* ---- And without it ---- */
static void remove_line(Screen *screen)
{
    if (screen->has_line)
        sink_hint(&screen->error, "\r\033[K");
    screen->has_line = false;
}

/* ---- Closing ---- */
void screen_close(Screen *screen)
{
    remove_line(screen);
    sink_close(&screen->output);
    sink_close(&screen->error);
}

void screen_give_up(Screen *screen)
{
    sink_give_up(&screen->output);
    sink_give_up(&screen->error);
}

void screen_hint(Screen *screen, const char *text)
{
    remove_line(screen);
    sink_hint(&screen->error, text);
}

/* ---- The output of a job ---- */
/* Its last line ends here, whether it has said so or not. */
static SUSPENDS int copy(const Spool *spool, Sink *sink)
{
    char data[16 * 1024], last = '\n';
    size_t got = 0;
    off_t at = 0;
    int err;
    while ((err = spool_read(spool, at, data, sizeof data, &got)) == 0 &&
           got > 0) {
        err = sink_write(sink, data, got);
        if (err != 0)
            return err;
        at += (off_t)got;
        last = data[got - 1];
    }
    if (err == 0 && last != '\n')
        err = sink_write(sink, "\n", 1);
    return err;
}

static SUSPENDS int show_output(Screen *screen, const Job *job)
{
    if (spool_is_empty(&job->output))
        return 0;
    int err = sink_printf(&screen->output, "==> %zu: %s\n", job->number,
                          job->shown);
    return err == 0 ? copy(&job->output, &screen->output) : err;
}

/* ---- Its errors, and what became of it ---- */
static SUSPENDS int show_fate(Screen *screen, const Job *job)
{
    char words[128], tries[32] = "";
    if (screen->is_terminal && job_is_ok(job) && spool_is_empty(&job->error))
        return 0;
    job_describe(job, words, sizeof words);
    if (job->tries > 1)
        snprintf(tries, sizeof tries, ", %u tries", job->tries);
    return sink_printf(&screen->error, "jobs: %zu: %s, %.1f s%s: %s\n",
                       job->number, words, job->seconds, tries, job->shown);
}

SUSPENDS int screen_show(Screen *screen, const Job *job)
{
    screen->is_printing = true;
    remove_line(screen);
    int err = show_output(screen, job);
    if (err == 0)
        err = show_fate(screen, job);
    if (err == 0)
        err = copy(&job->error, &screen->error);
    screen->is_printing = false;
    return err;
}

/* ---- The sum ---- */
static SUSPENDS int show_failed(Screen *screen, const Job *job)
{
    char words[128];
    job_describe(job, words, sizeof words);
    return sink_printf(&screen->error, "jobs: failed: %zu: %s: %s\n",
                       job->number, words, job->shown);
}

SUSPENDS int screen_sum_up(Screen *screen, const List *list)
{
    const Tally *tally = screen->tally;
    double taken = loop_time(async_get_running_loop()) - tally->begun;
    char sum[128];
    int err = 0;
    remove_line(screen);
    for (size_t i = 0; i < list->count && err == 0; i++)
        if (job_has_failed(&list->jobs[i]))
            err = show_failed(screen, &list->jobs[i]);
    if (err != 0)
        return err;
    tally_sum(tally, sum, sizeof sum);
    return sink_printf(&screen->error,
                       "jobs: %s; %.1f s, one by one %.1f s: %.1f times\n",
                       sum, taken, tally->work,
                       taken > 0 ? tally->work / taken : 1);
}
