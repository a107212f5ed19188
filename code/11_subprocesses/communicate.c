/* communicate.c - a child's input, output and errors at the same time.
 *
 * Whoever writes all before it reads, or reads one pipe before the other, waits
 * for a child that waits for it.  So there is a task for each pipe. */
#include <errno.h>
#include <stdlib.h>

#include "../06_gather/taskgroup.h"
#include "process_inside.h"

/* ---- A conversation ---- */
static void drop(Block *block)
{
    Talk *talk = (Talk *)block;
    free(talk->output.data);
    free(talk->error.data);
    free(talk);
}

static const BlockKind talk_kind = { "A conversation was left open", drop };

static Talk *begin(Process *process, const char *input, size_t length)
{
    Talk *talk = malloc(sizeof *talk);
    if (talk == NULL)
        return NULL;
    *talk = (Talk){ .block.kind = &talk_kind, .process = process,
                    .next = process->talks, .where = &process->talks,
                    .input = input, .length = input != NULL ? length : 0 };
    if (talk->next != NULL)
        talk->next->where = &talk->next;
    process->talks = talk;
    task_enter(&talk->block);
    return talk;
}

/* E_RUNTIME: the process is gone, and its list with it. */
static int leave(Talk *talk)
{
    task_exit(&talk->block);
    if (talk->process == NULL)
        return E_RUNTIME;
    *talk->where = talk->next;
    if (talk->next != NULL)
        talk->next->where = talk->where;
    return 0;
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
static SUSPENDS int collect(StreamReader *reader, Bytes *bytes)
{
    return reader != NULL
               ? reader_read_all(reader, &bytes->data, &bytes->length)
               : 0;
}

static int collect_output(void *arg, Value *result)
{
    Talk *talk = arg;
    return talk->process != NULL
               ? collect(talk->process->output, &talk->output)
               : E_RUNTIME;
}

static int collect_error(void *arg, Value *result)
{
    Talk *talk = arg;
    return talk->process != NULL ? collect(talk->process->error, &talk->error)
                                 : E_RUNTIME;
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
static void hand_over(Bytes *from, Bytes *to)
{
    if (to == NULL)
        return;
    *to = *from;
    *from = (Bytes){ NULL, 0 };
}

static SUSPENDS int wait_for_end(Talk *talk)
{
    int err = run_all(talk);
    if (err == 0 && talk->process != NULL)
        err = process_wait(talk->process, NULL);
    return err;
}

SUSPENDS int process_communicate(Process *process, const void *input,
                                 size_t length, Bytes *output, Bytes *error)
{
    if (output != NULL)
        *output = (Bytes){ NULL, 0 };
    if (error != NULL)
        *error = (Bytes){ NULL, 0 };
    int err = process_refusal(process);
    if (err != 0)
        return err;
    Talk *talk = begin(process, input, length);
    if (talk == NULL)
        return ENOMEM;
    err = wait_for_end(talk);
    int left = leave(talk);
    err = err != 0 ? err : left;
    if (err == 0) {
        hand_over(&talk->output, output);
        hand_over(&talk->error, error);
    }
    drop(&talk->block);
    return err;
}
