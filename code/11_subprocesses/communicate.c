/* communicate.c - a child's input, output and errors at the same time.
 *
 * Whoever writes all before it reads, or reads one pipe before the other, waits
 * for a child that waits for it.  So there is a task for each pipe. */
#include <errno.h>
#include <stdlib.h>

#include "../06_gather/taskgroup.h"
#include "process_inside.h"

/* ---- A conversation ---- */
static void begin(Talk *talk, Process *process, const void *input,
                  size_t length)
{
    *talk = (Talk){ process, process->talks, &process->talks, input,
                    input != NULL ? length : 0 };
    if (talk->next != NULL)
        talk->next->where = &talk->next;
    process->talks = talk;
}

/* Unless the process is gone, and its list with it. */
static void end(Talk *talk)
{
    if (talk->process == NULL)
        return;
    *talk->where = talk->next;
    if (talk->next != NULL)
        talk->next->where = talk->where;
}

/* ---- The input ---- */
enum { PIECE = 64 * 1024 };

static SUSPENDS int write_all(Talk *talk, StreamWriter *writer)
{
    int err = 0;
    while (talk->length > 0 && err == 0) {
        size_t n = talk->length < PIECE ? talk->length : PIECE;
        err = writer_write(writer, talk->input, n);
        if (err == 0)
            err = writer_drain(writer);
        talk->input += n;
        talk->length -= n;
    }
    return err;
}

/* A child need not read all that it is given.  It must not take a part for all:
 * so whoever is cancelled does not close the pipe. */
static int feed(void *arg, Value *result)
{
    Talk *talk = arg;
    if (talk->process == NULL)
        return E_RUNTIME;
    StreamWriter *writer = talk->process->input;
    if (writer == NULL)
        return 0;
    int err = write_all(talk, writer);
    if (err == EPIPE || err == ECONNRESET)
        err = 0;
    if (err == 0)
        writer_close(writer);
    return err;
}

/* ---- The output ---- */
/* It stays in the readers: nothing is lost with a frame. */
static int collect_output(void *arg, Value *result)
{
    Talk *talk = arg;
    if (talk->process == NULL)
        return E_RUNTIME;
    StreamReader *reader = talk->process->output;
    return reader != NULL ? reader_fill_all(reader) : 0;
}

static int collect_error(void *arg, Value *result)
{
    Talk *talk = arg;
    if (talk->process == NULL)
        return E_RUNTIME;
    StreamReader *reader = talk->process->error;
    return reader != NULL ? reader_fill_all(reader) : 0;
}

/* ---- All at once ---- */
/* One that fails ends the others: they would wait for a child that waits for
 * it. */
static SUSPENDS int run_all(Talk *talk)
{
    CoroFn *const all[] = { feed, collect_output, collect_error };
    TaskGroup *group = taskgroup_enter();
    int err = 0;
    size_t failed;
    if (group == NULL)
        return ENOMEM;
    for (int i = 0; i < 3 && err == 0; i++)
        if (taskgroup_create_task(group, all[i], talk) == NULL)
            err = errno;
    err = taskgroup_exit(group, err);
    if (err == E_GROUP)
        err = taskgroup_errors(group, &failed)[0].error;
    taskgroup_free(group);
    return err;
}

/* ---- And its end ---- */
/* All has come: this does not suspend. */
static SUSPENDS int hand_over(StreamReader *reader, Bytes *to)
{
    Bytes bytes = { NULL, 0 };
    int err = 0;
    if (reader != NULL)
        err = reader_read_all(reader, &bytes.data, &bytes.length);
    if (to != NULL)
        *to = bytes;
    else
        free(bytes.data);
    return err;
}

static SUSPENDS int finish(Talk *talk, Bytes *output, Bytes *error)
{
    int err = run_all(talk);
    if (err == 0)
        err = talk->process != NULL ? process_wait(talk->process, NULL)
                                    : E_RUNTIME;
    if (err == 0)
        err = hand_over(talk->process->output, output);
    if (err == 0)
        err = hand_over(talk->process->error, error);
    return err;
}

SUSPENDS int process_communicate(Process *process, const void *input,
                                 size_t length, Bytes *output, Bytes *error)
{
    Talk talk;
    if (output != NULL)
        *output = (Bytes){ NULL, 0 };
    if (error != NULL)
        *error = (Bytes){ NULL, 0 };
    int err = process_refusal(process);
    if (err != 0)
        return err;
    begin(&talk, process, input, length);
    err = finish(&talk, output, error);
    end(&talk);
    if (err != 0 && output != NULL) {
        free(output->data);
        *output = (Bytes){ NULL, 0 };
    }
    return err;
}
