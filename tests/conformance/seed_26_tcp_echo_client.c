/* seed_26 - a server that echoes, and a client. */
#include "python.h"

/* ---- The server ---- */
static int handle_echo(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char data[100];
    size_t n;
    must(reader_read(reader, data, sizeof data, &n));
    must(writer_write(writer, data, n));
    must(writer_drain(writer));
    writer_close(writer);
    return 0;
}

/* ---- The client ---- */
static SUSPENDS void tcp_echo_client(const char *message, int port)
{
    StreamReader *reader;
    StreamWriter *writer;
    char data[101];
    size_t n;
    must(async_open_connection("127.0.0.1", port, &reader, &writer));
    printf("Send: '%s'\n", message);
    must(writer_write(writer, message, strlen(message)));
    must(writer_drain(writer));
    must(reader_read(reader, data, 100, &n));
    data[n] = '\0';
    printf("Received: '%s'\n", data);
    puts("Close the connection");
    writer_close(writer);
    must(writer_wait_closed(writer));
    reader_free(reader);
    writer_free(writer);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Server *server;
    must(async_start_server(handle_echo, NULL, "127.0.0.1", 0, &server));
    tcp_echo_client("Hello World!", server_port(server));
    server_close(server);
    server_free(server);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
