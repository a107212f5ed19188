/* reading.c - reading: so many bytes, up to a mark, or all.
 *
 * What is in the buffer comes first.  A read takes its bytes out of there in
 * one piece, when they have all come: so one that is cancelled has taken
 * nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stream_inside.h"

/* ---- Reading what there is ---- */
static void take(StreamReader *reader, void *buffer, size_t n)
{
    if (n > 0)
        memcpy(buffer, reader->in.memory + reader->in.start, n);
    buffer_consume(&reader->in, n);
}

/* What has come before the end is given out first; then an error counts. */
static bool is_failing(StreamReader *reader)
{
    return reader->error != 0 &&
           (!reader->is_eof || buffer_length(&reader->in) == 0);
}

SUSPENDS int reader_read(StreamReader *reader, void *buffer, size_t size,
                         size_t *got)
{
    *got = 0;
    int err = reader_begin(reader);
    if (err != 0)
        return err;
    while (size > 0 && buffer_length(&reader->in) == 0 &&
           !reader_has_ended(reader)) {
        err = reader->transport != NULL
                  ? reader_receive(reader, buffer, size, got)
                  : reader_fill(reader, 0);
        if (err != 0 || *got > 0)
            return err;
    }
    size_t n = buffer_length(&reader->in);
    *got = n < size ? n : size;
    take(reader, buffer, *got);
    return *got > 0 || size == 0 ? 0 : reader->error;
}

/* ---- Reading so much ---- */
SUSPENDS int reader_readexactly(StreamReader *reader, void *buffer, size_t size,
                                size_t *got)
{
    Buffer *in = &reader->in;
    *got = 0;
    int err = reader_begin(reader);
    if (err != 0)
        return err;
    while (buffer_length(in) < size && !reader_has_ended(reader)) {
        err = reader_fill(reader, size - buffer_length(in));
        if (err != 0)
            return err;
    }
    if (buffer_length(in) < size && is_failing(reader))
        return reader->error;
    *got = buffer_length(in) < size ? buffer_length(in) : size;
    take(reader, buffer, *got);
    return *got < size ? E_INCOMPLETE_READ : 0;
}

SUSPENDS int reader_fill_all(StreamReader *reader)
{
    int err = reader_begin(reader);
    while (err == 0 && !reader_has_ended(reader))
        err = reader_fill(reader, buffer_length(&reader->in));
    if (err == 0 && is_failing(reader))
        err = reader->error;
    return err;
}

/* The buffer itself is handed over, with its NUL. */
SUSPENDS int reader_read_all(StreamReader *reader, char **data, size_t *length)
{
    Buffer *in = &reader->in;
    *data = NULL;
    *length = 0;
    int err = reader_fill_all(reader);
    if (err != 0)
        return err;
    if (in->memory == NULL && !buffer_make_room(in, 1))
        return ENOMEM;
    *length = buffer_length(in);
    memmove(in->memory, in->memory + in->start, *length);
    in->memory[*length] = '\0';
    *data = in->memory;
    *in = (Buffer){ NULL, 0, 0, 0 };
    return 0;
}

/* ---- Reading up to a mark ---- */
/* Where in the buffer the separator begins, from `from` on.  -1: nowhere. */
static ptrdiff_t find(const Buffer *in, size_t from, const char *separator,
                      size_t n)
{
    const char *first = in->memory + in->start, *at = first + from;
    const char *end = in->memory + in->end;
    while ((size_t)(end - at) >= n) {
        at = memchr(at, separator[0], (size_t)(end - at) - n + 1);
        if (at == NULL)
            return -1;
        if (memcmp(at, separator, n) == 0)
            return at - first;
        at++;
    }
    return -1;
}

static void cut(StreamReader *reader, size_t n, char **data, size_t *length)
{
    Buffer *in = &reader->in;
    size_t at = in->start + n;
    *data = in->memory + in->start;
    *length = n;
    buffer_consume(in, n);
    reader_hold(reader, at);
}

/* The end has come. */
static int cut_rest(StreamReader *reader, char **data, size_t *length)
{
    if (reader->in.memory == NULL && !buffer_make_room(&reader->in, 1))
        return ENOMEM;
    cut(reader, buffer_length(&reader->in), data, length);
    return E_INCOMPLETE_READ;
}

/* -1: it goes on. */
static int look_for(StreamReader *reader, size_t *from, const char *separator,
                    size_t n, char **data, size_t *length)
{
    size_t have = buffer_length(&reader->in);
    ptrdiff_t at = have >= n ? find(&reader->in, *from, separator, n) : -1;
    if (at < 0 && have >= n)
        *from = have - n + 1;    /* it begins here, or later */
    size_t before = at < 0 ? *from : (size_t)at;
    if (before > reader->limit) {
        *length = before;
        return E_LIMIT_OVERRUN;
    }
    if (at >= 0) {
        cut(reader, before + n, data, length);
        return 0;
    }
    if (is_failing(reader))
        return reader->error;
    return reader->is_eof ? cut_rest(reader, data, length) : -1;
}

SUSPENDS int reader_readuntil(StreamReader *reader, const void *separator,
                              size_t separator_length, char **data,
                              size_t *length)
{
    size_t from = 0;
    *data = NULL;
    *length = 0;
    int err = separator_length == 0 ? E_VALUE : reader_begin(reader);
    if (err != 0)
        return err;
    for (;;) {
        int found = look_for(reader, &from, separator, separator_length, data,
                             length);
        if (found != -1)
            return found;
        err = reader_fill(reader, 0);
        if (err != 0)
            return err;
    }
}

/* ---- Lines ---- */
SUSPENDS int reader_readline(StreamReader *reader, char **line, size_t *length)
{
    int err = reader_readuntil(reader, "\n", 1, line, length);
    if (err == E_INCOMPLETE_READ)
        return 0;
    if (err != E_LIMIT_OVERRUN)
        return err;
    Buffer *in = &reader->in;
    bool is_whole = *length < buffer_length(in) &&
                    in->memory[in->start + *length] == '\n';
    buffer_consume(in, is_whole ? *length + 1 : buffer_length(in));
    *length = 0;
    return E_VALUE;
}
