/* scan.c - where the tags of a page are.  Whatever is not closed ends with the
 * page. */
#include <ctype.h>
#include <string.h>

#include "scan.h"

/* ---- Where we are ---- */
typedef struct Scanner {
    char *at, *end;          /* *end is a NUL */
    FoundFn *found;
    void *arg;
} Scanner;

/* A NUL is a character as any other, so the end is looked at, too. */
static bool is_one_of(const Scanner *scanner, const char *characters)
{
    return *scanner->at != '\0' && strchr(characters, *scanner->at) != NULL;
}

static void skip(Scanner *scanner, const char *characters)
{
    while (scanner->at < scanner->end && is_one_of(scanner, characters))
        scanner->at++;
}

/* ---- Taking a piece ---- */
static Span take_until(Scanner *scanner, const char *characters)
{
    Span span = { scanner->at, 0 };
    while (scanner->at < scanner->end && !is_one_of(scanner, characters))
        scanner->at++;
    span.length = (size_t)(scanner->at - span.at);
    return span;
}

static const char blanks[] = " \t\r\n\f";

/* ---- Attributes ---- */
static Span take_value(Scanner *scanner)
{
    if (!is_one_of(scanner, "\"'"))
        return take_until(scanner, " \t\r\n\f>");
    const char quote[] = { *scanner->at++, '\0' };
    Span value = take_until(scanner, quote);
    if (scanner->at < scanner->end)
        scanner->at++;
    return value;
}

/* The first one of a name counts. */
static void keep(Tag *tag, Span name, Span value)
{
    static const char *const names[ATTRIBUTES] = {
        [HREF] = "href", [SRC] = "src", [SRCSET] = "srcset", [ID] = "id",
        [NAME] = "name", [REL] = "rel"
    };
    for (int i = 0; i < ATTRIBUTES; i++)
        if (tag->attributes[i].at == NULL && span_is(name, names[i]))
            tag->attributes[i] = value;
}

/* ---- One attribute ---- */
static void take_attribute(Scanner *scanner, Tag *tag)
{
    Span name = take_until(scanner, " \t\r\n\f=/>");
    if (name.length == 0)
        scanner->at++;                    /* a "=" with no name before it */
    skip(scanner, blanks);
    if (scanner->at == scanner->end || *scanner->at != '=')
        return;
    scanner->at++;
    skip(scanner, blanks);
    keep(tag, name, take_value(scanner));
}

/* ---- Tags ---- */
/* False: the page ends within it, and it is none. */
static bool take_tag(Scanner *scanner, Tag *tag)
{
    *tag = (Tag){ .name = take_until(scanner, " \t\r\n\f/>") };
    for (;;) {
        skip(scanner, " \t\r\n\f/");
        if (scanner->at == scanner->end)
            return false;
        if (*scanner->at == '>')
            break;
        take_attribute(scanner, tag);
    }
    scanner->at++;
    return true;
}

/* ---- Comments ---- */
static bool is_at(const Scanner *scanner, const char *text)
{
    size_t n = strlen(text);
    return (size_t)(scanner->end - scanner->at) >= n &&
           memcmp(scanner->at, text, n) == 0;
}

/* "<!-->" is a whole comment, and so is what ends with "--!>". */
static void skip_comment(Scanner *scanner)
{
    scanner->at += strlen("<!");
    while (scanner->at < scanner->end) {
        if (is_at(scanner, "-->") || is_at(scanner, "--!>"))
            break;
        scanner->at++;
    }
    take_until(scanner, ">");
}

/* ---- Scripts ---- */
/* What these hold is text, up to their own end, whatever it looks like. */
static void skip_raw_text(Scanner *scanner, Span name)
{
    static const char *const raw[] = {
        "script", "style", "textarea", "title", "xmp", "noembed", "noframes",
        "iframe"
    };
    size_t i = 0, n = sizeof raw / sizeof raw[0];
    while (i < n && !span_is(name, raw[i]))
        i++;
    for (; i < n && scanner->at < scanner->end; scanner->at++) {
        Span rest = { scanner->at + 2, name.length };
        size_t left = (size_t)(scanner->end - scanner->at);
        if (is_at(scanner, "</") && left > name.length + 2 &&
            span_is(rest, raw[i]) &&
            strchr(" \t\r\n\f/>", rest.at[rest.length]) != NULL)
            return;
    }
}

/* ---- A page ---- */
static void take_markup(Scanner *scanner)
{
    Tag tag;
    bool is_end = is_at(scanner, "</");
    if (is_at(scanner, "<!--")) {
        skip_comment(scanner);
        return;
    }
    scanner->at += is_end ? 2 : 1;
    if (scanner->at < scanner->end && isalpha((unsigned char)*scanner->at)) {
        if (!take_tag(scanner, &tag) || is_end)
            return;
        tag_report(&tag, scanner->found, scanner->arg);
        skip_raw_text(scanner, tag.name);
    } else if (is_end || is_one_of(scanner, "!?"))
        take_until(scanner, ">");         /* <!doctype html> and the like */
}

void scan_html(char *html, size_t length, FoundFn *found, void *arg)
{
    Scanner scanner = { html, html + length, found, arg };
    for (;;) {
        char *tag = memchr(scanner.at, '<', (size_t)(scanner.end - scanner.at));
        if (tag == NULL)
            return;
        scanner.at = tag;
        take_markup(&scanner);
    }
}
