/* tcp.c - a server at an address, and two clients. */
#include "scenario.h"

/* ---- The scenario ---- */
static int client(void *server, Value *result)
{
    StreamReader *reader;
    StreamWriter *writer;
    char text[64];
    int err = async_open_connection("127.0.0.1", server_port(server), &reader,
                                    &writer);
    if (err != 0)
        return err;
    err = first_error(writer_peername(writer, text, sizeof text),
                      writer_sockname(writer, text, sizeof text));
    return first_error(err, talk(reader, writer));
}

static int tcp(void *arg, Value *result)
{
    Server *server;
    int err = async_start_server(echo, NULL, "127.0.0.1", 0, &server);
    return err != 0 ? err : serve_two(server, client, server);
}

const Scenario scenario = { tcp, "" };
