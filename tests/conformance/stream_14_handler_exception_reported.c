/* stream_14 - ST13: who serves fails, and the server does not. */
#include "python.h"

/* ---- The server ---- */
static void on_error(Loop *loop, const ErrorContext *ctx, void *arg)
{
    printf("handler: %s - %s\n", ctx->message, error_name(ctx->error));
}

static int handle(StreamReader *r, StreamWriter *w, void *arg)
{
    return E_VALUE;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Server *srv;
    StreamReader *r;
    StreamWriter *w;
    loop_set_exception_handler(async_get_running_loop(), on_error, NULL);
    must(async_start_server(handle, NULL, "127.0.0.1", 0, &srv));
    int port = server_port(srv);
    must(async_open_connection("127.0.0.1", port, &r, &w));
    printf("client sees eof: %zu\n", read_length(r));
    writer_close(w);
    reader_free(r);
    writer_free(w);
    must(async_open_connection("127.0.0.1", port, &r, &w));
    puts("server still accepts");
    writer_close(w);
    must(async_sleep(0.02));
    server_close(srv);
    reader_free(r);
    writer_free(w);
    server_free(srv);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
