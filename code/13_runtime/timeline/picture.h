/* picture.h - what of a recording is drawn, and how large. */
#ifndef PICTURE_H
#define PICTURE_H

#include "recording.h"

/* ---- What is drawn ---- */
typedef struct PictureOptions {
    double from, to;          /* seconds; to: 0 for the end */
    double scale;             /* units a second; 0: as fits */
    double width;             /* units; 0: 480 */
    const char *tasks;        /* a pattern for names; NULL: all */
    bool has_callbacks;       /* the loop's track, too */
    const char *title, *description;    /* NULL: of its own making */
} PictureOptions;

/* Writes an SVG picture: a column for each task, time runs down.  Its colours
 * are those of the page around it.  0 or an errno value. */
int picture_draw(const Recording *, const PictureOptions *, FILE *);

#endif
