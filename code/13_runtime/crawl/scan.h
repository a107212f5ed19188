/* scan.h - finds the links of an HTML page.
 *
 * Not a parser: it knows where tags, comments and scripts begin and end, as
 * browsers do, and survives whatever else there is. */
#ifndef SCAN_H
#define SCAN_H

#include "weft.h"

/* ---- What is found ---- */
typedef enum Found {
    FOUND_PAGE,       /* a link to what is likely a page: <a>, <iframe> */
    FOUND_FILE,       /* to what is likely none: <img>, <script>, <link> */
    FOUND_BASE,       /* what the page's links are relative to */
    FOUND_NAME        /* a name that a fragment may lead to */
} Found;

/* The text has its entities decoded, and is valid during the call. */
typedef void FoundFn(void *arg, Found, const char *text);

/* html[length] is a NUL; the page is written over as it is read. */
void scan_html(char *html, size_t length, FoundFn *, void *arg);

/* ---- Within a tag ---- */
/* The value of an attribute: at[length] may be written, and is restored. */
typedef struct Span {
    char *at;         /* NULL: there is none */
    size_t length;
} Span;

enum { HREF, SRC, SRCSET, ID, NAME, REL, ATTRIBUTES };

typedef struct Tag {
    Span name;
    Span attributes[ATTRIBUTES];
} Tag;

bool span_is(Span, const char *text);    /* whatever its case */
void tag_report(const Tag *, FoundFn *, void *arg);

#endif
