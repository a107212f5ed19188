/* A server that sends back whatever comes: a handler for each connection. */
#include "serve.h"

/* ---- The handler ---- */
static int handle_echo(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char peer[64] = "?", data[100];
    size_t length, bytes = 0;
    int err;
    writer_peername(writer, peer, sizeof peer);
    printf("%s is here\n", peer);
    while ((err = reader_read(reader, data, sizeof data, &length)) == 0 &&
           length > 0) {
        err = writer_write(writer, data, length);
        if (err == 0)
            err = writer_drain(writer);
        if (err != 0)
            break;
        bytes += length;
    }
    printf("%s has left after %zu bytes\n", peer, bytes);
    return err;
}

/* ---- The server ---- */
static int echo_server(void *port, Value *result)
{
    char address[64];
    Server *server;
    int err = async_start_server(handle_echo, NULL, "127.0.0.1", *(int *)port,
                                 &server);
    if (err != 0)
        return err;
    err = server_sockname(server, 0, address, sizeof address);
    if (err == 0)
        printf("Serving on %s\n", address);
    return serve_until_interrupted(server);
}

int main(int argc, char **argv)
{
    int port = argc > 1 ? atoi(argv[1]) : 4000;
    setvbuf(stdout, NULL, _IOLBF, 0);
    must_succeed(run(echo_server, &port), "server");
    return 0;
}
