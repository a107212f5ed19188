/* log.c - writes the log.
 *
 * A write of it may block, on a terminal that was stopped for instance, and the
 * loop with it.  A log that loses lines would be worse. */
#include "log.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "date.h"

/* ---- Opening ---- */
int log_open(Log *log, const char *path)
{
    *log = (Log){ .file = stdout };
    if (path == NULL)
        return 0;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    log->file = fd >= 0 ? fdopen(fd, "a") : NULL;
    if (log->file == NULL && fd >= 0)
        close(fd);
    return log->file != NULL ? 0 : errno;
}

/* ---- Writing it out ---- */
/* To a disk that is full, say: it is told once, and tried again. */
static void flush(void *arg)
{
    Log *log = arg;
    log->flush = 0;
    bool is_good = fflush(log->file) == 0;
    if (!is_good && !log->has_failed)
        fprintf(stderr, "serve: the log: %s\n", strerror(errno));
    log->has_failed = !is_good;
    clearerr(log->file);
}

static void flush_soon(Log *log)
{
    if (log->flush == 0)
        log->flush = loop_call_soon(async_get_running_loop(), flush, log);
    if (log->flush == 0)
        flush(log);
}

/* ---- Closing ---- */
void log_close(Log *log)
{
    if (log->file == NULL)
        return;
    if (log->flush != 0)
        loop_cancel(async_get_running_loop(), log->flush);
    flush(log);
    if (log->file != stdout)
        fclose(log->file);
    log->file = NULL;
}

/* ---- A line ---- */
enum { REQUEST_MOST = 1024 };

/* What a client has sent cannot end a line, or the quotes, or play with a
 * terminal. */
static void escape(const char *text, char *to)
{
    const char *end = to + REQUEST_MOST - 8;
    for (; *text != '\0' && to < end; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= ' ' && c <= '~' && c != '"' && c != '\\')
            *to++ = (char)c;
        else
            to += snprintf(to, 5, "\\x%02x", c);
    }
    strcpy(to, *text != '\0' ? "..." : "");
}

void log_answer(Log *log, const LogEntry *entry)
{
    char request[REQUEST_MOST];
    if (log->file == NULL)
        return;
    escape(entry->request[0] != '\0' ? entry->request : "-", request);
    fprintf(log->file, "%s - - [%s] \"%s\" %d %lld %.6f\n", entry->peer,
            date_now_for_log(), request, entry->status, entry->bytes,
            entry->seconds);
    flush_soon(log);
}
