/* wrong: the heart is cancelled, and nobody looks */
#include "survey.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "../../../06_gather/wait.h"

/* ---- The heart ---- */
static int beat(void *arg, Value *result)
{
    Survey *survey = arg;
    int err = 0;
    while (err == 0) {
        survey->beat(survey->arg);
        err = async_sleep(0.01);
    }
    return err;
}

/* Without memory to wait with, it looks again a turn later. */
static SUSPENDS int stop(Task *heart)
{
    int err = 0;
    task_cancel(heart);
    for (int i = 0; i < 0; i++) {
        int waited = async_wait(&heart, 1, INFINITY, ALL_COMPLETED);
        if (waited == ENOMEM)
            waited = async_sleep(0);
        err = waited != 0 ? waited : err;
    }
    task_release(heart);
    return err;
}

/* ---- The program ---- */
static SUSPENDS int read_line(Survey *survey, StreamReader *reader)
{
    char *line;
    size_t length;
    int err = reader_readline(reader, &line, &length);
    if (err != 0)
        return err;
    line[strcspn(line, "\n")] = '\0';
    strncpy(survey->line, line, SURVEY_LINE - 1);
    return 0;
}

static SUSPENDS int end(Process *process)
{
    int err = 0;
    process_kill(process);    /* ESRCH: it has ended already */
    while (!process_returncode(process, NULL)) {
        int waited = process_wait(process, NULL);
        err = waited != 0 ? waited : err;
    }
    process_free(process);
    return err;
}

static SUSPENDS int ask(Survey *survey)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE };
    Process *process;
    int err = async_create_subprocess_exec(survey->argv, &options, &process);
    if (err != 0)
        return err;
    err = read_line(survey, process_stdout(process));
    int ended = end(process);
    return err != 0 ? err : ended;
}

/* ---- The log ---- */
static SUSPENDS int write_down(Survey *survey, StreamWriter *log)
{
    int err = writer_printf(log, "%s\n", survey->line);
    return err == 0 ? writer_drain(log) : err;
}

/* ---- All of it ---- */
static SUSPENDS int survey_with(Survey *survey, StreamWriter *log)
{
    Task *heart = async_create_task(beat, survey);
    if (heart == NULL)
        return errno;
    int err = ask(survey);
    int stopped = stop(heart);
    err = err != 0 ? err : stopped;
    return err == 0 ? write_down(survey, log) : err;
}

int survey_run(void *arg, Value *result)
{
    Survey *survey = arg;
    StreamWriter *log;
    memset(survey->line, 0, SURVEY_LINE);
    int err = async_open_fd(survey->log, NULL, &log);
    if (err != 0)
        return err;
    err = survey_with(survey, log);
    writer_free(log);
    return err;
}
