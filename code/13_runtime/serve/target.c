/* target.c - takes a request's target apart.
 *
 * Each file has one name here.  A component that is empty, or that begins with
 * a dot, names none: so neither "//", nor "/.git", nor "/../" leads anywhere,
 * however it is written, since it is decoded first. */
#include "target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Its parts ---- */
/* "http://host/path" is what a proxy would be asked for; a server takes it,
 * too.  No path behind the host is "/". */
static const char *skip_host(const char *text, const char *end)
{
    if (end - text < 7 || strncasecmp(text, "http://", 7) != 0)
        return text;
    const char *host = text + 7, *at = host;
    while (at < end && *at != '/' && *at != '?')
        at++;
    return at > host ? at : text;
}

static int split(Target *target, const Request *request)
{
    const char *end = request->target + request->target_length;
    const char *path = skip_host(request->target, end);
    const char *query = memchr(path, '?', (size_t)(end - path));
    if (query == NULL)
        query = end;
    bool is_bare = path == query && path > request->target;
    if ((!is_bare && *path != '/') ||
        memchr(request->target, '#', request->target_length) != NULL)
        return 400;
    target->raw = is_bare ? "/" : path;
    target->raw_length = is_bare ? 1 : (size_t)(query - path);
    target->query = query;
    target->query_length = (size_t)(end - query);
    target->is_folder = target->raw[target->raw_length - 1] == '/';
    return 0;
}

/* ---- A byte ---- */
static int digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)((at - digits) % 16) : -1;
}

/* The byte that a % and two digits stand for.  -1: they are none. */
static int decode(const char *text, const char *end)
{
    if (end - text < 3 || digit(text[1]) < 0 || digit(text[2]) < 0)
        return -1;
    return digit(text[1]) * 16 + digit(text[2]);
}

/* ---- The path, decoded ---- */
/* A slash that was encoded is part of a name; no file has such a name. */
static int decode_path(Target *target)
{
    const char *from = target->raw + 1;    /* behind the first slash */
    const char *end = target->raw + target->raw_length;
    char *to = target->path;
    while (from < end) {
        int byte = (unsigned char)*from;
        bool is_encoded = byte == '%';
        if (is_encoded)
            byte = decode(from, end);
        if (byte <= 0)
            return 400;
        if (is_encoded && byte == '/')
            return 404;
        *to++ = (char)byte;
        from += is_encoded ? 3 : 1;
    }
    if (to > target->path && to[-1] == '/')
        to--;
    *to = '\0';
    return 0;
}

/* ---- Names ---- */
static int check_names(const char *path)
{
    if (*path == '\0')
        return 0;
    for (const char *name = path; name != NULL;) {
        if (*name == '\0' || *name == '/' || *name == '.')
            return 404;
        name = strchr(name, '/');
        if (name != NULL)
            name++;
    }
    return 0;
}

int target_read(Target *target, const Request *request)
{
    int status = split(target, request);
    if (status == 0)
        status = decode_path(target);
    if (status == 0 && target->raw_length > 1 && target->path[0] == '\0')
        status = 404;    /* "//" */
    return status != 0 ? status : check_names(target->path);
}
