/* list.c - reads the commands, before the first of them runs. */
#include "list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- What can be shown ---- */
/* How long the character is that begins there, in UTF-8.  0: it is none, or is
 * a control character, which could move the cursor or set the window's title:
 * below 0x20, 0x7F, and from U+0080 to U+009F. */
static size_t printable(const unsigned char *at)
{
    size_t n = *at < 0x80 ? 1 : *at < 0xC2 ? 0 : *at < 0xE0 ? 2
               : *at < 0xF0 ? 3 : *at < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < n; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    bool is_control = *at < ' ' || *at == 0x7F ||
                      (*at == 0xC2 && at[1] < 0xA0);
    return is_control ? 0 : n;
}

static void mask(char *text)
{
    while (*text != '\0') {
        size_t n = printable((unsigned char *)text);
        if (n == 0)
            *text = *text == '\t' ? ' ' : '?';
        text += n > 0 ? n : 1;
    }
}

/* ---- Adding ---- */
static int add(List *list, char *command)
{
    if (list->count == list->capacity) {
        size_t capacity = 2 * list->capacity + 16;
        Job *jobs = realloc(list->jobs, capacity * sizeof *jobs);
        if (jobs == NULL)
            return ENOMEM;
        list->jobs = jobs;
        list->capacity = capacity;
    }
    char *shown = strdup(command);
    if (shown == NULL)
        return ENOMEM;
    mask(shown);
    list->jobs[list->count] = (Job){ .number = list->count + 1,
                                     .command = command,
                                     .shown = shown };
    list->count++;
    return 0;
}

void list_free(List *list)
{
    for (size_t i = 0; i < list->count; i++) {
        spool_clear(&list->jobs[i].output);
        spool_clear(&list->jobs[i].error);
        free(list->jobs[i].command);
        free(list->jobs[i].shown);
    }
    free(list->jobs);
    *list = (List){ .jobs = NULL };
}

/* ---- A line of the file ---- */
typedef struct Line {
    char *text;
    size_t capacity;    /* getline()'s */
    ssize_t length;     /* without its end */
    size_t number;
} Line;

/* 0, or -1: there are no more.  EILSEQ: no command has a NUL in it. */
static int next_line(FILE *file, Line *line)
{
    errno = 0;
    line->length = getline(&line->text, &line->capacity, file);
    if (line->length < 0)
        return ferror(file) || errno == ENOMEM ? errno : -1;
    line->number++;
    if (line->text[line->length - 1] == '\n')
        line->text[--line->length] = '\0';
    return strlen(line->text) < (size_t)line->length ? EILSEQ : 0;
}

/* ---- What a line is ---- */
/* A backslash behind another one is that one's. */
static bool goes_on(const Line *line)
{
    ssize_t at = line->length;
    while (at > 0 && line->text[at - 1] == '\\')
        at--;
    return (line->length - at) % 2 == 1;
}

static bool is_command(const Line *line)
{
    const char *first = line->text + strspn(line->text, " \t");
    return *first != '\0' && *first != '#';
}

/* ---- A command ---- */
/* Puts more text behind what there is; *command may be NULL. */
static int append(char **command, const char *text, size_t length)
{
    size_t before = *command != NULL ? strlen(*command) : 0;
    char *longer = realloc(*command, before + length + 1);
    if (longer == NULL)
        return ENOMEM;
    memcpy(longer + before, text, length);
    longer[before + length] = '\0';
    *command = longer;
    return 0;
}

/* All its lines, without the backslashes between them. */
static int read_command(FILE *file, Line *line, char **command)
{
    int err = 0;
    while (err == 0 && goes_on(line)) {
        err = append(command, line->text, (size_t)line->length - 1);
        if (err == 0)
            err = next_line(file, line);
    }
    if (err == 0)
        err = append(command, line->text, (size_t)line->length);
    return err;
}

/* ---- A file ---- */
static int read_all(List *list, FILE *file, Line *line)
{
    int err;
    while ((err = next_line(file, line)) == 0) {
        char *command = NULL;
        if (!is_command(line))
            continue;
        err = read_command(file, line, &command);
        if ((err == 0 || err == -1) && add(list, command) != 0)
            err = ENOMEM;
        if (err != 0 && err != -1)
            free(command);
        if (err != 0)
            break;
    }
    return err == -1 ? 0 : err;
}

/* ---- With its errors ---- */
bool list_read(List *list, const char *path)
{
    FILE *file = path != NULL ? fopen(path, "r") : stdin;
    const char *name = path != NULL ? path : "standard input";
    Line line = { .text = NULL };
    *list = (List){ .jobs = NULL };
    int err = file != NULL ? read_all(list, file, &line) : errno;
    if (err == EILSEQ)
        fprintf(stderr, "jobs: %s: line %zu has a NUL in it\n", name,
                line.number);
    else if (err != 0)
        fprintf(stderr, "jobs: %s: %s\n", name, strerror(err));
    free(line.text);
    if (file != NULL && file != stdin)
        fclose(file);
    return err == 0;
}
