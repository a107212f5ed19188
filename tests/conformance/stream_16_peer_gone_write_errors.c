/* stream_16 - ST15: a write to one who is gone is known at the next drain. */
#include "python.h"

/* ---- The server ---- */
static int handle(StreamReader *r, StreamWriter *w, void *arg)
{
    writer_abort(w);
    return 0;
}

/* ---- The program ---- */
static SUSPENDS int write_much(StreamWriter *w)
{
    static char bytes[1000];
    memset(bytes, 'z', sizeof bytes);
    for (int i = 0; i < 50; i++) {
        writer_write(w, bytes, sizeof bytes);
        int err = writer_drain(w);
        if (err == 0)
            err = async_sleep(0.002);
        if (err != 0)
            return err;
    }
    return 0;
}

static int main_task(void *arg, Value *result)
{
    Server *srv;
    StreamReader *r;
    StreamWriter *w;
    must(async_start_server(handle, NULL, "127.0.0.1", 0, &srv));
    must(async_open_connection("127.0.0.1", server_port(srv), &r, &w));
    must(async_sleep(0.02));
    int err = write_much(w);
    if (err == 0)
        puts("must not print");
    else if (err == ECONNRESET || err == EPIPE)    /* ConnectionError */
        puts("write to a vanished peer fails with a ConnectionError in "
             "drain()");
    writer_close(w);
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
