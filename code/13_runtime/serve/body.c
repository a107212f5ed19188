/* body.c - reads the body of a request, in either form, and drops it. */
#include "body.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- So many bytes ---- */
static SUSPENDS int drop(StreamReader *reader, long long length)
{
    char buffer[4096];
    while (length > 0) {
        size_t size = length < (long long)sizeof buffer ? (size_t)length
                                                        : sizeof buffer;
        size_t got;
        int err = reader_read(reader, buffer, size, &got);
        if (err != 0 || got == 0)
            return err != 0 ? err : E_INCOMPLETE_READ;
        length -= (long long)got;
    }
    return 0;
}

/* ---- A line between chunks ---- */
/* Each counts, too: `left` is how much may come yet; negative: too much
 * has. */
static SUSPENDS int read_line(Request *request, StreamReader *reader,
                              long long *left, char **line, size_t *length)
{
    int err = request_line(request, reader, line, length);
    if (err == E_VALUE)
        return request_refuse(request, 400);
    if (err == 0)
        *left -= (long long)*length + 2;
    return err;
}

/* In hexadecimal; after a semicolon there may be more, which nobody uses. */
static bool read_size(const char *line, size_t length, long long *size)
{
    size_t digits = 0;
    while (digits < length && isxdigit((unsigned char)line[digits]))
        digits++;
    if (digits == 0 || digits > 8 || (digits < length && line[digits] != ';') ||
        !request_is_text(line, length))
        return false;
    char text[9] = "";
    memcpy(text, line, digits);
    *size = strtoll(text, NULL, 16);
    return true;
}

/* ---- Chunks ---- */
/* *size == 0: it was the last one. */
static SUSPENDS int drop_chunk(Request *request, StreamReader *reader,
                               long long *left, long long *size)
{
    char *line;
    size_t length;
    int err = read_line(request, reader, left, &line, &length);
    if (err != 0)
        return err;
    if (!read_size(line, length, size))
        return request_refuse(request, 400);
    *left -= *size;
    if (*left < 0 || *size == 0)
        return 0;
    err = drop(reader, *size);
    if (err == 0)
        err = read_line(request, reader, left, &line, &length);
    return err == 0 && length > 0 ? request_refuse(request, 400) : err;
}

/* ---- All chunks ---- */
/* After the last one there may be fields.  *length == 0: the empty line. */
static SUSPENDS int drop_field(Request *request, StreamReader *reader,
                               long long *left, size_t *length)
{
    char *line;
    int err = read_line(request, reader, left, &line, length);
    if (err == 0 && *length > 0 && !request_is_field(line, *length))
        return request_refuse(request, 400);
    return err;
}

static SUSPENDS int drop_chunks(Request *request, StreamReader *reader)
{
    long long left = BODY_MOST, size = 1;
    size_t length = 1;
    int err = 0;
    while (err == 0 && left >= 0 && size > 0)
        err = drop_chunk(request, reader, &left, &size);
    while (err == 0 && left >= 0 && length > 0)
        err = drop_field(request, reader, &left, &length);
    if (left < 0)
        request->keeps_alive = false;
    return err;
}

/* ---- Either form ---- */
SUSPENDS int body_drop(Request *request, StreamReader *reader,
                       StreamWriter *writer)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (request->content_length > BODY_MOST)
        request->keeps_alive = false;
    if (request->content_length > BODY_MOST ||
        (request->content_length == 0 && !request->is_chunked))
        return 0;
    int err = request->expects_continue
                  ? writer_write(writer, go_on, sizeof go_on - 1)
                  : 0;
    if (err != 0)
        return err;
    return request->is_chunked ? drop_chunks(request, reader)
                               : drop(reader, request->content_length);
}
