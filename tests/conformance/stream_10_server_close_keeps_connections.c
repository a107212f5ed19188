/* stream_10 - ST10: a closed server accepts nobody else, and goes on with whom
 * it has. */
#include "python.h"

/* ---- The server ---- */
static int handle(StreamReader *r, StreamWriter *w, void *arg)
{
    for (;;) {
        char *line;
        size_t length;
        int err = reader_readline(r, &line, &length);
        if (err != 0)
            return err;
        if (length == 0)
            break;
        writer_printf(w, "echo %s", line);
        err = writer_drain(w);
        if (err != 0)
            return err;
    }
    writer_close(w);
    return 0;
}

/* len(srv.sockets) */
static size_t count_sockets(Server *srv)
{
    char name[64];
    size_t n = 0;
    while (server_sockname(srv, n, name, sizeof name) == 0)
        n++;
    return n;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Server *srv;
    StreamReader *r, *r2;
    StreamWriter *w, *w2;
    must(async_start_server(handle, NULL, "127.0.0.1", 0, &srv));
    int port = server_port(srv);
    must(async_open_connection("127.0.0.1", port, &r, &w));
    must(writer_printf(w, "one\n"));
    puts(read_line(r));
    server_close(srv);
    must(writer_printf(w, "two\n"));
    printf("existing connection survives: %s\n", read_line(r));
    if (async_open_connection("127.0.0.1", port, &r2, &w2) == ECONNREFUSED)
        puts("new connection refused");
    printf("sockets %zu serving %s\n", count_sockets(srv),
           truth(server_is_serving(srv)));
    writer_close(w);
    must(writer_wait_closed(w));
    must(async_sleep(0.02));
    reader_free(r);
    writer_free(w);
    server_free(srv);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
