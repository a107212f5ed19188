/* stream_12 - ST11: a server that closes the connections that it has. */
#include "python.h"

/* ---- The server ---- */
static int handle(StreamReader *r, StreamWriter *w, void *arg)
{
    printf("handler saw eof, %zu bytes\n", read_length(r));
    return 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Server *srv;
    StreamReader *r;
    StreamWriter *w;
    must(async_start_server(handle, NULL, "127.0.0.1", 0, &srv));
    must(async_open_connection("127.0.0.1", server_port(srv), &r, &w));
    must(async_sleep(0.01));
    server_close(srv);
    server_close_clients(srv);
    must(server_wait_closed(srv));
    printf("client sees eof: %zu\n", read_length(r));
    writer_close(w);
    must(async_sleep(0.01));
    reader_free(r);
    writer_free(w);
    server_free(srv);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
