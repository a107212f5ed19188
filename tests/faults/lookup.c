/* lookup.c - a server at a name, and clients that look it up. */
#include "scenario.h"

/* ---- The scenario ---- */
static int client(void *server, Value *result)
{
    StreamReader *reader;
    StreamWriter *writer;
    int err = async_open_connection("localhost", server_port(server), &reader,
                                    &writer);
    return err != 0 ? err : talk(reader, writer);
}

static int lookup(void *arg, Value *result)
{
    Server *server;
    int err = async_start_server(echo, NULL, "localhost", 0, &server);
    return err != 0 ? err : serve_two(server, client, server);
}

/* Another address will do. */
const Scenario scenario = { lookup, "bind socket" };
