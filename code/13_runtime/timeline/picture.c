/* picture.c - draws a recording: a line where a task waits, a mark where it
 * runs, an arrow where one wakes another. */
#include "picture.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- The sheet ---- */
enum { WIDTH = 480, TOP = 34, BOTTOM = 14, AXIS = 52, TALL = 640,
       LETTER = 8 };    /* units; a letter is not wider */

typedef struct Sheet {
    FILE *file;
    const Recording *recording;
    double from, to, scale, width;
    double *columns;          /* x of each track; below 0: not drawn */
    double column;            /* the width of one */
    size_t n_columns;
} Sheet;

static double y_of(const Sheet *sheet, double time)
{
    return TOP + (time - sheet->from) * sheet->scale;
}

static bool is_visible(const Sheet *sheet, double begin, double end)
{
    return end >= sheet->from && begin <= sheet->to;
}

/* ---- Columns ---- */
static bool is_wanted(const Track *track, const PictureOptions *options)
{
    if (track->id == 0)
        return options->has_callbacks;
    return options->tasks == NULL ||
           fnmatch(options->tasks, track->name, 0) == 0;
}

static void place_columns(Sheet *sheet, const PictureOptions *options)
{
    const Recording *recording = sheet->recording;
    size_t next = 0;
    for (size_t i = 0; i < recording->n_tracks; i++)
        sheet->n_columns += is_wanted(&recording->tracks[i], options);
    sheet->column = (sheet->width - AXIS) /
                    (sheet->n_columns != 0 ? sheet->n_columns : 1);
    for (size_t i = 0; i < recording->n_tracks; i++)
        sheet->columns[i] = is_wanted(&recording->tracks[i], options)
                                ? AXIS + sheet->column * next++ + 10
                                : -1;
}

/* ---- Text ---- */
/* What would be markup is written as what it stands for. */
static void write_text(FILE *file, const char *text, size_t length)
{
    for (; *text != '\0' && length > 0; text++, length--)
        switch (*text) {
        case '<': fputs("&lt;", file); break;
        case '>': fputs("&gt;", file); break;
        case '&': fputs("&amp;", file); break;
        default: putc(*text, file);
        }
}

static void write_label(const Sheet *sheet, double x, double y,
                        const char *text, const char *style, double room)
{
    fprintf(sheet->file, "    <text x=\"%.1f\" y=\"%.1f\"%s>", x, y, style);
    write_text(sheet->file, text, room > 0 ? (size_t)(room / LETTER) : 0);
    fputs("</text>\n", sheet->file);
}

/* ---- Time ---- */
/* 1, 2 or 5 and zeros: so many seconds that marks stand 40 units apart. */
static double choose_step(const Sheet *sheet)
{
    static const double digits[] = { 1, 2, 5 };
    for (double power = 1e-9; power < 1e12; power *= 10)
        for (int i = 0; i < 3; i++)
            if (power * digits[i] * sheet->scale >= 40)
                return power * digits[i];
    return 1e12;
}

/* With as many digits as two marks differ in. */
static void format_time(char *text, size_t size, double time, double step)
{
    int digits = 0;
    for (double rest = step; rest < 0.999 && digits < 3; rest *= 10)
        digits++;
    if (step < 1e-3)
        snprintf(text, size, "%.0f us", time * 1e6);
    else
        snprintf(text, size, "%.*f s", digits, time);
}

static void draw_axis(const Sheet *sheet)
{
    double step = choose_step(sheet);
    long long first = (long long)(sheet->from / step + 0.999999);
    for (long long i = first; i * step <= sheet->to; i++) {
        char text[24];
        double y = y_of(sheet, i * step);
        format_time(text, sizeof text, i * step, step);
        write_label(sheet, 0, y + 5, text, "", AXIS);
        fprintf(sheet->file, "    <path d=\"M%d %.1fH%.1f\" "
                "stroke=\"currentColor\" opacity=\"0.15\"/>\n",
                AXIS - 4, y, sheet->width);
    }
}

/* ---- A track ---- */
/* "a Queue's get" is a Queue: there is not much room. */
static void shorten(char name[NAME], const char *from)
{
    if (strncmp(from, "a ", 2) == 0 || strncmp(from, "an ", 3) == 0)
        from = strchr(from, ' ') + 1;
    snprintf(name, NAME, "%.*s", (int)strcspn(from, "' "), from);
}

