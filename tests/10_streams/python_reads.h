/* python_reads.h - what the tests share that were read from CPython's own tests
 * of readers. */
#ifndef PYTHON_READS_H
#define PYTHON_READS_H

#include "streams.h"

/* ---- Reading ---- */
#define DATA "line1\nline2\nline3\n"

/* Several pieces are fed in one callback, after the read has begun; NULL ends
 * them, and "" stands for the end. */
typedef struct Feeding {
    StreamReader *stream;
    const char **pieces;
} Feeding;

static inline void cb(void *arg)
{
    Feeding *feeding = arg;
    for (const char **piece = feeding->pieces; *piece != NULL; piece++)
        if (**piece != '\0')
            feed(feeding->stream, *piece);
        else
            reader_feed_eof(feeding->stream);
}

/* Reads while that comes: what is read, and the error. */
static inline void read_fed(Reading *reading, const char *pieces[], int err,
                     const char *wanted)
{
    Feeding feeding = { reading->reader, pieces };
    Task *task = begin(run_reading, reading);
    CHECK(loop_call_soon(async_get_running_loop(), cb, &feeding) != 0);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(reading->err, err);
    CHECK_STR(reading->text, wanted);
}

/* Reads what is there. */
static inline void read_now(StreamReader *stream, int how, size_t size,
                     const char *separator, int err, const char *wanted)
{
    Reading reading = { .reader = stream, .how = how, .size = size,
                        .separator = separator };
    CHECK_INT(read_text(&reading), err);
    CHECK_STR(reading.text, wanted);
}

/* assertEqual(wanted, stream._buffer): and that is the end of it. */
static inline void end(StreamReader *stream, const char *wanted)
{
    reader_feed_eof(stream);
    expect_rest(stream, wanted);
    reader_free(stream);
}

#endif
