/* options.c - the command line: options by name, and a folder. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The help ---- */
static const char version[] = "serve 1.0 (Weft)\n";

static const char help[] =
    "usage: serve [options] [folder]\n"
    "Serves the files of a folder (.) by HTTP/1.1.\n"
    "\n"
    "  --bind HOST            listen at this address (127.0.0.1)\n"
    "  --port N               and this port (8000); 0: any that is free\n"
    "  --log FILE             append the log to a file, not to the output\n"
    "  --quiet                no log\n"
    "  --timeout SECONDS      for a request to come, and for each 64 KiB of\n"
    "                         an answer to go (30)\n"
    "  --max-connections N    at a time (256); more are told to come later\n"
    "  --help, --version      print this, or that, and end\n";

/* ---- Values ---- */
static bool read_number(const char *text, double least, double most,
                        double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && *value >= least && *value <= most;
}

/* Digits only: "80", not "8e1". */
static bool read_whole(const char *text, double most, double *value)
{
    return strspn(text, "0123456789") == strlen(text) &&
           read_number(text, 0, most, value);
}

/* ---- Options that are words ---- */
static bool set_bind(Options *options, const char *value)
{
    options->bind = value;
    return *value != '\0';
}

static bool set_log(Options *options, const char *value)
{
    options->log = value;
    return *value != '\0';
}

/* ---- Options that are numbers ---- */
static bool set_port(Options *options, const char *value)
{
    double number;
    bool is_good = read_whole(value, 65535, &number);
    options->port = is_good ? (int)number : 0;
    return is_good;
}

static bool set_timeout(Options *options, const char *value)
{
    return read_number(value, 0.001, 86400, &options->timeout);
}

static bool set_max_connections(Options *options, const char *value)
{
    double number;
    bool is_good = read_whole(value, 100000, &number) && number >= 1;
    options->max_connections = is_good ? (size_t)number : 0;
    return is_good;
}

/* ---- All options ---- */
static const struct {
    const char *name;
    bool (*set)(Options *, const char *value);    /* false: no such value */
} settings[] = {
    { "--bind", set_bind },
    { "--port", set_port },
    { "--log", set_log },
    { "--timeout", set_timeout },
    { "--max-connections", set_max_connections },
};

enum { SETTINGS = sizeof settings / sizeof *settings };

/* ---- What is wrong ---- */
static int complain(const char *about, const char *what)
{
    fprintf(stderr, "serve: %s: %s (serve --help tells more)\n", about, what);
    return 2;
}

static int print(const char *text)
{
    return fputs(text, stdout) < 0 || fflush(stdout) != 0 ? 1 : 0;
}

/* ---- An option and its value ---- */
static int find(const char *name, size_t length)
{
    int i = 0;
    while (i < SETTINGS && (strncmp(settings[i].name, name, length) != 0 ||
                            settings[i].name[length] != '\0'))
        i++;
    return i;
}

/* "--port=80" or "--port 80": then *at moves on to the value. */
static int read_setting(Options *options, int argc, char **argv, int *at)
{
    const char *word = argv[*at];
    size_t length = strcspn(word, "=");
    int i = find(word, length);
    if (i == SETTINGS)
        return complain(word, "no such option");
    if (word[length] == '\0' && ++*at == argc)
        return complain(word, "needs a value");
    const char *value = word[length] == '=' ? word + length + 1 : argv[*at];
    return settings[i].set(options, value)
               ? -1
               : complain(settings[i].name, "no such value");
}

/* ---- One argument ---- */
static int read_argument(Options *options, int argc, char **argv, int *at)
{
    const char *argument = argv[*at];
    if (strcmp(argument, "--help") == 0)
        return print(help);
    if (strcmp(argument, "--version") == 0)
        return print(version);
    if (strcmp(argument, "--quiet") == 0) {
        options->is_quiet = true;
        return -1;
    }
    if (argument[0] == '-')
        return read_setting(options, argc, argv, at);
    if (options->folder != NULL)
        return complain(argument, "one folder is served, no more");
    options->folder = argument;
    return -1;
}

/* ---- All arguments ---- */
int options_read(Options *options, int argc, char **argv)
{
    *options = (Options){ .bind = "127.0.0.1", .port = 8000, .timeout = 30,
                          .max_connections = 256 };
    for (int at = 1; at < argc; at++) {
        int status = read_argument(options, argc, argv, &at);
        if (status >= 0)
            return status;
    }
    if (options->folder == NULL)
        options->folder = ".";
    return -1;
}
