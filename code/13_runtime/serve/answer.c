/* answer.c - writes the head of an answer.
 *
 * Nothing of what a client has sent is in it but the target of a 301: all of
 * that is visible ASCII, or it would have been refused. */
#include "answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "date.h"

/* ---- Reasons ---- */
static const struct {
    int status;
    const char *reason;
} reasons[] = {
    { 200, "OK" },
    { 206, "Partial Content" },
    { 301, "Moved Permanently" },
    { 304, "Not Modified" },
    { 400, "Bad Request" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 412, "Precondition Failed" },
    { 414, "URI Too Long" },
    { 416, "Range Not Satisfiable" },
    { 417, "Expectation Failed" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 503, "Service Unavailable" },
    { 505, "HTTP Version Not Supported" },
};

/* ---- The reason of a status ---- */
const char *answer_reason(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Unknown";
}

/* ---- Types ---- */
static const struct {
    const char *extension, *type;
} types[] = {
    { "html", "text/html; charset=utf-8" },
    { "css", "text/css; charset=utf-8" },
    { "js", "text/javascript; charset=utf-8" },
    { "mjs", "text/javascript; charset=utf-8" },
    { "txt", "text/plain; charset=utf-8" },
    { "md", "text/markdown; charset=utf-8" },
    { "c", "text/plain; charset=utf-8" },
    { "h", "text/plain; charset=utf-8" },
    { "sh", "text/plain; charset=utf-8" },
    { "json", "application/json" },
    { "pdf", "application/pdf" },
    { "epub", "application/epub+zip" },
    { "zip", "application/zip" },
    { "gz", "application/gzip" },
    { "wasm", "application/wasm" },
    { "svg", "image/svg+xml" },
    { "png", "image/png" },
    { "jpg", "image/jpeg" },
    { "jpeg", "image/jpeg" },
    { "gif", "image/gif" },
    { "webp", "image/webp" },
    { "ico", "image/x-icon" },
    { "mp4", "video/mp4" },
    { "webm", "video/webm" },
    { "woff2", "font/woff2" },
};

/* ---- The type of a file ---- */
/* What nobody knows is bytes: a browser saves them, and does not guess. */
const char *answer_type(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash != NULL ? slash : path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof types / sizeof *types; i++)
        if (strcasecmp(types[i].extension, dot + 1) == 0)
            return types[i].type;
    return "application/octet-stream";
}

/* ---- Adding to the head ---- */
typedef struct Head {
    char *text;
    size_t length, size;
} Head;

__attribute__((format(printf, 2, 3)))
static void add(Head *head, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    size_t room = head->size - head->length;
    int n = vsnprintf(head->text + head->length, room, format, list);
    va_end(list);
    if (n > 0)
        head->length += (size_t)n < room ? (size_t)n : room - 1;
}

/* ---- Fields of the content ---- */
static void add_content(Head *head, const Answer *answer)
{
    if (answer->type == NULL)
        return;
    add(head, "Content-Type: %s\r\nContent-Length: %lld\r\n"
        "X-Content-Type-Options: nosniff\r\n", answer->type, answer->length);
    if (answer->status == 206)
        add(head, "Content-Range: bytes %lld-%lld/%lld\r\n", answer->first,
            answer->first + answer->length - 1, answer->file->size);
}

/* No answer may say that the file will be changed. */
static void add_file(Head *head, const File *file)
{
    char changed[DATE_SIZE];
    time_t now = time(NULL);
    date_text(file->changed < now ? file->changed : now, changed);
    add(head, "Last-Modified: %s\r\nETag: %s\r\nAccept-Ranges: bytes\r\n",
        changed, file->etag);
}

/* ---- Fields of the status ---- */
/* What goes with the status. */
static void add_advice(Head *head, const Answer *answer)
{
    const Target *target = answer->target;
    if (answer->status == 301)
        add(head, "Location: %.*s/%.*s\r\n", (int)target->raw_length,
            target->raw, (int)target->query_length, target->query);
    else if (answer->status == 405)
        add(head, "Allow: GET, HEAD\r\n");
    else if (answer->status == 416)
        add(head, "Content-Range: bytes */%lld\r\n", answer->file->size);
    else if (answer->status == 503)
        add(head, "Retry-After: 1\r\n");
}

/* ---- The head ---- */
size_t answer_head(const Answer *answer, char *text, size_t size)
{
    Head head = { .text = text, .size = size };
    add(&head, "HTTP/1.1 %d %s\r\nDate: %s\r\n", answer->status,
        answer_reason(answer->status), date_now());
    add_content(&head, answer);
    if (answer->file != NULL && answer->status < 400)
        add_file(&head, answer->file);
    add_advice(&head, answer);
    if (answer->is_last)
        add(&head, "Connection: close\r\n");
    else if (answer->is_old)
        add(&head, "Connection: keep-alive\r\n");
    add(&head, "\r\n");
    return head.length;
}
