/* body.c - the second half of an answer, in each of the three ways in which its
 * end is known.  Never more than the limit is kept in memory. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"

/* ---- What has come ---- */
typedef struct Body {
    StreamReader *reader;
    Answer *answer;
    size_t capacity, limit;
} Body;

/* ENOMEM.  The limit is not reached yet. */
static int make_room(Body *body)
{
    Answer *answer = body->answer;
    if (answer->length < body->capacity)
        return 0;
    size_t capacity = body->capacity == 0 ? 8192 : 2 * body->capacity;
    if (capacity > body->limit)
        capacity = body->limit;
    char *memory = realloc(answer->body, capacity + 1);
    if (memory == NULL)
        return ENOMEM;
    answer->body = memory;
    body->capacity = capacity;
    return 0;
}

/* ---- So many bytes ---- */
static const unsigned long long until_end = ULLONG_MAX;

/* What there is now, at most n bytes; *got == 0: the end. */
static SUSPENDS int take_some(Body *body, unsigned long long n, size_t *got)
{
    Answer *answer = body->answer;
    size_t room = body->capacity - answer->length;
    int err = reader_read(body->reader, answer->body + answer->length,
                          n < room ? (size_t)n : room, got);
    if (err != 0)
        return err;
    answer->length += *got;
    answer->body[answer->length] = '\0';
    return 0;
}

/* ---- Bytes, and more of them ---- */
/* No more is kept: is there more?  Where only the end of the connection ends
 * the body, another byte of it tells. */
static SUSPENDS int look_beyond(Body *body, unsigned long long n)
{
    char byte;
    size_t got = 1;
    int err = n == until_end ? reader_read(body->reader, &byte, 1, &got) : 0;
    body->answer->is_partial = got > 0;
    return err;
}

static SUSPENDS int take_bytes(Body *body, unsigned long long n)
{
    while (n > 0) {
        size_t got;
        if (body->answer->length == body->limit)
            return look_beyond(body, n);
        int err = make_room(body);
        if (err == 0)
            err = take_some(body, n, &got);
        if (err != 0)
            return err;
        if (got == 0)
            return n == until_end ? 0 : E_INCOMPLETE_READ;
        n -= n == until_end ? 0 : got;
    }
    return 0;
}

/* ---- Chunks ---- */
/* "1a; what=ever" */
static int parse_size(const char *line, unsigned long long *size)
{
    size_t n = strspn(line, "0123456789abcdefABCDEF");
    if (n == 0 || n > 15)
        return E_BAD_ANSWER;
    *size = strtoull(line, NULL, 16);
    n += line[n] == ' ';
    return line[n] != '\0' && line[n] != ';' ? E_BAD_ANSWER : 0;
}

static SUSPENDS int take_trailers(StreamReader *reader)
{
    char *line;
    int err, n = 0;
    while ((err = read_line(reader, &line)) == 0 && *line != '\0')
        if (++n > 100)
            return E_BAD_ANSWER;
    return err;
}

/* ---- A chunk after the other ---- */
static SUSPENDS int take_chunks(Body *body)
{
    for (;;) {
        char *line;
        unsigned long long size;
        int err = read_line(body->reader, &line);
        if (err == 0)
            err = parse_size(line, &size);
        if (err == 0 && size == 0)
            return take_trailers(body->reader);
        if (err == 0)
            err = take_bytes(body, size);
        if (err != 0 || body->answer->is_partial)
            return err;
        err = read_line(body->reader, &line);
        if (err != 0 || *line != '\0')
            return err != 0 ? err : E_BAD_ANSWER;
    }
}

/* ---- A body ---- */
SUSPENDS int read_body(StreamReader *reader, Answer *answer,
                       const Framing *framing, size_t limit)
{
    Body body = { .reader = reader, .answer = answer, .limit = limit };
    if (framing->is_chunked)
        return take_chunks(&body);
    return take_bytes(&body, framing->length < 0
                             ? until_end : (unsigned long long)framing->length);
}
