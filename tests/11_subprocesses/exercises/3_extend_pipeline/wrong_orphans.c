/* wrong: those that were started run on */
#include "pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../../06_gather/gather.h"

/* ---- The row ---- */
typedef struct Row {
    Process **processes;
    size_t n;
    const void *input;
    size_t length;
    Bytes *output;
} Row;

/* ---- Starting ---- */
static int open_pipe(int fd[2])
{
    if (pipe(fd) < 0)
        return errno;
    fcntl(fd[0], F_SETFD, FD_CLOEXEC);
    fcntl(fd[1], F_SETFD, FD_CLOEXEC);
    return 0;
}

static SUSPENDS int start(Row *row, size_t i, char *const argv[], int *from)
{
    int fd[2] = { -1, SUBPROCESS_PIPE };
    int err = i + 1 < row->n ? open_pipe(fd) : 0;
    SubprocessOptions options = { .input = *from, .output = fd[1] };
    if (err == 0)
        err = async_create_subprocess_exec(argv, &options,
                                           &row->processes[i]);
    if (*from >= 0)
        close(*from);
    if (fd[1] >= 0)
        close(fd[1]);
    *from = fd[0];
    return err;
}

static SUSPENDS int start_all(Row *row, char *const *const argvs[])
{
    int from = SUBPROCESS_PIPE, err = 0;
    for (size_t i = 0; i < row->n && err == 0; i++)
        err = start(row, i, argvs[i], &from);
    if (from >= 0)
        close(from);
    return err;
}

/* ---- Talking ---- */
static int feed(void *arg, Value *result)
{
    Row *row = arg;
    return process_communicate(row->processes[0], row->input, row->length,
                               NULL, NULL);
}

static int collect(void *arg, Value *result)
{
    Row *row = arg;
    return process_communicate(row->processes[row->n - 1], NULL, 0,
                               row->output, NULL);
}

static SUSPENDS int talk(Row *row)
{
    if (row->n == 1)
        return process_communicate(row->processes[0], row->input, row->length,
                                   row->output, NULL);
    return async_gather_calls(CALLS({ feed, row }, { collect, row }), NULL, 0);
}

/* ---- Their ends ---- */
static SUSPENDS int wait_for_all(Row *row, int returncodes[])
{
    int err = 0;
    for (size_t i = 0; i < row->n && err == 0; i++)
        err = process_wait(row->processes[i], &returncodes[i]);
    return err;
}

static SUSPENDS void end_all(Row *row)
{
    for (size_t i = 0; i < row->n && row->processes[i] != NULL; i++)
        process_free(row->processes[i]);
}

/* ---- All of it ---- */
SUSPENDS int run_pipeline(char *const *const argvs[], size_t n,
                          const void *input, size_t length, Bytes *output,
                          int returncodes[])
{
    *output = (Bytes){ NULL, 0 };
    if (n == 0)
        return E_VALUE;
    Row row = { calloc(n, sizeof(Process *)), n, input, length, output };
    if (row.processes == NULL)
        return ENOMEM;
    int err = start_all(&row, argvs);
    if (err == 0)
        err = talk(&row);
    if (err == 0)
        err = wait_for_all(&row, returncodes);
    end_all(&row);
    free(row.processes);
    if (err != 0) {
        free(output->data);
        *output = (Bytes){ NULL, 0 };
    }
    return err;
}
