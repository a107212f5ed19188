/* options.c - the command line. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

/* ---- What there is ---- */
static const char help[] =
    "usage: crawl [options] URL...\n"
    "Follows all links from there on the same hosts; tells which are broken.\n"
    "\n"
    "  -j, --jobs N           requests at once (10)\n"
    "  -p, --per-host N       of them, to one host (6)\n"
    "  -d, --delay SECONDS    between two requests to one host (0)\n"
    "  -t, --timeout SECONDS  for a request as a whole (30)\n"
    "  -m, --max-pages N      addresses to know at most (100000)\n"
    "  -s, --max-size BYTES   of a page to read at most (4194304)\n"
    "  -e, --external         check links that lead to other hosts, too\n"
    "  -r, --ignore-robots    visit also what robots.txt bars\n"
    "  -q, --quiet            show no progress\n"
    "  -v, --verbose          list each address\n"
    "  -h, --help             say this\n"
    "  -V, --version          say which version this is\n"
    "\n"
    "Exit status: 0 if all is well, 1 if a link is broken, 2 if it could not\n"
    "be done, 130 after Ctrl-C.\n";

/* ---- A table of them ---- */
typedef struct Option {
    const char *name;
    char letter;
    size_t offset;                   /* in Options: a double, or a bool */
    bool is_number, is_whole;
    double least, most;
} Option;

static const Option table[] = {
    { "jobs", 'j', offsetof(Options, jobs), true, true, 1, 500 },
    { "per-host", 'p', offsetof(Options, per_host), true, true, 1, 500 },
    { "delay", 'd', offsetof(Options, delay), true, false, 0, 86400 },
    { "timeout", 't', offsetof(Options, timeout), true, false, 0.001, 86400 },
    { "max-pages", 'm', offsetof(Options, max_pages), true, true, 1, 1e9 },
    { "max-size", 's', offsetof(Options, max_size), true, true, 1, 1e9 },
    { "external", 'e', offsetof(Options, checks_external), .least = 0 },
    { "ignore-robots", 'r', offsetof(Options, ignores_robots), .least = 0 },
    { "quiet", 'q', offsetof(Options, is_quiet), .least = 0 },
    { "verbose", 'v', offsetof(Options, is_verbose), .least = 0 },
};

/* ---- Finding one ---- */
/* "--jobs", "--jobs=8" or "-j"; *value: what follows the "=", or NULL. */
static const Option *find(const char *word, const char **value)
{
    size_t n = strcspn(word, "=");
    *value = word[n] == '=' ? word + n + 1 : NULL;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *name = table[i].name;
        bool is_long = word[1] == '-' && strlen(name) == n - 2 &&
                       strncmp(word + 2, name, n - 2) == 0;
        if (is_long || (word[1] == table[i].letter && word[2] == '\0'))
            return &table[i];
    }
    return NULL;
}

/* ---- A number ---- */
static bool set_number(double *number, const Option *option, const char *text)
{
    char *end;
    double value = strtod(text, &end);
    bool is_one = *text != '\0' && *end == '\0' && value >= option->least &&
                  value <= option->most;
    if (!is_one || (option->is_whole && value != (double)(long)value))
        return false;
    *number = value;
    return true;
}

/* ---- One option ---- */
/* What is wrong; NULL: nothing.  The number may be the next word. */
static const char *set(Options *options, char ***argv)
{
    const char *value;
    const Option *option = find(**argv, &value);
    if (option == NULL)
        return "there is no such option";
    void *field = (char *)options + option->offset;
    if (!option->is_number) {
        *(bool *)field = true;
        return value == NULL ? NULL : "it takes no value";
    }
    if (value == NULL && (value = (*argv)[1]) == NULL)
        return "it needs a number";
    if (value == (*argv)[1])
        ++*argv;
    return set_number(field, option, value) ? NULL : "there is no such number";
}

/* ---- Words that are no options ---- */
static bool refuse(const char *word, const char *why, int *status)
{
    fprintf(stderr, "crawl: %s: %s (try --help)\n", word, why);
    *status = 2;
    return false;
}

static bool tell(const char *text)
{
    fputs(text, stdout);
    return false;
}

static bool is_word(const char *word, const char *brief, const char *full)
{
    return strcmp(word, brief) == 0 || strcmp(word, full) == 0;
}

/* ---- The command line ---- */
/* Addresses move to the front, where options were; those have been read. */
bool options_read(Options *options, char **argv, int *status)
{
    *options = (Options){ .jobs = 10, .per_host = 6, .max_pages = 100000,
                          .max_size = 4 << 20, .timeout = 30 };
    *status = 0;
    char **end = options->urls = argv + 1;
    for (argv++; *argv != NULL; argv++) {
        char *word = *argv;
        if (*word != '-') {
            *end++ = word;
            continue;
        }
        if (is_word(word, "-h", "--help"))
            return tell(help);
        if (is_word(word, "-V", "--version"))
            return tell("crawl (Weft) 1.0\n");
        const char *wrong = set(options, &argv);
        if (wrong != NULL)
            return refuse(word, wrong, status);
    }
    *end = NULL;
    return end > options->urls || refuse("URL", "there is none", status);
}
