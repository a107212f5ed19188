/* unix.c - a server at a path, and two clients; its path is gone afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scenario.h"
#include "shim.h"

/* ---- The scenario ---- */
static char folder[] = "/tmp/faults-XXXXXX", path[80];

static int client(void *arg, Value *result)
{
    StreamReader *reader;
    StreamWriter *writer;
    int err = async_open_unix_connection(path, &reader, &writer);
    return err != 0 ? err : talk(reader, writer);
}

static int serve(void)
{
    Server *server;
    int err = async_start_unix_server(echo, NULL, path, &server);
    return err != 0 ? err : serve_two(server, client, NULL);
}

static bool may_remain(void)
{
    return shim_has_failed_in("stat") || shim_has_failed_in("unlink");
}

static int at_path(void *arg, Value *result)
{
    snprintf(folder, sizeof folder, "/tmp/faults-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return WRONG;
    snprintf(path, sizeof path, "%s/socket", folder);
    int err = serve();
    if (remove(path) == 0 && !may_remain())
        err = WRONG;
    return rmdir(folder) < 0 ? WRONG : err;
}

const Scenario scenario = { at_path, "" };
