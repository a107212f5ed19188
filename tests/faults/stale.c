/* stale.c - a server at a path that a dead one has left. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "scenario.h"
#include "shim.h"

/* ---- The dead one ---- */
static int leave(const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return errno;
    int err = bind(fd, (struct sockaddr *)&at, sizeof at) < 0 ? errno : 0;
    close(fd);
    return err;
}

/* ---- The next ---- */
static SUSPENDS int replace(const char *path)
{
    Server *server;
    int err = async_start_unix_server(echo, NULL, path, &server);
    if (err != 0)
        return err;
    server_close(server);
    err = server_wait_closed(server);
    server_free(server);
    bool may_remain = shim_has_failed_in("stat") ||
                      shim_has_failed_in("unlink");
    return access(path, F_OK) == 0 && !may_remain ? WRONG : err;
}

static int at_stale_path(void *arg, Value *result)
{
    char folder[] = "/tmp/faults-XXXXXX", path[80];
    if (mkdtemp(folder) == NULL)
        return WRONG;
    snprintf(path, sizeof path, "%s/socket", folder);
    int err = leave(path);
    if (err == 0)
        err = replace(path);
    remove(path);
    return rmdir(folder) < 0 ? WRONG : err;
}

/* Whose queue is full lives. */
const Scenario scenario = { at_stale_path, "connect(path) socket" };
