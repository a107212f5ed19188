/* screen.h - what the user sees: the output of the jobs that have ended, and
 * below it, on a terminal, a line about those that run. */
#ifndef SCREEN_H
#define SCREEN_H

#include "sink.h"
#include "tally.h"

/* ---- A screen ---- */
typedef struct Screen {
    Sink output, error;
    const Tally *tally;      /* borrowed */
    bool is_terminal;        /* standard error is one: it has the line */
    bool is_printing;        /* no line now */
    bool has_line;
} Screen;

int screen_open(Screen *, const Tally *);
void screen_close(Screen *);
void screen_give_up(Screen *);    /* waits for nobody; see sink.h */

/* ---- Printing ---- */
/* All that a job has written, each to where it belongs, with headings, and what
 * became of it.  On a terminal a job that is ok and says no errors needs no
 * more than its output. */
SUSPENDS int screen_show(Screen *, const Job *);

/* At the end: who has failed, and how many, and how fast it was. */
SUSPENDS int screen_sum_up(Screen *, const List *);

void screen_hint(Screen *, const char *text);    /* at once, or never */

/* ---- The line ---- */
/* Draws it anew, if there is a place for it. */
void screen_refresh(Screen *);

#endif
