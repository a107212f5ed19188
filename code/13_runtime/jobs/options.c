/* options.c - reads the command line, by a table. */
#include "options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Help ---- */
const char options_help[] =
    "usage: jobs [options] [FILE]\n"
    "Runs the shell commands in FILE, or on standard input, one a line,\n"
    "several at a time, and prints what each has written when it ends.\n"
    "\n"
    "  -j, --jobs N       so many at a time; as many as there are processors\n"
    "  --ordered          print in the order of the file, not of the ends\n"
    "  --fail-fast        the first failure stops all\n"
    "  --timeout SECONDS  end a job that takes longer\n"
    "  --grace SECONDS    from SIGTERM to SIGKILL; 5\n"
    "  --retries N        run a job that failed up to N times more\n"
    "  --log FILE         write a line for each job that ends\n"
    "  --resume           skip what has succeeded, as the log says\n"
    "  --dry-run          print the commands, and run none\n"
    "  --help             print this\n"
    "\n"
    "Ctrl-C ends all that run; a second one kills them at once.\n"
    "Exit status: 0, 1 if a job failed, 2 if jobs could not do its work,\n"
    "128 + N after signal N.\n";

/* ---- The table ---- */
typedef enum Kind { FLAG, TEXT, WHOLE, SECONDS } Kind;

typedef struct Option {
    const char *name;
    Kind kind;
    size_t offset;         /* of what it sets */
    double least, most;    /* of a number */
} Option;

#define SETS(field) offsetof(Options, field)

static const Option table[] = {
    { "-j", WHOLE, SETS(parallel), 1, MOST_PARALLEL },
    { "--jobs", WHOLE, SETS(parallel), 1, MOST_PARALLEL },
    { "--ordered", FLAG, SETS(is_ordered), 0, 0 },
    { "--fail-fast", FLAG, SETS(is_fail_fast), 0, 0 },
    { "--timeout", SECONDS, SETS(limits.timeout), 0.001, 1e9 },
    { "--grace", SECONDS, SETS(limits.grace), 0, 1e9 },
    { "--retries", WHOLE, SETS(limits.retries), 0, 1000 },
    { "--log", TEXT, SETS(log), 0, 0 },
    { "--resume", FLAG, SETS(resumes), 0, 0 },
    { "--dry-run", FLAG, SETS(is_dry), 0, 0 },
    { "--help", FLAG, SETS(wants_help), 0, 0 },
};

/* ---- Complaining ---- */
static bool refuse(const char *what, const char *why)
{
    fprintf(stderr, "jobs: %s: %s; jobs --help says more\n", what, why);
    return false;
}

/* ---- A value ---- */
static bool set_number(const Option *option, const char *text, void *field)
{
    char *end;
    double number = strtod(text, &end);
    bool is_right = text[0] != '\0' && *end == '\0' &&
                    number >= option->least && number <= option->most;
    if (option->kind == WHOLE)
        is_right = is_right && strspn(text, "0123456789") == strlen(text);
    if (!is_right)
        return refuse(option->name, "no such number");
    if (option->kind == WHOLE)
        *(unsigned *)field = (unsigned)number;
    else
        *(double *)field = number;
    return true;
}

/* ---- Setting it ---- */
static bool set(const Option *option, const char *text, Options *options)
{
    void *field = (char *)options + option->offset;
    if (option->kind == FLAG) {
        *(bool *)field = true;
        return true;
    }
    if (text == NULL)
        return refuse(option->name, "needs a value");
    if (option->kind != TEXT)
        return set_number(option, text, field);
    *(const char **)field = text;
    return true;
}

/* ---- An option ---- */
/* *value: what stands behind it in the same word, or NULL.  Short ones have it
 * there at once, long ones behind a `=`. */
static const Option *find(const char *word, const char **value)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t length = strlen(table[i].name);
        if (strncmp(word, table[i].name, length) != 0)
            continue;
        const char *rest = word + length;
        *value = *rest == '\0' ? NULL : rest + (word[1] == '-');
        if (*rest == '\0' || word[1] != '-' ||
            (*rest == '=' && table[i].kind != FLAG))
            return &table[i];
    }
    return NULL;
}

/* Returns the last word that it took; NULL: it has complained. */
static char **parse_option(char **word, Options *options)
{
    const char *value;
    const Option *option = find(*word, &value);
    if (option == NULL) {
        refuse(*word, "no such option");
        return NULL;
    }
    if (value == NULL && option->kind != FLAG && word[1] != NULL)
        value = *++word;
    return set(option, value, options) ? word : NULL;
}

/* ---- Processors ---- */
static unsigned processors(void)
{
    long count = 1;
#ifdef _SC_NPROCESSORS_ONLN    /* everywhere, but not in POSIX 2008 */
    count = sysconf(_SC_NPROCESSORS_ONLN);
#endif
    if (count > MOST_PARALLEL)
        return MOST_PARALLEL;
    return count > 0 ? (unsigned)count : 1;
}

/* ---- The command line ---- */
bool options_parse(Options *options, char **word)
{
    *options = (Options){ .parallel = processors(),
                          .limits = { .timeout = INFINITY, .grace = 5 } };
    for (; *word != NULL; word++) {
        if (word[0][0] == '-' && word[0][1] != '\0') {
            word = parse_option(word, options);
            if (word == NULL)
                return false;
        } else if (options->file != NULL) {
            return refuse(*word, "one file is enough");
        } else {
            options->file = *word;
        }
    }
    if (options->file != NULL && strcmp(options->file, "-") == 0)
        options->file = NULL;
    if (options->resumes && options->log == NULL)
        return refuse("--resume", "needs --log");
    return true;
}
