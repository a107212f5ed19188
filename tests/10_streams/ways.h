/* ways.h - what the tests of readers share: a test in each way of reading, and
 * a connection in which a task waits for bytes. */
#ifndef WAYS_H
#define WAYS_H

#include "streams.h"

/* ---- In each way ---- */
static const char *const way_names[] = { "read", "readexactly", "read_all",
                                         "readline", "readuntil" };

/* A test of its own in each way of reading. */
static inline void in_each_way(CoroFn *function)
{
    for (int how = 0; how < WAYS; how++) {
        printf("%s\n", way_names[how]);
        play_twice(function, &how);
    }
}

/* A connection in which a task waits in a read. */
static inline Stream begin_in(const int *how, Reading *reading)
{
    Stream stream = open_stream();
    *reading = reading_of(stream.reader, *how);
    begin_reading(reading);
    CHECK_INT(reading->err, -1);
    return stream;
}

static inline void check_ended(Reading *reading, int err)
{
    CHECK_INT(task_join(reading->task, NULL), 0);
    CHECK_INT(reading->err, err);
}

#endif
