/* request.c - reads the head of a request, line by line.
 *
 * What is kept of it is copied into the request: a line is valid only until the
 * next one is read. */
#include "request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Refusing ---- */
int request_refuse(Request *request, int status)
{
    request->refusal = status;
    return E_REFUSED;
}

/* ---- Lines ---- */
SUSPENDS int request_line(Request *request, StreamReader *reader, char **line,
                          size_t *length)
{
    int err = reader_readline(reader, line, length);
    if (err != 0)
        return err;
    if (*length == 0 || (*line)[*length - 1] != '\n')
        return E_INCOMPLETE_READ;
    const char *end = *line + *length - 1;
    if (memchr(*line, '\r', *length) != end - 1)
        return request_refuse(request, 400);
    *length -= 2;
    return 0;
}

/* Lives as long as the request.  NULL: the head is too large. */
static char *keep(Request *request, const char *text, size_t length)
{
    char *copy = request->head + request->used;
    if (length >= sizeof request->head - request->used)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    request->used += length + 1;
    return copy;
}

/* ---- Characters ---- */
static bool is_token(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) &&
            (text[i] == '\0' || strchr("!#$%&'*+-.^_`|~", text[i]) == NULL))
            return false;
    return length > 0;
}

static bool is_visible(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    return length > 0;
}

/* No control characters; a NUL is one. */
bool request_is_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (iscntrl((unsigned char)text[i]) && text[i] != '\t')
            return false;
    return true;
}

/* ---- The method ---- */
static Method method_of(const char *name, size_t length)
{
    static const char *const names[] = { "GET",     "HEAD",    "POST",
                                         "PUT",     "DELETE",  "PATCH",
                                         "OPTIONS", "CONNECT", "TRACE" };
    size_t i = 0, n = sizeof names / sizeof *names;
    while (i < n && (strlen(names[i]) != length ||
                     memcmp(names[i], name, length) != 0))
        i++;
    return i == n ? UNKNOWN : i == 0 ? GET : i == 1 ? HEAD : OTHER;
}

/* ---- The version ---- */
static int read_version(Request *request, const char *text)
{
    if (strncmp(text, "HTTP/", 5) != 0 || !isdigit((unsigned char)text[5]) ||
        text[6] != '.' || !isdigit((unsigned char)text[7]) || text[8] != '\0')
        return request_refuse(request, 400);
    if (text[5] != '1')
        return request_refuse(request, 505);
    request->minor = text[7] == '0' ? 0 : 1;
    return 0;
}

/* ---- The request line ---- */
static int parse_first(Request *request, const char *text, size_t length)
{
    const char *line = keep(request, text, length);
    if (line == NULL)
        return request_refuse(request, 414);
    request->line = line;
    const char *target = strchr(line, ' ');
    const char *version = target != NULL ? strchr(target + 1, ' ') : NULL;
    if (version == NULL || !is_token(line, (size_t)(target - line)))
        return request_refuse(request, 400);
    request->method = method_of(line, (size_t)(target - line));
    request->target = target + 1;
    request->target_length = (size_t)(version - request->target);
    if (!is_visible(request->target, request->target_length) ||
        strlen(line) != length)
        return request_refuse(request, 400);
    return read_version(request, version + 1);
}

/* ---- The first line ---- */
/* An empty line before it is forgiven, once: old browsers sent one. */
static SUSPENDS int read_first(Request *request, StreamReader *reader)
{
    char *line;
    size_t length;
    int err = request_line(request, reader, &line, &length);
    if (err == 0 && length == 0)
        err = request_line(request, reader, &line, &length);
    if (err == E_VALUE)
        return request_refuse(request, 414);
    return err != 0 ? err : parse_first(request, line, length);
}

/* ---- Fields ---- */
static const struct {
    const char *name;
    bool is_list;    /* twice is the same as once, with a comma */
} known[FIELDS] = {
    [HOST] = { "Host", false },
    [CONNECTION] = { "Connection", true },
    [CONTENT_LENGTH] = { "Content-Length", false },
    [TRANSFER_ENCODING] = { "Transfer-Encoding", false },
    [EXPECT] = { "Expect", false },
    [RANGE] = { "Range", false },
    [IF_RANGE] = { "If-Range", false },
    [IF_MATCH] = { "If-Match", true },
    [IF_NONE_MATCH] = { "If-None-Match", true },
    [IF_MODIFIED_SINCE] = { "If-Modified-Since", false },
    [IF_UNMODIFIED_SINCE] = { "If-Unmodified-Since", false },
};

static int field_of(const char *name, size_t length)
{
    int i = 0;
    while (i < FIELDS && (strncasecmp(known[i].name, name, length) != 0 ||
                          known[i].name[length] != '\0'))
        i++;
    return i;
}

