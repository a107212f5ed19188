/* sink.c - writes to a stream if it can be one, else to a file. */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

/* ---- Opening ---- */
/* The stream owns a descriptor of its own.  Its `drain` waits for all. */
static int open_stream(Sink *sink)
{
    int fd = fcntl(sink->fd, F_DUPFD_CLOEXEC, 3);
    if (fd < 0)
        return errno;
    int err = async_open_fd(fd, NULL, &sink->writer);
    if (err == 0)
        writer_set_write_buffer_limits(sink->writer, 0, 0);
    else
        close(fd);
    return err;
}

int sink_open(Sink *sink, int fd)
{
    *sink = (Sink){ .fd = fd };
    int err = open_stream(sink);
    return err == E_VALUE ? 0 : err;    /* it is a file */
}

void sink_close(Sink *sink)
{
    if (sink->writer != NULL)
        writer_abort(sink->writer);
    writer_free(sink->writer);
    sink->writer = NULL;
}

/* ---- Giving up ---- */
static bool is_behind(const Sink *sink)
{
    return sink->writer != NULL &&
           writer_get_write_buffer_size(sink->writer) > 0;
}

void sink_give_up(Sink *sink)
{
    sink->is_given_up = true;
    if (is_behind(sink))
        writer_abort(sink->writer);
}

/* ---- Writing ---- */
static SUSPENDS int write_stream(Sink *sink, const char *data, size_t length)
{
    if (sink->is_given_up && is_behind(sink))
        return 0;
    int err = writer_write(sink->writer, data, length);
    if (err != 0 || sink->is_given_up)
        return err;
    return writer_drain(sink->writer);
}

SUSPENDS int sink_write(Sink *sink, const void *data, size_t length)
{
    return sink->writer != NULL ? write_stream(sink, data, length)
                                : file_write(sink->fd, data, length);
}

/* ---- Text ---- */
/* free() it.  NULL: no memory. */
static char *format_text(const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    char *text = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

SUSPENDS int sink_printf(Sink *sink, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    char *text = format_text(format, list);
    va_end(list);
    if (text == NULL)
        return ENOMEM;
    int err = sink_write(sink, text, strlen(text));
    free(text);
    return err;
}

/* ---- Hints ---- */
/* An error of the stream shows when something is written that matters. */
void sink_hint(Sink *sink, const char *text)
{
    if (sink->writer == NULL)
        file_write(sink->fd, text, strlen(text));
    else if (!is_behind(sink))
        writer_write(sink->writer, text, strlen(text));
}
