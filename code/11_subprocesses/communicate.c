/* communicate.c - a child's input, output and errors at the same time.
 *
 * Whoever writes all before it reads, or reads one pipe before the other, waits
 * for a child that waits for it.  So there is a task for each pipe. */
#include <errno.h>
#include <stdlib.h>

#include "../06_gather/gather.h"
#include "process_inside.h"

/* ---- The input ---- */
typedef struct Input {
    StreamWriter *writer;    /* NULL: no pipe */
    const char *data;
    size_t length;
} Input;

enum { PIECE = 64 * 1024 };

static SUSPENDS int write_all(Input *input)
{
    int err = 0;
    while (input->length > 0 && err == 0) {
        size_t n = input->length < PIECE ? input->length : PIECE;
        err = writer_write(input->writer, input->data, n);
        if (err == 0)
            err = writer_drain(input->writer);
        input->data += n;
        input->length -= n;
    }
    return err;
}

/* A child need not read all that it is given. */
static int feed(void *arg, Value *result)
{
    Input *input = arg;
    if (input->writer == NULL)
        return 0;
    int err = write_all(input);
    writer_close(input->writer);
    return err == EPIPE || err == ECONNRESET ? 0 : err;
}

/* ---- The output ---- */
typedef struct Output {
    StreamReader *reader;    /* NULL: no pipe */
    Bytes bytes;
} Output;

static int collect(void *arg, Value *result)
{
    Output *output = arg;
    if (output->reader == NULL)
        return 0;
    return reader_read_all(output->reader, &output->bytes.data,
                           &output->bytes.length);
}

static void hand_over(Output *output, Bytes *to, int err)
{
    if (to != NULL)
        *to = err == 0 ? output->bytes : (Bytes){ NULL, 0 };
    if (to == NULL || err != 0)
        free(output->bytes.data);
}

/* ---- All of it ---- */
SUSPENDS int process_communicate(Process *process, const void *input,
                                 size_t length, Bytes *output, Bytes *error)
{
    Input in = { process->input, input, input != NULL ? length : 0 };
    Output out = { process->output, { NULL, 0 } };
    Output errors = { process->error, { NULL, 0 } };
    int err = async_gather_calls(CALLS({ feed, &in }, { collect, &out },
                                       { collect, &errors }), NULL, 0);
    if (err == 0)
        err = process_wait(process, NULL);
    hand_over(&out, output, err);
    hand_over(&errors, error, err);
    return err;
}
