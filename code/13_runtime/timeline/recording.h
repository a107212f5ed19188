/* recording.h - a trace, as it is drawn: what each task did, and when.
 *
 * Times are in seconds since its beginning. */
#ifndef RECORDING_H
#define RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* ---- Tracks ---- */
enum { NAME = 32 };    /* bytes of a name; the rest is cut off */

/* From a moment to another a task ran, or waited for something. */
typedef struct Slice {
    double begin, end;
    bool runs;
    char name[NAME];    /* what it waited for */
} Slice;

typedef struct Track {
    unsigned long long id;    /* 0: callbacks */
    char name[NAME];
    Slice *slices;            /* in the order in which they ended */
    size_t n, room;
} Track;

/* ---- Wake-ups ---- */
/* Somebody woke a task, which ran later; or did not any more. */
typedef struct Arrow {
    unsigned long long id;
    size_t from, to;          /* indices of tracks */
    double begin, end;
    bool has_end;
} Arrow;

/* ---- The recording ---- */
typedef struct Recording {
    Track *tracks;            /* in the order of their first steps */
    size_t n_tracks, room_for_tracks;
    size_t *places;           /* of tracks, by their ids: a table */
    size_t n_places;          /* a power of two */
    Arrow *arrows;            /* their ids grow */
    size_t n_arrows, room_for_arrows;
    double begin, end;        /* of all that is in it */
    unsigned long line;       /* that was read last */
} Recording;

/* 0, an errno value, or EBADMSG: `line` is none of a trace.  What was read
 * before is there; free it in any case. */
int recording_read(Recording *, FILE *);
void recording_free(Recording *);

#endif
