/* http.c - as much of HTTP/1.1 as curl needs: GET, HEAD and POST, several
 * requests on one connection; until a request for /quit. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/10_streams/server.h"

enum { BIG = 1 << 20, MOST = 1 << 22 };

static Server *server;

/* ---- A request ---- */
typedef struct Request {
    char method[16], target[200];
    size_t length;            /* of the body */
    bool is_last, wants_continue;
    char *body;               /* owned */
} Request;

/* "Name: value", lower case or not. */
static const char *value_of(const char *line, const char *name)
{
    size_t n = strlen(name);
    if (strncasecmp(line, name, n) != 0 || line[n] != ':')
        return NULL;
    return line + n + 1 + strspn(line + n + 1, " ");
}

static void read_header(Request *request, const char *line)
{
    const char *value;
    if ((value = value_of(line, "Content-Length")) != NULL)
        request->length = (size_t)strtoul(value, NULL, 10);
    if ((value = value_of(line, "Connection")) != NULL)
        request->is_last = strncasecmp(value, "close", 5) == 0;
    if ((value = value_of(line, "Expect")) != NULL)
        request->wants_continue = strncasecmp(value, "100", 3) == 0;
}

static int read_head(StreamReader *reader, Request *request)
{
    char *line;
    size_t length;
    int err = reader_readline(reader, &line, &length);
    if (err != 0 || length == 0)
        return err != 0 ? err : E_INCOMPLETE_READ;
    if (sscanf(line, "%15s %199s", request->method, request->target) != 2)
        return E_VALUE;
    while (err == 0 && strcmp(line, "\r\n") != 0) {
        err = reader_readline(reader, &line, &length);
        if (err == 0 && length == 0)
            err = E_INCOMPLETE_READ;
        else if (err == 0)
            read_header(request, line);
    }
    return err;
}

static int read_body(StreamReader *reader, StreamWriter *writer,
                     Request *request)
{
    size_t got;
    if (request->length > MOST)
        return E_VALUE;
    request->body = malloc(request->length + 1);
    if (request->body == NULL)
        return ENOMEM;
    if (request->wants_continue)
        writer_printf(writer, "HTTP/1.1 100 Continue\r\n\r\n");
    return reader_readexactly(reader, request->body, request->length, &got);
}

/* ---- An answer ---- */
static int answer(StreamWriter *writer, const Request *request,
                  const char *status, const char *body, size_t length)
{
    int err = writer_printf(writer, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n"
                            "Content-Type: text/plain\r\n\r\n", status, length);
    if (err == 0 && strcmp(request->method, "HEAD") != 0)
        err = writer_write(writer, body, length);
    return err == 0 ? writer_drain(writer) : err;
}

static int answer_big(StreamWriter *writer, const Request *request)
{
    char *body = malloc(BIG);
    if (body == NULL)
        return ENOMEM;
    memset(body, 'x', BIG);
    int err = answer(writer, request, "200 OK", body, BIG);
    free(body);
    return err;
}

static int respond(StreamWriter *writer, Request *request)
{
    printf("%s %s\n", request->method, request->target);
    request->is_last |= strcmp(request->target, "/quit") == 0;
    if (strcmp(request->target, "/big") == 0)
        return answer_big(writer, request);
    if (strcmp(request->method, "POST") == 0)
        return answer(writer, request, "200 OK", request->body,
                      request->length);
    if (strcmp(request->target, "/") == 0 || request->is_last)
        return answer(writer, request, "200 OK", "hello\n", 6);
    return answer(writer, request, "404 Not Found", "not here\n", 9);
}

/* ---- Connections ---- */
static int serve_client(StreamReader *reader, StreamWriter *writer, void *arg)
{
    int err = 0;
    for (bool is_last = false; err == 0 && !is_last;) {
        Request request = { .length = 0 };
        err = read_head(reader, &request);
        if (err == 0)
            err = read_body(reader, writer, &request);
        if (err == 0)
            err = respond(writer, &request);
        free(request.body);
        is_last = request.is_last;
        if (strcmp(request.target, "/quit") == 0)
            server_close(server);
    }
    return err == E_INCOMPLETE_READ ? 0 : err;
}

static int serve(void *port, Value *result)
{
    int err = async_start_server(serve_client, NULL, "127.0.0.1", atoi(port),
                                 &server);
    if (err != 0)
        return err;
    printf("serving\n");
    err = server_wait_closed(server);
    server_free(server);
    return err;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    return run(serve, argv[argc - 1]);
}