static void draw_slice(const Sheet *sheet, const Slice *slice, double x)
{
    char name[NAME];
    double begin = slice->begin > sheet->from ? slice->begin : sheet->from;
    double end = slice->end < sheet->to ? slice->end : sheet->to;
    double top = y_of(sheet, begin), height = (end - begin) * sheet->scale;
    if (!slice->runs) {
        fprintf(sheet->file, "    <path d=\"M%.1f %.1fv%.1f\" "
                "stroke=\"currentColor\" stroke-width=\"1.5\"/>\n",
                x, top, height);
        shorten(name, slice->name);
        if (height >= 24)
            write_label(sheet, x + 8, top + 18, name, " opacity=\"0.75\"",
                        sheet->column - 12);
    } else if (height < 5) {
        fprintf(sheet->file, "    <circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>"
                "\n", x, top + height / 2);
    } else {
        fprintf(sheet->file, "    <rect x=\"%.1f\" y=\"%.1f\" width=\"7\" "
                "height=\"%.1f\"/>\n", x - 3.5, top, height);
    }
}

/* Marks that fall together are drawn once. */
static void draw_track(const Sheet *sheet, const Track *track, double x)
{
    const Slice *last[2] = { NULL, NULL };    /* a wait, and a step */
    write_label(sheet, x - 4, 16, track->name, " font-weight=\"600\"",
                sheet->column);
    for (size_t i = 0; i < track->n; i++) {
        const Slice *slice = &track->slices[i];
        const Slice **before = &last[slice->runs];
        if (!is_visible(sheet, slice->begin, slice->end) ||
            (!slice->runs && slice->end <= slice->begin) ||
            (*before != NULL &&
             (slice->end - (*before)->begin) * sheet->scale < 1))
            continue;
        draw_slice(sheet, slice, x);
        *before = slice;
    }
}

/* ---- Arrows ---- */
static void draw_arrow(const Sheet *sheet, const Arrow *arrow)
{
    double from = sheet->columns[arrow->from], to = sheet->columns[arrow->to];
    if (!arrow->has_end || from < 0 || to < 0 || from == to ||
        !is_visible(sheet, arrow->begin, arrow->end))
        return;
    double aside = to > from ? 5 : -5;
    fprintf(sheet->file, "    <path d=\"M%.1f %.1fL%.1f %.1f\" fill=\"none\" "
            "stroke=\"currentColor\" marker-end=\"url(#wake)\"/>\n",
            from + aside, y_of(sheet, arrow->begin), to - aside,
            y_of(sheet, arrow->end));
}

/* ---- All of it ---- */
static void begin_picture(const Sheet *sheet, const PictureOptions *options)
{
    FILE *file = sheet->file;
    fprintf(file, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
            "%.0f %.0f\" font-family=\"inherit\" font-size=\"14\">\n  <title>",
            sheet->width, y_of(sheet, sheet->to) + BOTTOM);
    write_text(file, options->title != NULL ? options->title : "A trace",
               SIZE_MAX);
    fputs("</title>\n  <desc>", file);
    write_text(file, options->description != NULL ? options->description
               : "A column for each task; time runs down.", SIZE_MAX);
    fputs("</desc>\n  <defs><marker id=\"wake\" viewBox=\"0 0 10 10\" "
          "refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" "
          "orient=\"auto\"><path d=\"M0 0 10 5 0 10z\" fill=\"currentColor\"/>"
          "</marker></defs>\n  <g fill=\"currentColor\">\n", file);
}

static void draw_all(Sheet *sheet, const PictureOptions *options)
{
    const Recording *recording = sheet->recording;
    place_columns(sheet, options);
    begin_picture(sheet, options);
    draw_axis(sheet);
    for (size_t i = 0; i < recording->n_arrows; i++)
        draw_arrow(sheet, &recording->arrows[i]);
    for (size_t i = 0; i < recording->n_tracks; i++)
        if (sheet->columns[i] >= 0)
            draw_track(sheet, &recording->tracks[i], sheet->columns[i]);
    fputs("  </g>\n</svg>\n", sheet->file);
}

int picture_draw(const Recording *recording, const PictureOptions *options,
                 FILE *file)
{
    Sheet sheet = { .file = file, .recording = recording };
    sheet.from = options->from > 0 ? options->from : recording->begin;
    sheet.to = options->to > 0 ? options->to : recording->end;
    if (sheet.to < sheet.from)
        return EINVAL;
    sheet.width = options->width > 0 ? options->width : WIDTH;
    sheet.scale = options->scale;
    if (sheet.scale <= 0)
        sheet.scale = sheet.to > sheet.from ? TALL / (sheet.to - sheet.from)
                                            : 1;
    sheet.columns = calloc(recording->n_tracks + 1, sizeof *sheet.columns);
    if (sheet.columns == NULL)
        return ENOMEM;
    draw_all(&sheet, options);
    free(sheet.columns);
    return ferror(file) || fflush(file) != 0 ? EIO : 0;
}
