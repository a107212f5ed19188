/* python.h - what the ports share: a program in Python beside each says what
 * is meant.  How it is turned into C:
 *
 *     print("a", x)              printf("a %d\n", x)
 *     loop.call_soon(print, s)   loop_call_soon(loop, print_line, s)
 *     await job()                must(job(arg, &value))
 *     raise ValueError(s)        *result = (Value){ .s = s }; return E_VALUE;
 *     try: except E:             if (err == E)
 *     asyncio.run(main())        async_run(main_task, NULL, NULL)
 *
 * An exception that nobody catches ends a program in Python; so does must(). */
#ifndef CONFORMANCE_PYTHON_H
#define CONFORMANCE_PYTHON_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "weft.h"

/* ---- Errors ---- */
/* For what must not fail: if it does, the program ends. */
static inline void must(int err)
{
    if (err == 0)
        return;
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", error_name(err), error_message(err));
    exit(1);
}

/* ---- Printing ---- */
/* As Python prints a bool. */
static inline const char *truth(bool value)
{
    return value ? "True" : "False";
}

/* print(text), as a callback. */
static inline void print_line(void *text)
{
    printf("%s\n", (const char *)text);
}

/* ---- The running loop and task ---- */
static inline Loop *running_loop(void)
{
    return async_get_running_loop();
}

static inline Future *create_future(void)
{
    Future *future = future_new(async_get_running_loop());
    if (future == NULL)
        must(errno);
    return future;
}

static inline Task *create_task(CoroFn *function, void *arg)
{
    Task *task = async_create_task(function, arg);
    if (task == NULL)
        must(errno);
    return task;
}

/* asyncio.current_task().cancelling() */
static inline int cancelling(void)
{
    return task_cancelling(async_current_task());
}

/* await asyncio.wait([task]): to its end, however it ends. */
static inline SUSPENDS void wait_for_end(Task *task)
{
    must(async_wait(&task, 1, INFINITY, ALL_COMPLETED));
}

/* task.cancel, for call_later. */
static inline void cancel_task(void *task)
{
    task_cancel(task);
}

/* ---- Errors of the programs ---- */
enum { KEY_ERROR = E_USER };

/* raise KeyError: a program that does so names the error first. */
static inline void define_key_error(void)
{
    must(error_define(KEY_ERROR, "KeyError", "no such key"));
}

/* ---- Streams and groups ---- */
/* text.strip(), at the end. */
static inline char *strip(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        text[--length] = '\0';
    return text;
}

/* (await reader.readline()).decode().strip(): valid until the next read. */
static inline SUSPENDS const char *read_line(StreamReader *reader)
{
    char *line;
    size_t length;
    must(reader_readline(reader, &line, &length));
    return strip(line);
}

/* len(await reader.read()) */
static inline SUSPENDS size_t read_length(StreamReader *reader)
{
    char *data;
    size_t length;
    must(reader_read_all(reader, &data, &length));
    free(data);
    return length;
}

/* print([type(e).__name__ for e in eg.exceptions]) */
static inline void print_errors(TaskGroup *group)
{
    size_t n;
    const Outcome *errors = taskgroup_errors(group, &n);
    for (size_t i = 0; i < n; i++)
        printf("%s'%s'", i == 0 ? "[" : ", ", error_name(errors[i].error));
    puts("]");
}

/* ---- Threads ---- */
/* time.sleep(): the whole thread waits. */
static inline void time_sleep(double seconds)
{
    struct timespec time = { .tv_nsec = (long)(seconds * 1e9) };
    nanosleep(&time, NULL);
}

#endif
