/* reads.h - tasks that read from a stream in any of the five ways, and reads
 * here and now. */
#ifndef READS_H
#define READS_H

#include "../../code/10_streams/reader.h"
#include "../05_tasks/tasks.h"

/* ---- A task that reads ---- */
enum { READ, EXACTLY, ALL, LINE, UNTIL, WAYS };

typedef struct Reading {
    StreamReader *reader;
    int how;
    size_t size;              /* READ, EXACTLY */
    const char *separator;    /* UNTIL */
    int err;
    size_t got;
    char text[256];           /* what it has read, if it fits */
    Task *task;
} Reading;

static inline int read_text(Reading *reading)
{
    StreamReader *reader = reading->reader;
    size_t size = reading->size, *got = &reading->got;
    char *data = NULL, *text = reading->text;
    int err = E_VALUE;
    CHECK(size < sizeof reading->text);
    memset(text, 0, sizeof reading->text);
    if (reading->how == READ)
        err = reader_read(reader, text, size, got);
    else if (reading->how == EXACTLY)
        err = reader_readexactly(reader, text, size, got);
    else if (reading->how == ALL)
        err = reader_read_all(reader, &data, got);
    else if (reading->how == LINE)
        err = reader_readline(reader, &data, got);
    else if (reading->how == UNTIL)
        err = reader_readuntil(reader, reading->separator,
                               strlen(reading->separator), &data, got);
    if (data != NULL && *got < sizeof reading->text)
        memcpy(text, data, *got + 1);    /* and its NUL */
    if (reading->how == ALL)
        free(data);
    return err;
}

static inline int run_reading(void *arg, Value *result)
{
    Reading *reading = arg;
    reading->err = -1;
    reading->err = read_text(reading);
    return 0;
}

/* Afterwards it waits, if there is nothing for it yet. */
static inline void begin_reading(Reading *reading)
{
    reading->task = begin(run_reading, reading);
    pause_turns(2);
}

static inline Reading reading_of(StreamReader *reader, int how)
{
    return (Reading){ .reader = reader, .how = how, .size = 4,
                      .separator = ";" };
}

/* ---- Reading here and now ---- */
static inline void expect(Reading *reading, const char *wanted)
{
    CHECK_INT(read_text(reading), 0);
    CHECK_STR(reading->text, wanted);
    CHECK_INT(reading->got, strlen(wanted));
}

static inline void expect_read(StreamReader *reader, size_t size,
                               const char *wanted)
{
    Reading reading = { .reader = reader, .how = READ, .size = size };
    expect(&reading, wanted);
}

static inline void expect_line(StreamReader *reader, const char *wanted)
{
    expect(&(Reading){ .reader = reader, .how = LINE }, wanted);
}

static inline void expect_rest(StreamReader *reader, const char *wanted)
{
    expect(&(Reading){ .reader = reader, .how = ALL }, wanted);
}

static inline void feed(StreamReader *reader, const char *text)
{
    CHECK_INT(reader_feed_data(reader, text, strlen(text)), 0);
}

#endif
