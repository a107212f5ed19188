/* text.h - the lines of a file, and of the files that it includes. */
#ifndef TEXT_H
#define TEXT_H

#include "../../coro.h"

enum { LINE_MOST = 512 };    /* bytes; what is longer comes in pieces */

typedef struct Text Text;

/* Opens nothing yet.  The path is borrowed until it is freed.  NULL: out of
 * memory. */
Text *text_new(const char *path);

/* The next line, without its newline; yours until the next call.  A file that
 * cannot be opened has no lines.  NULL: there are no more. */
const char *text_next(Text *);

/* At any time: it reads nothing more, opens nothing more, and closes what it
 * has open. */
void text_free(Text *);

#endif
