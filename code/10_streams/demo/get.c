/* Gets a page of a web server, line by line: ./get HOST PORT PATH */
#include <strings.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../streams.h"

/* ---- The request ---- */
typedef struct Page {
    const char *host, *path;
    int port;
} Page;

static SUSPENDS int send_request(StreamWriter *writer, const Page *page)
{
    int err = writer_printf(writer, "GET %s HTTP/1.1\r\nHost: %s:%d\r\n"
                            "Connection: close\r\n\r\n",
                            page->path, page->host, page->port);
    return err != 0 ? err : writer_drain(writer);
}

/* ---- The headers ---- */
/* Up to an empty line; *length is that of the body: -1 if nobody says it. */
static SUSPENDS int read_headers(StreamReader *reader, long *length)
{
    static const char name[] = "Content-Length:";
    char *line;
    size_t n;
    int err;
    *length = -1;
    while ((err = reader_readline(reader, &line, &n)) == 0 && n > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '\0')
            return 0;
        printf("| %s\n", line);
        if (strncasecmp(line, name, strlen(name)) == 0)
            *length = atol(line + strlen(name));
    }
    return err != 0 ? err : E_INCOMPLETE_READ;
}

/* ---- The body ---- */
static SUSPENDS int read_body(StreamReader *reader, long length)
{
    char piece[1000];
    size_t got = 1;
    int err = 0;
    while (err == 0 && got > 0 && length != 0) {
        size_t wanted = sizeof piece;
        if (length >= 0 && (size_t)length < wanted)
            wanted = (size_t)length;
        err = reader_read(reader, piece, wanted, &got);
        if (err == 0)
            fwrite(piece, 1, got, stdout);
        if (err == 0 && length > 0)
            length -= (long)got;
    }
    return err == 0 && length > 0 ? E_INCOMPLETE_READ : err;
}

/* ---- Both ---- */
static int get(void *arg, Value *result)
{
    StreamReader *reader;
    StreamWriter *writer;
    const Page *page = arg;
    long length;
    int err = async_open_connection(page->host, page->port, &reader, &writer);
    if (err != 0)
        return err;
    err = send_request(writer, page);
    if (err == 0)
        err = read_headers(reader, &length);
    if (err == 0)
        err = read_body(reader, length);
    writer_free(writer);
    reader_free(reader);
    return err;
}

int main(int argc, char **argv)
{
    Page page = { .host = argc > 1 ? argv[1] : "127.0.0.1",
                  .port = argc > 2 ? atoi(argv[2]) : 4000,
                  .path = argc > 3 ? argv[3] : "/" };
    must_succeed(run(get, &page), "get");
    return 0;
}
