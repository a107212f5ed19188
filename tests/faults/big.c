/* big.c - more than a pipe or a socket holds, so that much waits in the
 * writer's buffer; its end is announced while it does. */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scenario.h"

/* ---- There ---- */
enum { SIZE = 1024 * 1024 };

static int send_all(void *writer, Value *result)
{
    char *data = malloc(SIZE);
    if (data == NULL)
        return ENOMEM;
    memset(data, 'x', SIZE);
    int err = writer_write(writer, data, SIZE);
    free(data);
    if (err == 0)
        err = writer_write_eof(writer);
    return err != 0 ? err : writer_drain(writer);
}

static int receive_all(void *reader, Value *result)
{
    char *data;
    size_t length, n = 0;
    int err = reader_read_all(reader, &data, &length);
    if (err != 0)
        return err;
    while (n < length && data[n] == 'x')
        n++;
    free(data);
    if (n < length)
        return WRONG;
    return length < SIZE ? E_INCOMPLETE_READ : 0;
}

/* ---- From one descriptor to another ---- */
static SUSPENDS int end(StreamWriter *writer)
{
    writer_close(writer);
    int err = writer_wait_closed(writer);
    writer_free(writer);
    return err;
}

/* What nobody has taken over is closed here. */
static SUSPENDS int pass(int from, int to)
{
    StreamReader *reader = NULL;
    StreamWriter *writer = NULL;
    Outcome outcomes[2] = { { .error = 0 }, { .error = 0 } };
    int err = async_open_fd(from, &reader, NULL);
    if (err != 0)
        close(from);
    int second = async_open_fd(to, NULL, &writer);
    if (second != 0)
        close(to);
    err = first_error(err, second);
    if (err == 0)
        err = async_gather_calls(CALLS({ send_all, writer },
                                       { receive_all, reader }),
                                 outcomes, RETURN_EXCEPTIONS);
    err = first_error(err, outcomes[0].error);
    if (second == 0)
        err = first_error(err, end(writer));
    reader_free(reader);
    return first_error(err, outcomes[1].error);
}

/* ---- The scenario ---- */
static int big(void *arg, Value *result)
{
    int ends[2];
    if (pipe(ends) < 0)
        return errno;
    int err = pass(ends[0], ends[1]);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
        return first_error(err, errno);
    return first_error(err, pass(ends[0], ends[1]));
}

const Scenario scenario = { big, "" };
