/* terms.h - the terms of a request: only if it has changed, only a part. */
#ifndef TERMS_H
#define TERMS_H

#include "file.h"
#include "request.h"

/* ---- Terms ---- */
/* Only if it is still, or no longer, the file that the client knows.  200: send
 * it.  304: the client has it.  412: it is another one. */
int terms_status(const Request *, const File *);

/* Only a part.  200: all of it.  206: these bytes.  416: it has none of those.
 * *first and *length are set with the first two. */
int terms_range(const Request *, const File *, long long *first,
                 long long *length);

#endif
