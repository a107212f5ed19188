/* trace.c - writes down each step of a loop, for Perfetto and for timeline.
 *
 * The file is a list of events, in the Trace Event Format: a line each, so that
 * one that was cut off can still be read.  Each task has a track; track 0 is
 * for callbacks.  Times are in microseconds. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "observe_inside.h"

/* ---- The file ---- */
struct Trace {
    FILE *file;
    bool has_events;
    pid_t process;    /* whose events they are */
};

/* lint: may call fputs: a trace is written to a file of its own */
Trace *trace_open(const char *path)
{
    Trace *trace = calloc(1, sizeof *trace);
    if (trace == NULL)
        return NULL;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    trace->file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (trace->file == NULL) {
        int err = errno;
        if (fd >= 0)
            close(fd);
        free(trace);
        errno = err;
        return NULL;
    }
    trace->process = getpid();
    fputs("[", trace->file);
    return trace;
}

/* A child of fork() has a copy of what its parent has not written yet: that
 * goes nowhere. */
int trace_close(Trace *trace)
{
    bool is_copy = trace->process != getpid();
    if (is_copy)
        close(fileno(trace->file));
    /* lint: may call fputs: a trace is written to a file of its own */
    fputs("\n]\n", trace->file);
    bool has_failed = ferror(trace->file) != 0;
    int err = fclose(trace->file) != 0 ? errno : has_failed ? EIO : 0;
    free(trace);
    return is_copy ? 0 : err;
}

/* ---- An event ---- */
enum { LONGEST = 63 };    /* bytes of a name; the rest is cut off */

/* Names are the program's: what may not be in a string of JSON is masked. */
static void write_name(FILE *file, const char *name)
{
    size_t left = LONGEST;
    /* lint: may call putc: a trace is written to a file of its own */
    if (*name == '\0')
        putc('?', file);
    for (const char *at = name; *at != '\0' && left > 0; at++, left--)
        putc(*at < ' ' || *at > '~' || *at == '"' || *at == '\\' ? '?' : *at,
             file);
}

static long long nanoseconds(double seconds)
{
    return (long long)(seconds * 1e9 + 0.5);
}

/* In microseconds, with a point, whatever the locale has. */
static void write_time(FILE *file, const char *name, long long time)
{
    /* lint: may call fprintf: a trace is written to a file of its own */
    fprintf(file, ",\"%s\":%lld.%03lld", name, time / 1000, time % 1000);
}

/* Begins one of that phase; the caller ends it with a brace. */
static FILE *begin_event(Trace *trace, char phase, uint64_t track,
                         const char *name, double time)
{
    FILE *file = trace->file;
    /* lint: may call fprintf: a trace is written to a file of its own */
    fprintf(file, "%s\n{\"ph\":\"%c\",\"pid\":1,\"tid\":%" PRIu64,
            trace->has_events ? "," : "", phase, track);
    write_time(file, "ts", nanoseconds(time));
    fprintf(file, ",\"name\":\"");
    write_name(file, name);
    fprintf(file, "\"");
    trace->has_events = true;
    return file;
}

static void write_slice(Trace *trace, uint64_t track, const char *name,
                        double begin, double end)
{
    FILE *file = begin_event(trace, 'X', track, name, begin);
    write_time(file, "dur", nanoseconds(end) - nanoseconds(begin));
    /* lint: may call fprintf: a trace is written to a file of its own */
    fprintf(file, "}");
}

/* An arrow from one slice to another has a number.  "bp":"e": it belongs to the
 * slice around its moment. */
static void write_arrow(Trace *trace, char phase, uint64_t track,
                        Handle number, double time)
{
    FILE *file = begin_event(trace, phase, track, "wake", time);
    /* lint: may call fprintf: a trace is written to a file of its own */
    fprintf(file, ",\"cat\":\"wake\",\"bp\":\"e\",\"id\":%" PRIu64 "}", number);
}

static void write_track(Trace *trace, TaskRecord *task, double time)
{
    FILE *file = begin_event(trace, 'M', task->number, "thread_name", time);
    /* lint: may call fprintf: a trace is written to a file of its own */
    fprintf(file, ",\"args\":{\"name\":\"");
    write_name(file, task_name(&task->future));
    fprintf(file, "\"}}");
}

/* ---- What a callback is ---- */
/* The descriptor whose being ready has scheduled it; -1: none. */
static int ready_fd(Loop *loop, Handle number)
{
    Watches *watches = &loop->watches;
    for (int fd = 0; fd < watches->capacity; fd++)
        if (watches->by_fd[fd].queued[READER] == number ||
            watches->by_fd[fd].queued[WRITER] == number)
            return fd;
    return -1;
}

static const char *kind_of(Step *step)
{
    if (step->callback == timer_run)
        return "timer";
    return step->callback == signal_run ? "signal" : "callback";
}

static void write_descriptor(Trace *trace, Loop *loop, Step *step,
                             uint64_t track)
{
    char name[24];
    int fd = ready_fd(loop, step->number);
    if (fd < 0)
        return;
    snprintf(name, sizeof name, "fd %d", fd);
    FILE *file = begin_event(trace, 'i', track, name, step->begin);
    /* lint: may call fprintf: a trace is written to a file of its own */
    fprintf(file, ",\"s\":\"t\"}");
}

/* ---- A step ---- */
/* Tasks that it has woken, or made, and that have not run yet. */
static void write_wakes(Trace *trace, Loop *loop, Step *step, uint64_t track)
{
    Ready *ready = &loop->ready;
    for (Handle n = step->first; n != step->last; n++)
        if (ready->ring[n & ready->mask].callback == task_wake)
            write_arrow(trace, 's', track, n, step->begin);
}

/* A child of fork() writes nothing into its parent's file. */
void trace_step(Trace *trace, Loop *loop, Step *step)
{
    if (trace->process != getpid())
        return;
    TaskRecord *task = step->task;
    uint64_t track = task != NULL ? task->number : 0;
    if (task != NULL && step->since < 0)
        write_track(trace, task, step->begin);
    if (task != NULL && step->since >= 0)
        write_slice(trace, track, step->waited, step->since, step->begin);
    write_slice(trace, track, task != NULL ? "run" : kind_of(step),
                step->begin, step->end);
    if (task != NULL)
        write_arrow(trace, 'f', track, step->number, step->begin);
    write_descriptor(trace, loop, step, track);
    write_wakes(trace, loop, step, track);
    if (ready_is_empty(&loop->ready))
        fflush(trace->file);    /* the loop may sleep, or be killed */
}
