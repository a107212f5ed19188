/* respond.c - decides what the answer is: a file, a part of it, a folder, or
 * why there is none. */
#include "respond.h"

#include <errno.h>
#include <stdlib.h>

#include "terms.h"
#include "listing.h"
#include "send.h"

/* ---- A status ---- */
static SUSPENDS int respond_about(Connection *connection, int status,
                                  const File *file)
{
    char text[64];
    int length = snprintf(text, sizeof text, "%d %s\n", status,
                          answer_reason(status));
    Answer answer = { .status = status, .length = length, .file = file,
                      .type = "text/plain; charset=utf-8",
                      .target = &connection->target };
    return send_content(connection, &answer, text);
}

SUSPENDS int respond_status(Connection *connection, int status)
{
    return respond_about(connection, status, NULL);
}

static int status_of(int error)
{
    switch (error) {
    case ENOENT: return 404;
    case EACCES:
    case EPERM: return 403;
    case EMFILE:    /* it may do better in a moment */
    case ENFILE:
    case ENOMEM: return 503;
    default: return 500;
    }
}

/* ---- A file ---- */
static SUSPENDS int respond_file(Connection *connection, const File *file,
                                 const char *name)
{
    const Request *request = &connection->request;
    Answer answer = { .status = terms_status(request, file),
                      .file = file };
    if (answer.status == 304)
        return send_content(connection, &answer, "");
    if (answer.status == 200)
        answer.status = terms_range(request, file, &answer.first,
                                     &answer.length);
    if (answer.status >= 400)
        return respond_about(connection, answer.status, file);
    answer.type = answer_type(name);
    return send_file(connection, &answer);
}

/* ---- A listing ---- */
static SUSPENDS int respond_listing(Connection *connection,
                                    const File *folder)
{
    Listing listing = { .folder = folder->fd,
                        .path = connection->target.path };
    int err = listing_make(&listing);
    if (err == E_CANCELLED)
        return err;
    if (err != 0)
        return respond_status(connection, status_of(err));
    Answer answer = { .status = 200, .type = "text/html; charset=utf-8",
                      .length = (long long)listing.length };
    err = send_content(connection, &answer, listing.page);
    free(listing.page);
    return err;
}

/* ---- A folder ---- */
/* Links on a page in it are right only if its own path ends with a slash. */
static SUSPENDS int respond_folder(Connection *connection, const File *folder)
{
    File index;
    if (!connection->target.is_folder)
        return respond_status(connection, 301);
    int err = file_open(folder->fd, "index.html", &index);
    if (err == ENOENT)
        return respond_listing(connection, folder);
    if (err != 0)
        return respond_status(connection, status_of(err));
    err = index.is_folder ? respond_listing(connection, folder)
                          : respond_file(connection, &index, "index.html");
    file_close(&index);
    return err;
}

/* ---- What is there ---- */
static SUSPENDS int respond_path(Connection *connection)
{
    const Target *target = &connection->target;
    File file;
    int err = file_open(connection->site->root, target->path, &file);
    if (err != 0)
        return respond_status(connection, status_of(err));
    if (file.is_folder)
        err = respond_folder(connection, &file);
    else if (target->is_folder)
        err = respond_status(connection, 404);
    else
        err = respond_file(connection, &file, target->path);
    file_close(&file);
    return err;
}

SUSPENDS int respond(Connection *connection)
{
    const Request *request = &connection->request;
    if (request->method == UNKNOWN)
        return respond_status(connection, 501);
    if (request->method == OTHER)
        return respond_status(connection, 405);
    int status = target_read(&connection->target, request);
    return status != 0 ? respond_status(connection, status)
                       : respond_path(connection);
}
