/* normalise.c - addresses: two that mean the same become the same text. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "text.h"
#include "url.h"

/* ---- Percent signs ---- */
static int hex(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = strchr(digits, tolower((unsigned char)c));
    return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

/* What the three characters there stand for; -1: they stand for themselves. */
static int escape_at(const char *at)
{
    if (at[0] != '%' || hex(at[1]) < 0 || hex(at[2]) < 0)
        return -1;
    return hex(at[1]) * 16 + hex(at[2]);
}

/* ---- Which characters ---- */
static bool is_unreserved(int c)
{
    return isalnum(c) || (c != '\0' && strchr("-._~", c) != NULL);
}

static bool is_allowed(int c)
{
    return isalnum(c) || (c != '\0' && strchr("-._~!$&'()*+,;=:@/?%", c));
}

static void put_escape(Text *text, int c)
{
    static const char digits[] = "0123456789ABCDEF";
    put(text, '%');
    put(text, digits[c / 16]);
    put(text, digits[c % 16]);
}

/* ---- Encoding ---- */
static void put_encoded(Text *text, Part part)
{
    for (size_t i = 0; i < part.length; i++) {
        int c = (unsigned char)part.at[i];
        int escaped = part.length - i > 2 ? escape_at(part.at + i) : -1;
        if (escaped >= 0)
            i += 2;
        if (is_unreserved(escaped))
            put(text, (char)escaped);
        else if (escaped >= 0)
            put_escape(text, escaped);
        else if (is_allowed(c))
            put(text, (char)c);
        else
            put_escape(text, c);
    }
}

/* ---- To show and to compare ---- */
void url_show(const char *text, char *out, size_t size)
{
    Text shown = { .at = out, .size = size };
    for (; *text != '\0'; text++)
        if (*text > ' ' && *text <= '~')
            put(&shown, *text);
        else
            put_escape(&shown, (unsigned char)*text);
    finish(&shown);
}

void url_decode(char *text)
{
    char *out = text;
    while (*text != '\0') {
        int c = escape_at(text);
        *out++ = c > 0 ? (char)c : *text;
        text += c > 0 ? 3 : 1;
    }
    *out = '\0';
}

/* ---- The host ---- */
static bool is_host(Part name)
{
    bool is_literal = name.length > 2 && name.at[0] == '[';
    const char *others = is_literal ? "[]:." : "-._";
    for (size_t i = 0; i < name.length; i++)
        if (!isalnum((unsigned char)name.at[i]) &&
            (name.at[i] == '\0' || strchr(others, name.at[i]) == NULL))
            return false;
    return name.length > 0 &&
           (!is_literal || name.at[name.length - 1] == ']');
}

/* ---- The port ---- */
/* Of ":8000", ":" or "". */
static int read_port(Part text, bool is_tls)
{
    int port = 0;
    for (size_t i = 1; i < text.length; i++) {
        if (!isdigit((unsigned char)text.at[i]) || port > 65535)
            return -1;
        port = port * 10 + text.at[i] - '0';
    }
    if (text.length <= 1)
        return is_tls ? 443 : 80;
    return port > 0 && port <= 65535 ? port : -1;
}

/* ---- The authority ---- */
static Part without_user(Part authority)
{
    for (size_t i = authority.length; i > 0; i--)
        if (authority.at[i - 1] == '@')
            return (Part){ authority.at + i, authority.length - i };
    return authority;
}

/* Where the host ends and ":port" begins. */
static void split_authority(Part authority, Part *host, Part *port)
{
    Part it = without_user(authority);
    const char *end = it.length == 0 || it.at[0] != '[' ? NULL
                      : memchr(it.at, ']', it.length);
    size_t n = end == NULL ? 0 : (size_t)(end - it.at);
    while (n < it.length && it.at[n] != ':')
        n++;
    *host = (Part){ it.at, n };
    *port = (Part){ it.at + n, it.length - n };
}

/* ---- Whose it is ---- */
static void put_host(Text *text, Part host)
{
    for (size_t i = 0; i < host.length; i++)
        put(text, (char)tolower((unsigned char)host.at[i]));
}

/* The three forms of a host; the authority is written without ":80". */
static int set_host(Url *url, Part authority)
{
    Part host, port;
    Text name = { .at = url->host, .size = sizeof url->host };
    Text whole = { .at = url->authority, .size = sizeof url->authority };
    split_authority(authority, &host, &port);
    url->port = read_port(port, url->is_tls);
    if (!is_host(host) || url->port < 0)
        return E_VALUE;
    put_host(&whole, host);
    if (host.at[0] == '[')
        host = (Part){ host.at + 1, host.length - 2 };
    put_host(&name, host);
    if (finish(&name) != 0 || finish(&whole) != 0)
        return E_VALUE;
    if (url->port != (url->is_tls ? 443 : 80))
        sprintf(url->authority + whole.length, ":%d", url->port);
    return 0;
}

/* ---- The normal form ---- */
static void put_path(Text *text, Part path)
{
    size_t start = text->length;
    put_encoded(text, path);
    text->length = start + url_remove_dots(text->at + start,
                                           text->length - start);
    if (text->length == start || text->at[start] != '/')
        put(text, '/');
}

static int write_normal(Url *url, const Reference *it)
{
    Text text = { .at = url->text, .size = sizeof url->text };
    Part authority = { url->authority, strlen(url->authority) };
    put_part(&text, url->is_tls ? (Part){ "https://", 8 }
                                : (Part){ "http://", 7 });
    put_part(&text, authority);
    url->target = text.at + text.length;
    put_path(&text, it->path);
    if (it->query.at != NULL) {
        put(&text, '?');
        put_encoded(&text, it->query);
    }
    put(&text, '\0');
    url->fragment = it->fragment.at == NULL ? NULL : text.at + text.length;
    put_encoded(&text, it->fragment);
    return finish(&text);
}

/* ---- A link becomes an address ---- */
static bool is_scheme(Part scheme, const char *name)
{
    return scheme.length == strlen(name) &&
           strncasecmp(scheme.at, name, scheme.length) == 0;
}

static int normalise(Url *url, const char *text)
{
    Reference it = url_parse(text);
    url->is_tls = is_scheme(it.scheme, "https");
    if (it.scheme.at == NULL)
        return E_VALUE;
    if (!url->is_tls && !is_scheme(it.scheme, "http"))
        return EPROTONOSUPPORT;
    int err = set_host(url, it.authority);
    return err != 0 ? err : write_normal(url, &it);
}

/* ---- White space ---- */
/* Browsers drop blanks around a link, and the ends of lines within it. */
static int clean(const char *link, char *out, size_t size)
{
    Text text = { .at = out, .size = size };
    link += strspn(link, " \t\r\n\f");
    for (; *link != '\0'; link++)
        if (strchr("\t\r\n", *link) == NULL)
            put(&text, *link);
    while (text.length > 0 && strchr(" \f", out[text.length - 1]) != NULL)
        text.length--;
    return finish(&text);
}

int url_make(Url *url, const char *base, const char *link)
{
    char cleaned[URL_SIZE], whole[URL_SIZE];
    int err = clean(link, cleaned, sizeof cleaned);
    if (err == 0)
        err = url_resolve(base, cleaned, whole, sizeof whole);
    return err != 0 ? err : normalise(url, whole);
}
