/* stream_06 - ST6: who has written all can still read. */
#include "python.h"

/* ---- The server ---- */
static int handle(StreamReader *r, StreamWriter *w, void *arg)
{
    char *data;
    size_t length;
    int err = reader_read_all(r, &data, &length);
    if (err != 0)
        return err;
    printf("server read until eof: %s\n", data);
    free(data);
    writer_printf(w, "reply after eof");
    err = writer_drain(w);
    writer_close(w);
    return err;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Server *srv;
    StreamReader *r;
    StreamWriter *w;
    char *data;
    size_t length;
    must(async_start_server(handle, NULL, "127.0.0.1", 0, &srv));
    must(async_open_connection("127.0.0.1", server_port(srv), &r, &w));
    printf("can_write_eof %s\n", truth(writer_can_write_eof(w)));
    must(writer_printf(w, "request"));
    must(writer_write_eof(w));
    if (writer_printf(w, "more") == E_RUNTIME)
        puts("write after write_eof: RuntimeError");
    must(reader_read_all(r, &data, &length));
    printf("client read: %s\n", data);
    free(data);
    writer_close(w);
    must(writer_wait_closed(w));
    printf("is_closing %s\n", truth(writer_is_closing(w)));
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
