/* robots.h - where the owner of a site wants no programs: RFC 9309. */
#ifndef ROBOTS_H
#define ROBOTS_H

#include "weft.h"

/* ---- The rules for one program ---- */
typedef struct Robots Robots;

/* Of a robots.txt, which is written over: the rules of the groups that name
 * this program, or else of those for "*".  NULL: no memory. */
Robots *robots_new(char *text, const char *program);
Robots *robots_bar_all(void);
void robots_free(Robots *);    /* NULL is ignored */

/* The longest rule that matches counts; of two that are equal, the one that
 * allows.  NULL: there are no rules. */
bool robots_allow(const Robots *, const char *target);

#endif
