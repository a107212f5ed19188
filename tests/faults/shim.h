/* shim.h - system calls that fail once, when and how they are told to.
 *
 * What is counted and what is to fail is shared with the processes that are
 * forked from this one. */
#ifndef SHIM_H
#define SHIM_H

#include <stdbool.h>

/* ---- Calls ---- */
/* *index: of the call with this name.  false: there is none. */
bool shim_find(const char *name, int *index);
const char *shim_name(int index);    /* NULL: past the last */

/* ---- Failing ---- */
enum { SHORT = 30000 };    /* no error: it moves one byte only */

/* From now on the calls are counted that can fail with this error: EAGAIN none
 * that blocks, SHORT none of one byte, and so on.  The nth of those with this
 * index fails with it.  nth 0: none fails. */
void shim_arm(int index, unsigned nth, int error);
void shim_disarm(void);

/* ---- Asking, since shim_arm() ---- */
unsigned shim_count(int index);
bool shim_has_failed(void);
bool shim_has_failed_in(const char *name);
bool shim_closed_twice(void);    /* a descriptor that was not open */

#endif
