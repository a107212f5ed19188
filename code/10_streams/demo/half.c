/* A half of a connection is closed: the client has sent all its numbers, says
 * so, and then reads their sum. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/timeout.h"
#include "../server.h"

/* ---- The server ---- */
/* Cannot know the sum before the end. */
static int handle_sum(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char *line;
    size_t length;
    long sum = 0;
    int err;
    while ((err = reader_readline(reader, &line, &length)) == 0 && length > 0)
        sum += atol(line);
    return err != 0 ? err : writer_printf(writer, "%ld\n", sum);
}

/* ---- The client ---- */
typedef struct Client {
    int numbers;
    bool says_end;
    StreamReader *reader;
    StreamWriter *writer;
} Client;

static int ask_sum(void *arg, Value *result)
{
    Client *client = arg;
    char *line;
    size_t length;
    int err = 0;
    for (int i = 1; i <= client->numbers && err == 0; i++)
        err = writer_printf(client->writer, "%d\n", i);
    if (err == 0)
        err = writer_drain(client->writer);
    if (err == 0 && client->says_end)
        err = writer_write_eof(client->writer);
    if (err == 0)
        err = reader_readline(client->reader, &line, &length);
    if (err == 0)
        printf("the sum is %s", line);
    return err;
}

/* ---- Both ---- */
static int sum(void *arg, Value *result)
{
    Client *client = arg;
    Server *server;
    int err = async_start_server(handle_sum, NULL, "127.0.0.1", 0, &server);
    if (err != 0)
        return err;
    err = async_open_connection("127.0.0.1", server_port(server),
                                &client->reader, &client->writer);
    if (err == 0) {
        double patience = client->says_end ? 60 : 1;
        err = async_wait_for_call(ask_sum, client, patience, NULL);
        writer_free(client->writer);
        reader_free(client->reader);
    }
    server_close(server);
    int also = server_wait_closed(server);
    server_free(server);
    return err != 0 ? err : also;
}

int main(int argc, char **argv)
{
    Client client = { .numbers = argc > 1 ? atoi(argv[1]) : 100,
                      .says_end = argc < 3 };
    must_succeed(run(sum, &client), "sum");
    return 0;
}
