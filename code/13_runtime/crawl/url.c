/* url.c - references: taken apart, and resolved, as RFC 3986 says. */
#include <ctype.h>
#include <string.h>

#include "text.h"
#include "url.h"

/* ---- Taking apart ---- */
static size_t scheme_length(const char *text)
{
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) ||
           (text[n] != '\0' && strchr("+-.", text[n]) != NULL))
        n++;
    return isalpha((unsigned char)text[0]) && text[n] == ':' ? n : 0;
}

static Part take(const char **at, const char *stops)
{
    Part part = { *at, strcspn(*at, stops) };
    *at += part.length;
    return part;
}

/* ---- Five parts ---- */
Reference url_parse(const char *text)
{
    Reference it = { .scheme = { NULL, 0 } };
    if (scheme_length(text) > 0) {
        it.scheme = take(&text, ":");
        text++;
    }
    if (text[0] == '/' && text[1] == '/') {
        text += 2;
        it.authority = take(&text, "/?#");
    }
    it.path = take(&text, "?#");
    if (*text == '?') {
        text++;
        it.query = take(&text, "#");
    }
    if (*text == '#')
        it.fragment = (Part){ text + 1, strlen(text + 1) };
    return it;
}

/* ---- Segments ---- */
static bool begins(const char *at, const char *end, const char *with)
{
    size_t n = strlen(with);
    return (size_t)(end - at) >= n && memcmp(at, with, n) == 0;
}

static bool equals(const char *at, const char *end, const char *text)
{
    return (size_t)(end - at) == strlen(text) && begins(at, end, text);
}

static char *drop_segment(char *first, char *out)
{
    while (out > first && *--out != '/')
        continue;
    return out;
}

/* ---- Dot segments ---- */
size_t url_remove_dots(char *path, size_t length)
{
    char *in = path, *out = path, *end = path + length;
    while (in < end) {
        if (begins(in, end, "../")) {
            in += 3;
        } else if (begins(in, end, "./") || begins(in, end, "/./")) {
            in += 2;
        } else if (begins(in, end, "/../")) {
            in += 3;
            out = drop_segment(path, out);
        } else if (equals(in, end, "/.")) {
            *++in = '/';
        } else if (equals(in, end, "/..")) {
            in += 2;
            *in = '/';
            out = drop_segment(path, out);
        } else if (equals(in, end, ".") || equals(in, end, "..")) {
            in = end;
        } else {
            do
                *out++ = *in++;
            while (in < end && *in != '/');
        }
    }
    return (size_t)(out - path);
}

/* ---- Resolving ---- */
/* What stands before a relative path. */
static Part folder_of(const Reference *base)
{
    Part folder = base->path;
    if (base->authority.at != NULL && folder.length == 0)
        return (Part){ "/", 1 };
    while (folder.length > 0 && folder.at[folder.length - 1] != '/')
        folder.length--;
    return folder;
}

/* Section 5.2.2: fills in what the reference leaves to its base. */
static Part inherit(Reference *it, const Reference *base)
{
    Part none = { NULL, 0 };
    if (it->scheme.at != NULL)
        return none;
    it->scheme = base->scheme;
    if (it->authority.at != NULL)
        return none;
    it->authority = base->authority;
    if (it->path.length > 0)
        return it->path.at[0] == '/' ? none : folder_of(base);
    it->path = base->path;
    if (it->query.at == NULL)
        it->query = base->query;
    return none;
}

/* ---- Putting together ---- */
/* Section 5.3. */
static int compose(const Reference *it, Part folder, Text *text)
{
    if (it->scheme.at != NULL) {
        put_part(text, it->scheme);
        put(text, ':');
    }
    if (it->authority.at != NULL) {
        put_part(text, (Part){ "//", 2 });
        put_part(text, it->authority);
    }
    size_t start = text->length;
    put_part(text, folder);
    put_part(text, it->path);
    text->length = start + url_remove_dots(text->at + start,
                                           text->length - start);
    if (it->query.at != NULL) {
        put(text, '?');
        put_part(text, it->query);
    }
    if (it->fragment.at != NULL) {
        put(text, '#');
        put_part(text, it->fragment);
    }
    return finish(text);
}

/* ---- A link on a page ---- */
int url_resolve(const char *base_text, const char *reference, char *out,
                size_t size)
{
    Text text = { .at = out, .size = size };
    Reference base = url_parse(base_text), it = url_parse(reference);
    Part folder = inherit(&it, &base);
    return compose(&it, folder, &text);
}
