/* buffer_inside.h - bytes that have come, or wait to go. */
#ifndef BUFFER_INSIDE_H
#define BUFFER_INSIDE_H

#include <stdbool.h>
#include <stddef.h>

/* ---- A buffer ---- */
/* What is in it lies from start to end.  One byte more than the capacity is
 * there, for a NUL. */
typedef struct Buffer {
    char *memory;
    size_t start, end, capacity;
} Buffer;

static inline size_t buffer_length(const Buffer *buffer)
{
    return buffer->end - buffer->start;
}

/* ---- In and out ---- */
bool buffer_make_room(Buffer *, size_t n);    /* at its end; false: no memory */
bool buffer_append(Buffer *, const void *data, size_t n);
void buffer_consume(Buffer *, size_t n);      /* from its start */
void buffer_free(Buffer *);

#endif
