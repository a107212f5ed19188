/* weft.c - an echo server in Weft: a task for each connection. */
#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/10_streams/server.h"
#include "../bench.h"

static int expected;
static Task *listener;

/* ---- A connection ---- */
static int echo(StreamReader *reader, StreamWriter *writer, void *arg)
{
    static int begun, ended;
    static char buffer[16384];    /* for all: used from a read to its write */
    size_t got;
    int err = 0;
    if (++begun == expected)
        begin_phase();
    while (err == 0) {
        err = reader_read(reader, buffer, sizeof buffer, &got);
        if (err != 0 || got == 0)
            break;
        err = writer_write(writer, buffer, got);
        if (err == 0)
            err = writer_drain(writer);
    }
    if (++ended == expected)
        task_cancel(listener);
    return err;
}

/* ---- The server ---- */
static int serve(void *arg, Value *result)
{
    Server *server;
    listener = async_current_task();
    int err = async_start_server(echo, NULL, "127.0.0.1", 0, &server);
    if (err != 0)
        return err;
    printf("%d\n", server_port(server));
    fflush(stdout);
    err = server_serve_forever(server);
    end_phase();
    server_free(server);
    return err == E_CANCELLED ? 0 : err;
}

int main(int argc, char **argv)
{
    expected = argc > 1 ? atoi(argv[1]) : 1;
    int err = run(serve, NULL);
    printf("%.0f\n", phase_seconds * 1e9);
    return err;
}
