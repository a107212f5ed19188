/* answer.h - the head of an answer. */
#ifndef ANSWER_H
#define ANSWER_H

#include "file.h"
#include "target.h"

/* ---- An answer ---- */
typedef struct Answer {
    int status;
    bool is_last;            /* the connection ends with it */
    bool is_old;             /* to HTTP/1.0 */
    const char *type;        /* of the content; NULL: it has none */
    long long length;        /* of the content, in bytes */
    long long first;         /* 206: where it begins in the file */
    const File *file;        /* what it is about; or NULL */
    const Target *target;    /* 301: this, with a slash; or NULL */
} Answer;

/* The status line, the fields and the empty line; how long that is.  The size
 * has to be LINE_MOST and 1024 at least. */
size_t answer_head(const Answer *, char *text, size_t size);

const char *answer_reason(int status);    /* "Not Found" */

/* The type of a file's content, by its name. */
const char *answer_type(const char *path);

#endif