/* ---- Keeping a field ---- */
static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "a", and later "b", are "a,b": in the array the two lie side by side. */
static char *keep_behind(Request *request, const char *before,
                         const char *value, size_t length)
{
    char *copy = keep(request, before, strlen(before));
    if (copy == NULL)
        return NULL;
    request->head[request->used - 1] = ',';    /* in place of its NUL */
    return keep(request, value, length) != NULL ? copy : NULL;
}

static int keep_field(Request *request, int field, const char *value,
                      size_t length)
{
    const char *before = request->fields[field];
    if (before != NULL && !known[field].is_list)
        return request_refuse(request, 400);
    const char *kept = before == NULL
                           ? keep(request, value, length)
                           : keep_behind(request, before, value, length);
    if (kept == NULL)
        return request_refuse(request, 431);
    request->fields[field] = kept;
    return 0;
}

/* ---- A line of the head ---- */
/* A line that begins with a blank was part of the one before, once. */
bool request_is_field(const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    return colon != NULL && is_token(line, (size_t)(colon - line)) &&
           request_is_text(line, length);
}

static int parse_field(Request *request, const char *line, size_t length)
{
    if (!request_is_field(line, length))
        return request_refuse(request, 400);
    const char *colon = memchr(line, ':', length);
    int field = field_of(line, (size_t)(colon - line));
    if (field == FIELDS)
        return 0;
    const char *value = colon + 1, *end = line + length;
    while (value < end && is_blank(*value))
        value++;
    while (value < end && is_blank(end[-1]))
        end--;
    return keep_field(request, field, value, (size_t)(end - value));
}

/* ---- All fields ---- */
/* What nobody looks at is not kept, but it counts. */
static SUSPENDS int read_fields(Request *request, StreamReader *reader)
{
    size_t total = 0, length;
    char *line;
    int err;
    while ((err = request_line(request, reader, &line, &length)) == 0 &&
           length > 0) {
        total += length;
        err = total > HEAD_MOST ? request_refuse(request, 431)
                                : parse_field(request, line, length);
        if (err != 0)
            return err;
    }
    return err == E_VALUE ? request_refuse(request, 431) : err;
}

/* ---- Words ---- */
/* Is the word in a list such as "close, TE"? */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    while (list != NULL && *list != '\0') {
        list += strspn(list, ", \t");
        size_t n = strcspn(list, ", \t");
        if (n == length && strncasecmp(list, word, n) == 0)
            return true;
        list += n;
    }
    return false;
}

/* ---- Where the body ends ---- */
static int read_length(Request *request, const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 18 || text[digits] != '\0')
        return request_refuse(request, 400);
    request->content_length = strtoll(text, NULL, 10);
    return 0;
}

/* Two answers to that are one too many. */
static int find_end(Request *request)
{
    const char *length = request->fields[CONTENT_LENGTH];
    const char *coding = request->fields[TRANSFER_ENCODING];
    request->is_chunked = coding != NULL;
    if (coding == NULL)
        return length != NULL ? read_length(request, length) : 0;
    if (length != NULL || request->minor == 0)
        return request_refuse(request, 400);
    return strcasecmp(coding, "chunked") == 0 ? 0
                                              : request_refuse(request, 501);
}

/* ---- What the fields mean ---- */
/* Empty, where the target has no host; else nothing that ends one. */
static bool is_host(const char *text)
{
    return *text == '\0' || (is_visible(text, strlen(text)) &&
                             strpbrk(text, "/?#@,\\\"<>") == NULL);
}

static int understand(Request *request)
{
    const char *host = request->fields[HOST];
    const char *connection = request->fields[CONNECTION];
    const char *expected = request->fields[EXPECT];
    bool is_new = request->minor >= 1;
    if (host != NULL ? !is_host(host) : is_new)
        return request_refuse(request, 400);
    int err = find_end(request);
    if (err != 0)
        return err;
    request->keeps_alive = (is_new || has_word(connection, "keep-alive")) &&
                           !has_word(connection, "close");
    request->expects_continue = is_new && expected != NULL;
    if (request->expects_continue && strcasecmp(expected, "100-continue") != 0)
        return request_refuse(request, 417);
    return 0;
}

/* ---- Reading all of it ---- */
/* The array need not be set anew. */
void request_clear(Request *request)
{
    memset(request, 0, offsetof(Request, head));
    request->line = "";
}

SUSPENDS int request_read(Request *request, StreamReader *reader)
{
    request_clear(request);
    int err = read_first(request, reader);
    if (err == 0)
        err = read_fields(request, reader);
    return err != 0 ? err : understand(request);
}
