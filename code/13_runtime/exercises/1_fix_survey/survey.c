/* survey.c - your work: it leaves its things wherever it goes. */
#include "survey.h"

#include <errno.h>
#include <string.h>

/* ---- The heart ---- */
static int beat(void *arg, Value *result)
{
    Survey *survey = arg;
    do
        survey->beat(survey->arg);
    while (async_sleep(0.01) == 0);
    return 0;
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

static SUSPENDS int ask(Survey *survey)
{
    SubprocessOptions options = { .output = SUBPROCESS_PIPE };
    Process *process;
    int err = async_create_subprocess_exec(survey->argv, &options, &process);
    if (err != 0)
        return err;
    err = read_line(survey, process_stdout(process));
    if (err != 0)
        return err;
    return process_kill(process) == ESRCH ? 0 : err;
}

/* ---- The log ---- */
static SUSPENDS int write_down(Survey *survey)
{
    StreamWriter *log;
    int err = async_open_fd(survey->log, NULL, &log);
    if (err != 0)
        return err;
    err = writer_printf(log, "%s\n", survey->line);
    if (err == 0)
        err = writer_drain(log);
    return err;
}

/* ---- All of it ---- */
int survey_run(void *arg, Value *result)
{
    Survey *survey = arg;
    memset(survey->line, 0, SURVEY_LINE);
    Task *heart = async_create_task(beat, survey);
    if (heart == NULL)
        return errno;
    int err = ask(survey);
    if (err != 0)
        return err;
    task_cancel(heart);
    task_release(heart);
    return write_down(survey);
}
