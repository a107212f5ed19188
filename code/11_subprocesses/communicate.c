/* communicate.c - a child's input, output and errors at the same time.
 *
 * Whoever writes all before it reads, or reads one pipe before the other, waits
 * for a child that waits for it.  So there is a task for each pipe. */
#include <errno.h>
#include <stdlib.h>

#include "../06_gather/taskgroup.h"
#include "process_inside.h"

/* ---- A conversation ---- */
static void begin(Talk *talk, Process *process)
{
    *talk = (Talk){ process, process->talks, &process->talks };
    if (talk->next != NULL)
        talk->next->where = &talk->next;
    process->talks = talk;
}

/* E_RUNTIME: the process is gone, and its list with it. */
static int end(Talk *talk)
{
    if (talk->process == NULL)
        return E_RUNTIME;
    *talk->where = talk->next;
    if (talk->next != NULL)
        talk->next->where = talk->where;
    return 0;
}

/* ---- The input ---- */
typedef struct Input {
    Talk *talk;
    const char *data;
    size_t length;
} Input;

enum { PIECE = 64 * 1024 };

static SUSPENDS int write_all(Input *input, StreamWriter *writer)
{
    int err = 0;
    while (input->length > 0 && err == 0) {
        size_t n = input->length < PIECE ? input->length : PIECE;
        err = writer_write(writer, input->data, n);
        if (err == 0)
            err = writer_drain(writer);
        input->data += n;
        input->length -= n;
    }
    return err;
}

/* A child need not read all that it is given.  It must not take a part for all:
 * so whoever is cancelled does not close the pipe. */
static int feed(void *arg, Value *result)
{
    Input *input = arg;
    Process *process = input->talk->process;
    if (process == NULL || process->input == NULL)
        return process == NULL ? E_RUNTIME : 0;
    int err = write_all(input, process->input);
    if (err == EPIPE || err == ECONNRESET)
        err = 0;
    if (err == 0)
        writer_close(process->input);
    return err;
}

/* ---- The output ---- */
typedef struct Output {
    Talk *talk;
    bool is_error;
    Bytes bytes;
} Output;

static int collect(void *arg, Value *result)
{
    Output *output = arg;
    Process *process = output->talk->process;
    if (process == NULL)
        return E_RUNTIME;
    StreamReader *reader = output->is_error ? process->error : process->output;
    if (reader == NULL)
        return 0;
    return reader_read_all(reader, &output->bytes.data, &output->bytes.length);
}

static void hand_over(Output *output, Bytes *to, int err)
{
    if (to != NULL)
        *to = err == 0 ? output->bytes : (Bytes){ NULL, 0 };
    if (to == NULL || err != 0)
        free(output->bytes.data);
}

/* ---- All of it ---- */
/* One that fails ends the others: they would wait for a child that waits for
 * it. */
static SUSPENDS int run_all(const Call calls[], size_t n)
{
    TaskGroup *group = taskgroup_enter();
    int err = 0;
    size_t failed;
    if (group == NULL)
        return ENOMEM;
    for (size_t i = 0; i < n && err == 0; i++)
        if (taskgroup_create_task(group, calls[i].fn, calls[i].arg) == NULL)
            err = errno;
    err = taskgroup_exit(group, err);
    if (err == E_GROUP)
        err = taskgroup_errors(group, &failed)[0].error;
    taskgroup_free(group);
    return err;
}

SUSPENDS int process_communicate(Process *process, const void *input,
                                 size_t length, Bytes *output, Bytes *error)
{
    Talk talk;
    Input in = { &talk, input, input != NULL ? length : 0 };
    Output out = { &talk, false, { NULL, 0 } };
    Output errors = { &talk, true, { NULL, 0 } };
    if (task_current == NULL)
        return E_RUNTIME;
    begin(&talk, process);
    int err = run_all(CALLS({ feed, &in }, { collect, &out },
                            { collect, &errors }));
    int ended = end(&talk);
    if (err == 0)
        err = ended == 0 ? process_wait(process, NULL) : ended;
    hand_over(&out, output, err);
    hand_over(&errors, error, err);
    return err;
}
