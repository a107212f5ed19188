/* buffer.c - a row of bytes that grows at one end and shrinks at the other. */
#include "buffer_inside.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- Room ---- */
enum { FIRST = 4096 };

static void move_down(Buffer *buffer)
{
    size_t length = buffer_length(buffer);
    if (buffer->start > 0 && length > 0)
        memmove(buffer->memory, buffer->memory + buffer->start, length);
    buffer->start = 0;
    buffer->end = length;
}

static bool grow(Buffer *buffer, size_t wanted)
{
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : FIRST;
    while (capacity < wanted)
        capacity = capacity > SIZE_MAX / 2 ? SIZE_MAX - 1 : 2 * capacity;
    char *memory = realloc(buffer->memory, capacity + 1);
    if (memory == NULL)
        return false;
    buffer->memory = memory;
    buffer->capacity = capacity;
    return true;
}

/* What is in it is moved only where that is at most half of the memory: so each
 * byte moves once, on average. */
bool buffer_make_room(Buffer *buffer, size_t n)
{
    size_t length = buffer_length(buffer);
    if (n <= buffer->capacity - buffer->end)
        return true;
    if (n > SIZE_MAX - 1 - buffer->end)
        return false;
    if (length <= buffer->capacity / 2)
        move_down(buffer);
    return n <= buffer->capacity - buffer->end ||
           grow(buffer, buffer->end + n);
}

/* ---- In and out ---- */
bool buffer_append(Buffer *buffer, const void *data, size_t n)
{
    if (!buffer_make_room(buffer, n))
        return false;
    if (n > 0)
        memcpy(buffer->memory + buffer->end, data, n);
    buffer->end += n;
    return true;
}

void buffer_consume(Buffer *buffer, size_t n)
{
    buffer->start += n;
    if (buffer->start == buffer->end)
        buffer->start = buffer->end = 0;
}

void buffer_free(Buffer *buffer)
{
    free(buffer->memory);
    *buffer = (Buffer){ NULL, 0, 0, 0 };
}
