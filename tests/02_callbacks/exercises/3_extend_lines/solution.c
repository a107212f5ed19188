/* lines.c - a reader and a timer, and a buffer that is full when a line is too
 * long.
 *
 * bytes[0..length-1] are what has come and not been handed over. */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Lines {
    Loop *loop;
    int fd;
    double idle;
    LineCallback *line;
    EndCallback *end;
    void *arg;
    Handle timer;
    bool is_busy;     /* hands over lines: and frees, if is_freed */
    bool is_freed;
    size_t length;
    char bytes[LINE_MOST + 1];
};

/* ---- The end ---- */
static void leave_loop(Lines *lines)
{
    loop_remove_reader(lines->loop, lines->fd);
    loop_cancel(lines->loop, lines->timer);
    lines->timer = 0;
}

/* The last that is done with it: end() may free it. */
static void finish(Lines *lines, int err)
{
    leave_loop(lines);
    lines->end(lines->arg, err);
}

void lines_free(Lines *lines)
{
    if (lines == NULL)
        return;
    if (!lines->is_freed && lines->timer != 0)
        leave_loop(lines);
    lines->is_freed = true;
    if (!lines->is_busy)
        free(lines);
}

/* ---- Silence ---- */
static void run_out(void *lines)
{
    finish(lines, ETIMEDOUT);
}

static bool restart(Lines *lines)
{
    loop_cancel(lines->loop, lines->timer);
    lines->timer = loop_call_later(lines->loop, lines->idle, run_out, lines);
    return lines->timer != 0;
}

/* ---- Handing over ---- */
static void hand_over(Lines *lines)
{
    char *start = lines->bytes, *stop = start + lines->length, *newline;
    while (!lines->is_freed &&
           (newline = memchr(start, '\n', stop - start)) != NULL) {
        *newline = 0;
        lines->line(lines->arg, start, newline - start);
        start = newline + 1;
    }
    lines->length = stop - start;
    memmove(lines->bytes, start, lines->length);
}

static void hand_over_last(Lines *lines)
{
    if (lines->length == 0)
        return;
    lines->bytes[lines->length] = 0;
    lines->line(lines->arg, lines->bytes, lines->length);
}

/* ---- Reading ---- */
/* After read() has returned `count`: -1, or the errno value of the end. */
static int take(Lines *lines, ssize_t count)
{
    if (count < 0)
        return errno;
    if (count == 0) {
        hand_over_last(lines);
        return 0;
    }
    if (!restart(lines))
        return ENOMEM;
    lines->length += count;
    hand_over(lines);
    return lines->length < sizeof lines->bytes ? -1 : EMSGSIZE;
}

static void read_some(void *arg)
{
    Lines *lines = arg;
    ssize_t count = read(lines->fd, lines->bytes + lines->length,
                         sizeof lines->bytes - lines->length);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    lines->is_busy = true;
    int err = take(lines, count);
    lines->is_busy = false;
    if (lines->is_freed)
        free(lines);
    else if (err >= 0)
        finish(lines, err);
}

/* ---- The beginning ---- */
Lines *lines_new(Loop *loop, int fd, double idle, LineCallback *line,
                 EndCallback *end, void *arg)
{
    Lines *lines = malloc(sizeof *lines);
    if (lines == NULL)
        return NULL;
    *lines = (Lines){ .loop = loop, .fd = fd, .idle = idle, .line = line,
                      .end = end, .arg = arg };
    int err = loop_add_reader(loop, fd, read_some, lines);
    if (err == 0 && !restart(lines)) {
        loop_remove_reader(loop, fd);
        err = ENOMEM;
    }
    if (err == 0)
        return lines;
    free(lines);
    errno = err;
    return NULL;
}
