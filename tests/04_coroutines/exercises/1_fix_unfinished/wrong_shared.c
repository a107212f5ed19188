/* wrong: the mark that says stop is that of all texts */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Text {
    Coro *coro;
    const char *path;
    bool has_begun;
};

static bool is_over;

/* ---- A file, and those that it includes ---- */
/* false: it was told to stop.  What is sent is 1 for "stop". */
static bool read_file(const char *path)
{
    char line[LINE_MOST];
    bool goes_on = true;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return true;
    while (goes_on && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "include ", 8) == 0)
            goes_on = read_file(line + 8);
        else
            goes_on = (coro_yield((Value){ .s = line }), !is_over);
    }
    fclose(file);
    return goes_on;
}

static int read_text(void *arg, Value *result)
{
    Text *text = arg;
    text->has_begun = true;
    read_file(text->path);
    return 0;
}

/* ---- The text ---- */
Text *text_new(const char *path)
{
    Text *text = malloc(sizeof *text);
    if (text == NULL)
        return NULL;
    *text = (Text){ coro_new(read_text, text, 0), path, false };
    if (text->coro != NULL)
        return text;
    free(text);
    return NULL;
}

const char *text_next(Text *text)
{
    Value line;
    if (coro_resume(text->coro, (Value){ .i = 0 }, &line))
        return line.s;
    return NULL;
}

void text_free(Text *text)
{
    is_over = true;
    if (text->has_begun)
        coro_resume(text->coro, (Value){ .i = 1 }, NULL);
    coro_free(text->coro);
    free(text);
}
