/* A client of the echo: says hello, and hears it again. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../streams.h"

/* ---- Hello ---- */
typedef struct Message {
    int port;
    const char *text;
} Message;

static SUSPENDS int say(StreamReader *reader, StreamWriter *writer,
                        const char *text)
{
    char data[100];
    size_t length;
    printf("Send: '%s'\n", text);
    int err = writer_write(writer, text, strlen(text));
    if (err == 0)
        err = writer_drain(writer);
    if (err == 0)
        err = reader_read(reader, data, sizeof data, &length);
    if (err == 0)
        printf("Received: '%.*s'\n", (int)length, data);
    return err;
}

/* ---- The client ---- */
static int tcp_echo_client(void *arg, Value *result)
{
    const Message *message = arg;
    StreamReader *reader;
    StreamWriter *writer;
    int err = async_open_connection("127.0.0.1", message->port, &reader,
                                    &writer);
    if (err != 0)
        return err;
    err = say(reader, writer, message->text);
    printf("Close the connection\n");
    writer_close(writer);
    int also = writer_wait_closed(writer);
    writer_free(writer);
    reader_free(reader);
    return err != 0 ? err : also;
}

int main(int argc, char **argv)
{
    Message message = { .port = argc > 1 ? atoi(argv[1]) : 4000,
                        .text = argc > 2 ? argv[2] : "Hello World!" };
    must_succeed(run(tcp_echo_client, &message), "client");
    return 0;
}
