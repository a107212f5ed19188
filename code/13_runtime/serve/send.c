/* send.c - sends answers.
 *
 * What is long goes in pieces, and each when the one before it has gone: so a
 * client that is slow costs one piece, and not the file.  What is small goes in
 * one write, together with its head. */
#include "send.h"

#include <string.h>

/* ---- Waiting for the client ---- */
static SUSPENDS int wait_until_taken(Connection *connection)
{
    Timeout timeout;
    StreamWriter *writer = connection->writer;
    if (writer_get_write_buffer_size(writer) == 0)
        return 0;
    int err = timeout_enter(&timeout, connection->site->options.timeout);
    return err != 0 ? err : timeout_exit(&timeout, writer_drain(writer));
}

/* What was promised and does not come must not look as if it were all. */
static int give_up(Connection *connection, int err)
{
    if (err != 0)
        writer_abort(connection->writer);
    return err;
}

/* ---- The head ---- */
static size_t begin(Connection *connection, Answer *answer)
{
    const Request *request = &connection->request;
    answer->is_last = !request->keeps_alive;
    answer->is_old = request->minor == 0;
    connection->status = answer->status;
    return answer_head(answer, connection->out, sizeof connection->out);
}

/* ---- A part ---- */
typedef struct Part {
    const File *file;       /* what it is a part of; NULL: */
    const char *content;    /* of this, in memory */
    long long at, left;     /* what is still to be sent */
} Part;

static int copy(const Part *part, char *to, size_t size)
{
    if (part->file != NULL)
        return file_read(part->file, part->at, to, size);
    memcpy(to, part->content + part->at, size);
    return 0;
}

/* ---- A piece ---- */
/* Behind `head` bytes that are there already. */
static SUSPENDS int send_piece(Connection *connection, Part *part,
                               size_t head)
{
    size_t size = sizeof connection->out - head;
    if (part->left < (long long)size)
        size = (size_t)part->left;
    int err = copy(part, connection->out + head, size);
    if (err == 0)
        err = writer_write(connection->writer, connection->out, head + size);
    if (err == 0)
        err = wait_until_taken(connection);
    if (err != 0)
        return err;
    part->at += (long long)size;
    part->left -= (long long)size;
    connection->sent += (long long)size;
    return 0;
}

/* ---- All pieces ---- */
/* Between two of them the others have their turn. */
static SUSPENDS int send_part(Connection *connection, Answer *answer,
                              Part *part)
{
    size_t head = begin(connection, answer);
    if (connection->request.method == HEAD)
        part->left = 0;
    int err = send_piece(connection, part, head);
    while (err == 0 && part->left > 0) {
        err = async_sleep(0);
        if (err == 0)
            err = send_piece(connection, part, 0);
    }
    return give_up(connection, err);
}

/* ---- From memory, from a file ---- */
SUSPENDS int send_content(Connection *connection, Answer *answer,
                          const char *content)
{
    Part part = { .content = content, .left = answer->length };
    return send_part(connection, answer, &part);
}

SUSPENDS int send_file(Connection *connection, Answer *answer)
{
    Part part = { .file = answer->file, .at = answer->first,
                  .left = answer->length };
    return send_part(connection, answer, &part);
}
