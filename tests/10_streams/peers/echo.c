/* echo.c - sends back each line that comes, at a port or a path, and tells who
 * came and went; until it is interrupted. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/10_streams/server.h"

/* ---- A guest ---- */
static int guests;

static int send_back(StreamReader *reader, StreamWriter *writer, size_t *sum)
{
    char *line;
    size_t length;
    for (;;) {
        int err = reader_readline(reader, &line, &length);
        if (err != 0 || length == 0)
            return err;
        *sum += length;
        err = writer_write(writer, line, length);
        if (err == 0)
            err = writer_drain(writer);
        if (err != 0)
            return err;
    }
}

static int meet(StreamReader *reader, StreamWriter *writer, void *arg)
{
    int number = ++guests;
    size_t sum = 0;
    printf("%d is here\n", number);
    int err = send_back(reader, writer, &sum);
    printf("%d has left after %zu bytes%s%s\n", number, sum,
           err != 0 ? ": " : "", err != 0 ? error_name(err) : "");
    return 0;
}

/* ---- The host ---- */
static void stop(void *task)
{
    task_cancel(task);
}

static int serve(void *where, Value *result)
{
    Server *server;
    Loop *loop = async_get_running_loop();
    int err = strchr(where, '/') != NULL
                  ? async_start_unix_server(meet, NULL, where, &server)
                  : async_start_server(meet, NULL, "127.0.0.1", atoi(where),
                                       &server);
    if (err != 0)
        return err;
    loop_add_signal_handler(loop, SIGINT, stop, async_current_task());
    printf("the echo is on\n");
    err = server_serve_forever(server);
    server_free(server);
    return err;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    int err = run(serve, argv[argc - 1]);
    printf("the end: %s\n", error_name(err));
    return err != E_CANCELLED;
}
