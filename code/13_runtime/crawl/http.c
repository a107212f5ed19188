/* http.c - requests: each under one timeout, on a connection that is kept. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"

/* ---- The connection ---- */
static SUSPENDS int connect_client(Client *client)
{
    ConnectOptions options = { .limit = 16 * 1024 };    /* of a line */
    if (client->reader != NULL)
        return 0;
    return async_open_connection_with(client->host, client->port, &options,
                                      &client->reader, &client->writer);
}

void client_close(Client *client)
{
    if (client->reader == NULL)
        return;
    writer_abort(client->writer);         /* nobody waits for what is unsent */
    writer_free(client->writer);
    reader_free(client->reader);
    client->reader = NULL;
    client->writer = NULL;
}

void answer_clear(Answer *answer)
{
    free(answer->location);
    free(answer->body);
    *answer = (Answer){ .status = 0 };
}

/* ---- One exchange ---- */
typedef struct Request {
    Client *client;
    const char *method, *target;
    Answer *answer;
} Request;

static SUSPENDS int send_request(const Request *request)
{
    StreamWriter *writer = request->client->writer;
    int err = writer_printf(writer, "%s %s HTTP/1.1\r\nHost: %s\r\n"
                            "User-Agent: weft-crawl\r\nAccept: */*\r\n"
                            "Accept-Encoding: identity\r\n\r\n",
                            request->method, request->target,
                            request->client->authority);
    return err != 0 ? err : writer_drain(writer);
}

/* ---- What its body is for ---- */
static bool has_body(const Request *request)
{
    int status = request->answer->status;
    return strcmp(request->method, "HEAD") != 0 && status != 204 &&
           status != 304;
}

enum { RULES_MOST = 512 * 1024, UNREAD_MOST = 64 * 1024 };

/* Pages are read, and rules, of which RFC 9309 asks for 500 KiB.  Any other
 * body is received only if that is cheaper than another connection. */
static size_t body_limit(const Request *request)
{
    const Answer *answer = request->answer;
    if (answer->status != 200)
        return UNREAD_MOST;
    if (strcmp(request->target, "/robots.txt") == 0)
        return RULES_MOST;
    return answer->is_html ? request->client->max_size : UNREAD_MOST;
}

/* ---- From the first step to the last ---- */
static SUSPENDS int exchange(const Request *request)
{
    Client *client = request->client;
    Answer *answer = request->answer;
    Framing framing = { .length = -1 };
    int err = connect_client(client);
    if (err == 0)
        err = send_request(request);
    if (err == 0)
        err = read_head(client->reader, answer, &framing);
    if (err == 0 && has_body(request))
        err = read_body(client->reader, answer, &framing,
                        body_limit(request));
    if (err != 0 || !framing.keeps_alive || answer->is_partial)
        client_close(client);
    return err;
}

/* ---- Once more ---- */
/* A server may close a connection that is kept at any time, also while a
 * request is on its way there; or what comes is left from the last answer. */
static bool is_stale(const Request *request, int err)
{
    return request->answer->status == 0 &&
           (err == E_INCOMPLETE_READ || err == E_BAD_ANSWER ||
            err == ECONNRESET || err == EPIPE);
}

static int ask(void *arg, Value *result)
{
    const Request *request = arg;
    bool was_kept = request->client->reader != NULL;
    int err = exchange(request);
    return was_kept && is_stale(request, err) ? exchange(request) : err;
}

/* ---- Under one timeout ---- */
SUSPENDS int client_ask(Client *client, const char *method,
                        const char *target, Answer *answer)
{
    Request request = { client, method, target, answer };
    answer_clear(answer);
    return async_wait_for_call(ask, &request, client->timeout, NULL);
}
