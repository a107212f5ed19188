/* stream_08 - ST8: what was written before the close arrives. */
#include "python.h"

/* ---- The server ---- */
static size_t done;

static int handle(StreamReader *r, StreamWriter *w, void *arg)
{
    int err = async_sleep(0.02);
    if (err == 0)
        done = read_length(r);
    writer_close(w);
    return err;
}

/* ---- The program ---- */
static char bytes[3000000];

static int main_task(void *arg, Value *result)
{
    Server *srv;
    StreamReader *r;
    StreamWriter *w;
    must(async_start_server(handle, NULL, "127.0.0.1", 0, &srv));
    must(async_open_connection("127.0.0.1", server_port(srv), &r, &w));
    memset(bytes, 'y', sizeof bytes);
    must(writer_write(w, bytes, sizeof bytes));
    writer_close(w);
    printf("closing %s\n", truth(writer_is_closing(w)));
    must(writer_wait_closed(w));
    must(async_sleep(0.05));
    printf("server received everything written before close: [%zu]\n", done);
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
