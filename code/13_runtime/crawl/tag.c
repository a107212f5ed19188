/* tag.c - what a tag says: links, the base, names. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scan.h"

/* ---- Comparing ---- */
bool span_is(Span span, const char *text)
{
    return span.length == strlen(text) &&
           strncasecmp(span.at, text, span.length) == 0;
}

/* ---- UTF-8 ---- */
/* As UTF-8, which is never longer than its entity. */
static char *put_utf8(char *out, unsigned long c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xf0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

/* ---- Numbers ---- */
/* "&#38;" or "&#x26;".  Where it ends; NULL: it is none. */
static char *take_number(char *at, unsigned long *c)
{
    bool is_hex = at[2] == 'x' || at[2] == 'X';
    char *digits = at + (is_hex ? 3 : 2), *end;
    if (!isxdigit((unsigned char)*digits))
        return NULL;
    *c = strtoul(digits, &end, is_hex ? 16 : 10);
    if (end == digits || *c == 0 || *c > 0x10ffff)
        return NULL;
    return *end == ';' ? end + 1 : end;
}

/* ---- Entities ---- */
static char *take_name(char *at, unsigned long *c)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {
        { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
        { "&quot;", '"' }, { "&apos;", '\'' }
    };
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        size_t n = strlen(entities[i].name);
        if (strncmp(at, entities[i].name, n) == 0) {
            *c = (unsigned char)entities[i].c;
            return at + n;
        }
    }
    return NULL;
}

/* ---- Decoding ---- */
static void decode(char *text)
{
    char *out = text;
    while (*text != '\0') {
        unsigned long c;
        char *end = text[0] != '&' ? NULL
                    : text[1] == '#' ? take_number(text, &c)
                    : take_name(text, &c);
        if (end == NULL) {
            *out++ = *text++;
        } else {
            out = put_utf8(out, c);
            text = end;
        }
    }
    *out = '\0';
}

/* ---- Telling ---- */
typedef struct Listener {
    FoundFn *found;
    void *arg;
} Listener;

static void tell(const Listener *listener, Found what, Span span)
{
    if (span.at == NULL)
        return;
    char after = span.at[span.length];
    span.at[span.length] = '\0';
    decode(span.at);
    listener->found(listener->arg, what, span.at);
    span.at[span.length] = after;
}

/* ---- Words in a value ---- */
/* Whatever its case, one of several words. */
static bool has_word(Span words, const char *word)
{
    size_t i = 0;
    while (i < words.length) {
        size_t n = 0;
        while (i + n < words.length && !isspace((unsigned char)words.at[i + n]))
            n++;
        if (span_is((Span){ words.at + i, n }, word))
            return true;
        i += n + 1;
    }
    return false;
}

/* ---- Several images in one attribute ---- */
static bool is_blank(char c)
{
    return isspace((unsigned char)c);
}

/* "small.png 1x, large.png 2x": a comma may be part of an address. */
static void tell_srcset(const Listener *listener, Span set)
{
    size_t i = 0;
    while (set.at != NULL && i < set.length) {
        if (is_blank(set.at[i]) || set.at[i] == ',') {
            i++;
            continue;
        }
        Span one = { set.at + i, 0 };
        for (; i < set.length && !is_blank(set.at[i]); i++)
            one.length++;
        bool has_comma = one.at[one.length - 1] == ',';
        while (one.length > 0 && one.at[one.length - 1] == ',')
            one.length--;
        while (!has_comma && i < set.length && set.at[i] != ',')
            i++;
        tell(listener, FOUND_FILE, one);
    }
}

/* ---- Which attributes are links ---- */
static const struct {
    const char *tag;
    int attribute;
    Found what;
} links[] = {
    { "a", HREF, FOUND_PAGE },     { "area", HREF, FOUND_PAGE },
    { "iframe", SRC, FOUND_PAGE }, { "frame", SRC, FOUND_PAGE },
    { "link", HREF, FOUND_FILE },  { "script", SRC, FOUND_FILE },
    { "img", SRC, FOUND_FILE },    { "source", SRC, FOUND_FILE },
    { "video", SRC, FOUND_FILE },  { "audio", SRC, FOUND_FILE },
    { "track", SRC, FOUND_FILE },  { "embed", SRC, FOUND_FILE },
    { "base", HREF, FOUND_BASE },  { "a", NAME, FOUND_NAME }
};

/* ---- A tag ---- */
/* <link> may name a host to get ready for, which is no link. */
static bool is_hint(const Tag *tag)
{
    Span rel = tag->attributes[REL];
    return span_is(tag->name, "link") && rel.at != NULL &&
           (has_word(rel, "preconnect") || has_word(rel, "dns-prefetch"));
}

void tag_report(const Tag *tag, FoundFn *found, void *arg)
{
    Listener listener = { found, arg };
    tell(&listener, FOUND_NAME, tag->attributes[ID]);
    if (is_hint(tag))
        return;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        if (span_is(tag->name, links[i].tag))
            tell(&listener, links[i].what,
                 tag->attributes[links[i].attribute]);
    if (span_is(tag->name, "img") || span_is(tag->name, "source"))
        tell_srcset(&listener, tag->attributes[SRCSET]);
}
