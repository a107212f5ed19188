/* spool.c - output that waits, in memory and in a file. */
#include "spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

/* ---- More room ---- */
enum { FIRST = 4 * 1024, STEP = 4 };

static int grow(Spool *spool)
{
    size_t capacity = spool->capacity > 0 ? spool->capacity * STEP : FIRST;
    if (capacity > SPOOL_MOST)
        capacity = SPOOL_MOST;
    char *memory = realloc(spool->memory, capacity);
    if (memory == NULL)
        return ENOMEM;
    spool->memory = memory;
    spool->capacity = capacity;
    return 0;
}

/* Moves what is in memory to the end of the file. */
static int file_it(Spool *spool)
{
    int err = spool->has_file ? 0 : file_open_nameless(&spool->fd);
    if (err != 0)
        return err;
    spool->has_file = true;
    err = file_write(spool->fd, spool->memory, spool->length);
    if (err != 0)
        return err;
    spool->filed += (off_t)spool->length;
    spool->length = 0;
    return 0;
}

/* ---- In ---- */
char *spool_room(Spool *spool, size_t *size)
{
    static char nowhere[4096];
    if (spool->lost == 0 && spool->length == spool->capacity)
        spool->lost = spool->capacity < SPOOL_MOST ? grow(spool)
                                                   : file_it(spool);
    *size = spool->lost == 0 ? spool->capacity - spool->length
                             : sizeof nowhere;
    return spool->lost == 0 ? spool->memory + spool->length : nowhere;
}

void spool_add(Spool *spool, size_t length)
{
    if (spool->lost == 0)
        spool->length += length;
}

/* ---- Out ---- */
int spool_read(const Spool *spool, off_t at, char *to, size_t size,
               size_t *got)
{
    *got = 0;
    if (at < spool->filed) {
        size_t left = (size_t)(spool->filed - at);
        ssize_t n = pread(spool->fd, to, left < size ? left : size, at);
        *got = n > 0 ? (size_t)n : 0;
        return n > 0 ? 0 : n < 0 ? errno : EIO;
    }
    size_t before = (size_t)(at - spool->filed);
    size_t left = spool->length - before;
    *got = left < size ? left : size;
    if (*got > 0)
        memcpy(to, spool->memory + before, *got);
    return 0;
}

/* ---- Empty ---- */
bool spool_is_empty(const Spool *spool)
{
    return spool->filed == 0 && spool->length == 0;
}

void spool_clear(Spool *spool)
{
    if (spool->has_file)
        close(spool->fd);
    free(spool->memory);
    *spool = (Spool){ .memory = NULL };
}
