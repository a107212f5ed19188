/* scenario.h - what a scenario of the fault tests tells the driver, and the
 * echo server that several of them use.
 *
 * A scenario is a coroutine.  It frees all that it has made, whatever fails,
 * and returns the first error that it has met; WRONG: something is false
 * although no call has failed. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <errno.h>
#include <string.h>

#include "../../code/06_gather/gather.h"
#include "../../code/06_gather/timeout.h"
#include "../../code/10_streams/server.h"

/* ---- A scenario ---- */
enum { WRONG = 9999 };

typedef struct Scenario {
    CoroFn *run;
    const char *lenient;    /* calls of which it may make what it likes */
} Scenario;

extern const Scenario scenario;

/* ---- Errors ---- */
/* The first counts; what is wrong counts more. */
static inline int first_error(int err, int next)
{
    return err == 0 || next == WRONG ? next : err;
}

/* ---- The echo server ---- */
static inline SUSPENDS int echo(StreamReader *reader, StreamWriter *writer,
                                void *arg)
{
    char *line;
    size_t length;
    int err = reader_readline(reader, &line, &length);
    while (err == 0 && length > 0) {
        err = writer_write(writer, line, length);
        if (err == 0)
            err = writer_drain(writer);
        if (err == 0)
            err = reader_readline(reader, &line, &length);
    }
    return err;
}

/* ---- Its client ---- */
static inline SUSPENDS int expect(StreamReader *reader, const char *wanted)
{
    char *line;
    size_t length;
    int err = reader_readline(reader, &line, &length);
    if (err != 0)
        return err;
    if (length < strlen(wanted))
        return strncmp(line, wanted, length) == 0 ? E_INCOMPLETE_READ : WRONG;
    return strcmp(line, wanted) == 0 ? 0 : WRONG;
}

static inline SUSPENDS int say(StreamReader *reader, StreamWriter *writer)
{
    static const char line[] = "one line, and its end\n";
    char byte;
    size_t got;
    int err = writer_write(writer, line, strlen(line));
    if (err == 0)
        err = writer_drain(writer);
    if (err == 0)
        err = expect(reader, line);
    if (err == 0)
        err = writer_write_eof(writer);
    if (err == 0)
        err = reader_read(reader, &byte, 1, &got);
    return err == 0 && got > 0 ? WRONG : err;
}

/* Both are freed. */
static inline SUSPENDS int talk(StreamReader *reader, StreamWriter *writer)
{
    int err = say(reader, writer);
    writer_close(writer);
    err = first_error(err, writer_wait_closed(writer));
    writer_free(writer);
    reader_free(reader);
    return err;
}

/* ---- Both of them ---- */
/* Two clients at a time.  The server is closed and freed. */
static inline SUSPENDS int serve_two(Server *server, CoroFn *client, void *arg)
{
    Outcome outcomes[2];
    int err = async_gather_calls(CALLS({ client, arg }, { client, arg }),
                                 outcomes, RETURN_EXCEPTIONS);
    if (err == 0)
        err = first_error(outcomes[0].error, outcomes[1].error);
    server_close(server);
    err = first_error(err, server_wait_closed(server));
    server_free(server);
    return err;
}

#endif
