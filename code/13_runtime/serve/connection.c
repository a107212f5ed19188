/* connection.c - reads requests from a connection, and has them answered.
 *
 * What one connection can take is bounded: its struct, the reader's buffer, one
 * piece in the writer's, a listing, and time.  How many there are is bounded,
 * too. */
#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "respond.h"

/* ---- The list ---- */
static void join(Connection *connection)
{
    Site *site = connection->site;
    connection->where = &site->connections;
    connection->next = site->connections;
    if (connection->next != NULL)
        connection->next->where = &connection->next;
    site->connections = connection;
    site->n_connections++;
}

static void leave(Connection *connection)
{
    *connection->where = connection->next;
    if (connection->next != NULL)
        connection->next->where = connection->where;
    connection->site->n_connections--;
}

void connections_close_idle(Site *site)
{
    for (Connection *c = site->connections; c != NULL; c = c->next)
        if (c->is_idle)
            writer_close(c->writer);
}

/* ---- Its address ---- */
/* "127.0.0.1:50000" without the port; "[::1]:50000" without the brackets. */
static void name_peer(Connection *connection)
{
    char text[sizeof connection->peer] = "-";
    writer_peername(connection->writer, text, sizeof text);
    char *colon = strrchr(text, ':');
    if (colon != NULL)
        *colon = '\0';
    size_t length = strlen(text);
    bool has_brackets = text[0] == '[' && text[length - 1] == ']';
    if (has_brackets)
        text[length - 1] = '\0';
    strcpy(connection->peer, text + has_brackets);
}

/* ---- A request ---- */
static SUSPENDS int receive(Connection *connection)
{
    Request *request = &connection->request;
    int err = request_read(request, connection->reader);
    if (err != 0)
        return err;
    return body_drop(request, connection->reader, connection->writer);
}

/* A client that sends its request a byte an hour is given up, and told so if it
 * has said what it wants. */
static SUSPENDS int receive_in_time(Connection *connection)
{
    Timeout timeout;
    Request *request = &connection->request;
    int err = timeout_enter(&timeout, connection->site->options.timeout);
    if (err != 0)
        return err;
    err = timeout_exit(&timeout, receive(connection));
    return err == E_TIMEOUT && request->line[0] != '\0'
               ? request_refuse(request, 408)
               : err;
}

/* ---- The log ---- */
static void write_log(const Connection *connection, double seconds)
{
    LogEntry entry = { .peer = connection->peer,
                       .request = connection->request.line,
                       .status = connection->status,
                       .bytes = connection->sent,
                       .seconds = seconds };
    log_answer(&connection->site->log, &entry);
}

/* ---- An answer ---- */
/* After a request that was refused nobody knows where the next one begins. */
static SUSPENDS int answer(Connection *connection, bool is_refused)
{
    Loop *loop = async_get_running_loop();
    double began = loop_time(loop);
    if (is_refused)
        connection->request.keeps_alive = false;
    connection->status = 0;
    connection->sent = 0;
    int err = is_refused ? respond_status(connection,
                                          connection->request.refusal)
                         : respond(connection);
    write_log(connection, loop_time(loop) - began);
    return err;
}

static SUSPENDS int serve_one(Connection *connection)
{
    connection->is_idle = true;
    int err = receive_in_time(connection);
    connection->is_idle = false;
    return err == 0 || err == E_REFUSED ? answer(connection, err == E_REFUSED)
                                        : err;
}

/* ---- The last words ---- */
static const double LINGER = 1.0;    /* seconds */

static SUSPENDS int read_to_end(Connection *connection)
{
    size_t got = 1;
    int err = 0;
    while (err == 0 && got > 0)
        err = reader_read(connection->reader, connection->out,
                          sizeof connection->out, &got);
    return err;
}

/* To close while something is unread would send a reset, and the client might
 * lose the answer that is on its way. */
static SUSPENDS int linger(Connection *connection)
{
    Timeout timeout;
    connection->is_idle = true;
    int err = writer_write_eof(connection->writer);
    if (err == 0)
        err = timeout_enter(&timeout, LINGER);
    if (err == 0)
        err = timeout_exit(&timeout, read_to_end(connection));
    return err;
}

/* ---- From first to last ---- */
enum { FAIR = 16 };    /* requests in a row, then the others' turn */

static bool goes_on(const Connection *connection)
{
    return connection->request.keeps_alive && !connection->site->is_stopping;
}

static SUSPENDS int converse(Connection *connection)
{
    int n = 0, err;
    do {
        err = serve_one(connection);
        if (err == 0 && ++n % FAIR == 0)
            err = async_sleep(0);
    } while (err == 0 && goes_on(connection));
    return err != 0 ? err : linger(connection);
}

/* ---- Too many ---- */
static SUSPENDS int turn_away(Connection *connection)
{
    request_clear(&connection->request);
    request_refuse(&connection->request, 503);
    int err = answer(connection, true);
    return err != 0 ? err : linger(connection);
}

/* Those who are turned away take nobody's place, however long they stay. */
static SUSPENDS int serve_or_turn_away(Connection *connection)
{
    Site *site = connection->site;
    if (site->n_served == site->options.max_connections)
        return turn_away(connection);
    site->n_served++;
    int err = converse(connection);
    site->n_served--;
    return err;
}

/* ---- A client comes ---- */
/* Twice as many as are served may be there for a moment, to be told that they
 * are too many.  Who comes then is not even told. */
int connection_handle(StreamReader *reader, StreamWriter *writer, void *arg)
{
    Site *site = arg;
    if (site->is_stopping ||
        site->n_connections >= 2 * site->options.max_connections)
        return 0;
    Connection *connection = malloc(sizeof *connection);
    if (connection == NULL)
        return ENOMEM;
    connection->site = site;
    connection->reader = reader;
    connection->writer = writer;
    connection->is_idle = false;
    join(connection);
    name_peer(connection);
    reader_set_limit(reader, LINE_MOST);
    writer_set_write_buffer_limits(writer, 0, 0);
    int err = serve_or_turn_away(connection);
    leave(connection);
    free(connection);
    return err == E_CANCELLED ? err : 0;    /* others are the client's affair */
}
