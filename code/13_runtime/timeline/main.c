/* main.c - timeline: a trace in, a picture out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "picture.h"

/* ---- What it understands ---- */
static const char usage[] =
    "usage: timeline [options] [TRACE] > PICTURE.svg\n"
    "\n"
    "Draws what a program on Weft did.  TRACE is the file that WEFT_TRACE has\n"
    "named when it ran; without it, standard input is read.\n"
    "\n"
    "  -f SECONDS   begins there\n"
    "  -t SECONDS   ends there\n"
    "  -s UNITS     so many for a second; else the picture is 640 tall\n"
    "  -w UNITS     the width of the picture, 480 at first\n"
    "  -n PATTERN   tasks with such names only: 'cook*'\n"
    "  -c           a column for callbacks, too\n"
    "  -T TEXT      the title; -D TEXT: the description, for those who listen\n"
    "  -h, --help   this text\n"
    "\n"
    "A thin line says what a task waits for; a dot or a bar, that it runs; an\n"
    "arrow, who woke it.\n";

/* ---- Options ---- */
static bool take_number(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && *end == '\0' && *number >= 0 && *number < 1e9;
}

static bool take_option(PictureOptions *options, int letter)
{
    switch (letter) {
    case 'f': return take_number(optarg, &options->from);
    case 't': return take_number(optarg, &options->to);
    case 's': return take_number(optarg, &options->scale);
    case 'w': return take_number(optarg, &options->width);
    case 'n': options->tasks = optarg; return true;
    case 'c': options->has_callbacks = true; return true;
    case 'T': options->title = optarg; return true;
    case 'D': options->description = optarg; return true;
    default: return false;
    }
}

/* false: it says what is wrong, or getopt() has. */
static bool take_options(PictureOptions *options, int argc, char **argv)
{
    for (int letter; (letter = getopt(argc, argv, "f:t:s:w:n:cT:D:")) != -1;)
        if (!take_option(options, letter)) {
            if (letter != '?')
                fprintf(stderr, "timeline: -%c %s: not a number that can be\n",
                        letter, optarg);
            return false;
        }
    return argc - optind <= 1;
}

/* ---- In and out ---- */
static int fail(const char *name, const Recording *recording, int err)
{
    if (err == EBADMSG)
        fprintf(stderr, "timeline: %s:%lu: not a line of a trace\n", name,
                recording->line);
    else
        fprintf(stderr, "timeline: %s: %s\n", name,
                err == EINVAL ? "it is not as long" : strerror(err));
    return EXIT_FAILURE;
}

static int draw(FILE *file, const char *name, const PictureOptions *options)
{
    Recording recording;
    int err = recording_read(&recording, file);
    if (err == 0 && recording.n_tracks == 0)
        err = ENODATA;
    if (err == 0)
        err = picture_draw(&recording, options, stdout);
    int status = err == 0 ? EXIT_SUCCESS : fail(name, &recording, err);
    recording_free(&recording);
    return status;
}

/* ---- Main ---- */
int main(int argc, char **argv)
{
    PictureOptions options = { .from = 0 };
    if (argc == 2 &&
        (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return fputs(usage, stdout) < 0;
    if (!take_options(&options, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    const char *name = optind < argc ? argv[optind] : "standard input";
    FILE *file = optind < argc ? fopen(name, "r") : stdin;
    if (file == NULL)
        return fail(name, NULL, errno);
    int status = draw(file, name, &options);
    if (file != stdin)
        fclose(file);
    return status;
}
