/* A tiny web server: two pages, one of a length that it says, one that ends
 * with the connection. */
#include "serve.h"

/* ---- The request ---- */
/* Its first line; all up to an empty line is read. */
static SUSPENDS int read_request(StreamReader *reader, char *path, size_t size)
{
    char *line;
    size_t length;
    int err = reader_readline(reader, &line, &length);
    if (err == 0)
        snprintf(path, size, "%.*s", (int)strcspn(line, "\r\n"), line);
    while (err == 0 && length > 0 && line[0] != '\r' && line[0] != '\n')
        err = reader_readline(reader, &line, &length);
    return err;
}

/* ---- The pages ---- */
static const char page[] = "Bytes arrive in pieces,\n"
                           "and leave slower than written.\n";

static int write_page(StreamWriter *writer, const char *request)
{
    if (strncmp(request, "GET / ", 6) == 0)
        return writer_printf(writer, "HTTP/1.1 200 OK\r\n"
                             "Content-Type: text/plain\r\n"
                             "Content-Length: %zu\r\n\r\n%s",
                             strlen(page), page);
    if (strncmp(request, "GET /count ", 11) != 0)
        return writer_printf(writer, "HTTP/1.1 404 Not Found\r\n"
                             "Content-Length: 0\r\n\r\n");
    int err = writer_printf(writer, "HTTP/1.1 200 OK\r\n"
                            "Connection: close\r\n\r\n");
    for (int i = 1; i <= 3 && err == 0; i++)
        err = writer_printf(writer, "line %d\n", i);
    return err;
}

static int handle(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char request[100];
    int err = read_request(reader, request, sizeof request);
    if (err == 0)
        printf("%s\n", request);
    return err != 0 ? err : write_page(writer, request);
}

/* ---- The server ---- */
static int serve_pages(void *port, Value *result)
{
    Server *server;
    int err = async_start_server(handle, NULL, "127.0.0.1", *(int *)port,
                                 &server);
    if (err != 0)
        return err;
    printf("pages are on port %d\n", server_port(server));
    return serve_until_interrupted(server);
}

int main(int argc, char **argv)
{
    int port = argc > 1 ? atoi(argv[1]) : 4000;
    setvbuf(stdout, NULL, _IOLBF, 0);
    must_succeed(run(serve_pages, &port), "server");
    return 0;
}
