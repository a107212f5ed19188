/* url.h - addresses of the web: RFC 3986, as far as links need it. */
#ifndef URL_H
#define URL_H

#include "weft.h"

enum { URL_SIZE = 2048 };    /* with the NUL; what is longer is refused */

/* ---- A reference and its parts ---- */
/* One that is not there has no `at`; one that is there may be empty. */
typedef struct Part {
    const char *at;
    size_t length;
} Part;

typedef struct Reference {
    Part scheme, authority, path, query, fragment;
} Reference;

Reference url_parse(const char *text);    /* any text is a reference */

/* Section 5: what the reference means on a page with this base.  E_VALUE: it
 * is longer than `size` allows. */
int url_resolve(const char *base, const char *reference, char *out,
                size_t size);

/* Section 5.2.4, in place: the new length. */
size_t url_remove_dots(char *path, size_t length);

/* ---- An address ---- */
/* Two texts that are the same by section 6.2 become the same here: the host in
 * small letters, no default port, no dot segments, percent signs only where
 * they must be.  The pointers lead into the text. */
typedef struct Url {
    char text[URL_SIZE];      /* "http://host:1/path?query", then fragment */
    const char *fragment;     /* NULL: none */
    const char *target;       /* "/path?query" */
    char authority[270];      /* "[::1]:8000": as the Host header wants it */
    char host[256];           /* "::1": as a connection wants it */
    int port;
    bool is_tls;
} Url;

/* A link as a page has it, white space and all; base "": it must be whole.
 * E_VALUE: malformed, or too long.  EPROTONOSUPPORT: neither http nor https.
 * A user name in it is dropped. */
int url_make(Url *, const char *base, const char *link);

/* Any text so that it can be shown, and cut off if need be. */
void url_show(const char *text, char *out, size_t size);

/* %41 becomes A; the rest is left, in place. */
void url_decode(char *text);

#endif
