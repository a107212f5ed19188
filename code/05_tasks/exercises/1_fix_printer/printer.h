/* printer.h - a printer, for one task at a time. */
#ifndef PRINTER_H
#define PRINTER_H

#include "../../task.h"

enum { WARM_UP = 5, PAGE = 1, FAN = 3 };    /* seconds that they take */

/* Who has one writes to nothing in it but `paper`. */
typedef struct Printer {
    int paper;          /* sheets */
    int pages;          /* printed so far */
    bool is_on, has_fan_on;
} Printer;

/* Warms up for WARM_UP seconds, prints for PAGE seconds a page, then lets the
 * fan run for FAN seconds.  When it returns, whatever it returns, the printer
 * is off, and so is its fan.
 *
 * EBUSY: it is on already, for somebody else; nothing has changed.  ENOSPC: the
 * paper has run out; what was printed remains.  E_CANCELLED: the page that was
 * being printed does not count; but the fan has run, as long as ever if the
 * printer was warm, and not at all if it was not.  Who is cancelled once
 * more, or while the fan runs, does not wait for it any longer. */
SUSPENDS int print(Printer *, int pages);

#endif
