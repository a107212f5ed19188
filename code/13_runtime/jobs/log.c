/* log.c - what has been done, for the next run. */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* ---- Complaining ---- */
static bool fail(const char *path)
{
    fprintf(stderr, "jobs: %s: %s\n", path, strerror(errno));
    return false;
}

/* ---- A line of the log ---- */
/* Takes the text up to the next tab; NULL: there is none. */
static char *take_field(char **rest)
{
    char *field = *rest;
    char *tab = strchr(field, '\t');
    if (tab == NULL)
        return NULL;
    *tab = '\0';
    *rest = tab + 1;
    return field;
}

/* A line that is none of ours, or that broke off, says nothing. */
static void note_line(char *line, List *list)
{
    char *number = take_field(&line);
    char *status = number != NULL ? take_field(&line) : NULL;
    char *seconds = status != NULL ? take_field(&line) : NULL;
    if (seconds == NULL || strcmp(status, "ok") != 0)
        return;
    line[strcspn(line, "\n")] = '\0';
    size_t which = (size_t)strtoull(number, NULL, 10);
    if (which == 0 || which > list->count)
        return;
    Job *job = &list->jobs[which - 1];
    if (strcmp(job->command, line) == 0)
        job->fate = SKIPPED;
}

/* ---- All its lines ---- */
static bool read_lines(FILE *file, List *list)
{
    char *line = NULL;
    size_t capacity = 0;
    errno = 0;
    while (getline(&line, &capacity, file) >= 0)
        note_line(line, list);
    free(line);
    return !ferror(file) && errno != ENOMEM;
}

/* A file that is not there yet is an empty one. */
bool log_look(const char *path, List *list)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return errno == ENOENT ? true : fail(path);
    bool is_right = read_lines(file, list);
    if (!is_right)
        fail(path);
    fclose(file);
    return is_right;
}

/* ---- A clean end ---- */
/* The last line may have broken off: ours shall not go on there. */
static bool end_last_line(FILE *file)
{
    if (fseek(file, -1, SEEK_END) != 0)
        return true;    /* it is empty */
    int last = getc(file);
    if (fseek(file, 0, SEEK_END) != 0)
        return false;
    return last == '\n' || putc('\n', file) != EOF;
}

/* The children do not get it. */
static bool prepare(Log *log, bool resumes)
{
    return fcntl(fileno(log->file), F_SETFD, FD_CLOEXEC) == 0 &&
           (!resumes || end_last_line(log->file));
}

/* ---- Opening ---- */
bool log_open(Log *log, const char *path, bool resumes, List *list)
{
    *log = (Log){ .path = path };
    if (path == NULL)
        return true;
    if (resumes && !log_look(path, list))
        return false;
    log->file = fopen(path, resumes ? "a+" : "w");
    if (log->file != NULL && prepare(log, resumes))
        return true;
    fail(path);
    log_close(log);
    return false;
}

/* ---- Writing ---- */
int log_write(Log *log, const Job *job)
{
    char words[128];
    if (log->file == NULL)
        return 0;
    job_describe(job, words, sizeof words);
    errno = 0;
    fprintf(log->file, "%zu\t%s\t%.3f\t%s\n", job->number, words,
            job->seconds, job->command);
    return fflush(log->file) == 0 ? 0 : errno;
}

void log_close(Log *log)
{
    if (log->file != NULL)
        fclose(log->file);
    log->file = NULL;
}
