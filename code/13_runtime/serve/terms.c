/* terms.c - the terms of a request, in the order that RFC 9110 wants. */
#include "terms.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "date.h"

/* ---- A tag ---- */
/* One of "a", W/"b": its length; 0: there is no tag here. */
static size_t tag_length(const char *text)
{
    size_t begin = strncmp(text, "W/", 2) == 0 ? 2 : 0;
    if (text[begin] != '"')
        return 0;
    size_t inside = strcspn(text + begin + 1, "\"");
    return text[begin + 1 + inside] == '"' ? begin + inside + 2 : 0;
}

/* A weak tag, W/"...", is for who does not care about every byte. */
static bool is_tag(const char *text, size_t length, const char *etag,
                   bool takes_weak)
{
    if (takes_weak && strncmp(text, "W/", 2) == 0) {
        text += 2;
        length -= 2;
    }
    return strlen(etag) == length && memcmp(text, etag, length) == 0;
}

/* ---- Lists of tags ---- */
static bool has_tag(const char *list, const char *etag, bool takes_weak)
{
    size_t length;
    if (strcmp(list, "*") == 0)
        return true;
    for (;; list += length) {
        list += strspn(list, ", \t");
        length = tag_length(list);
        if (length == 0 || is_tag(list, length, etag, takes_weak))
            return length > 0;
    }
}

/* ---- Conditions ---- */
/* A date that is none is as if it were not there. */
static bool has_changed_since(const File *file, const char *text,
                              bool otherwise)
{
    time_t date;
    return date_read(text, &date) ? file->changed > date : otherwise;
}

int terms_status(const Request *request, const File *file)
{
    const char *const *fields = request->fields;
    const char *match = fields[IF_MATCH], *none = fields[IF_NONE_MATCH];
    const char *since = fields[IF_MODIFIED_SINCE];
    const char *before = fields[IF_UNMODIFIED_SINCE];
    if (match != NULL) {
        if (!has_tag(match, file->etag, false))
            return 412;
    } else if (before != NULL && has_changed_since(file, before, false)) {
        return 412;
    }
    if (none != NULL)
        return has_tag(none, file->etag, true) ? 304 : 200;
    if (since != NULL && !has_changed_since(file, since, true))
        return 304;
    return 200;
}

/* ---- The same file ---- */
/* A date says so only of a file that has rested: it may change twice within one
 * second. */
static bool is_the_same(const char *if_range, const File *file)
{
    time_t date;
    if (if_range[0] == '"')
        return strcmp(if_range, file->etag) == 0;
    return date_read(if_range, &date) && date == file->changed &&
           file->changed + 1 < time(NULL);
}

/* ---- Ranges ---- */
/* Digits, as a number; what is too large is as large as it can be.  -1: there
 * are none here. */
static long long read_offset(const char **text)
{
    long long n = -1;
    for (; isdigit((unsigned char)**text); ++*text) {
        int digit = **text - '0';
        n = n < 0 ? digit
                  : n > (LLONG_MAX - 9) / 10 ? LLONG_MAX - 9 : n * 10 + digit;
    }
    return n;
}

/* "bytes=2-5", "bytes=2-", "bytes=-5".  false: it is none of them, and so is
 * ignored; several ranges are, too. */
static bool read_range(const char *text, long long *from, long long *to)
{
    if (strncasecmp(text, "bytes=", 6) != 0)
        return false;
    text += 6;
    *from = read_offset(&text);
    if (*text++ != '-')
        return false;
    *to = read_offset(&text);
    return *text == '\0' && (*from >= 0 || *to >= 0) &&
           (*to < 0 || *from <= *to);
}

/* ---- The range that there is ---- */
int terms_range(const Request *request, const File *file, long long *first,
                 long long *length)
{
    const char *range = request->fields[RANGE];
    const char *if_range = request->fields[IF_RANGE];
    long long from, to;
    *first = 0;
    *length = file->size;
    if (request->method != GET || range == NULL ||
        (if_range != NULL && !is_the_same(if_range, file)) ||
        !read_range(range, &from, &to))
        return 200;
    if (from < 0 ? to == 0 : from >= file->size)
        return 416;
    if (from < 0) {    /* the last bytes */
        from = to < file->size ? file->size - to : 0;
        to = -1;
    }
    if (file->size == 0)
        return 200;
    if (to < 0 || to >= file->size)
        to = file->size - 1;
    *first = from;
    *length = to - from + 1;
    return 206;
}
