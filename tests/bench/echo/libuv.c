/* libuv.c - an echo server in libuv: each write has its own request. */
#include <uv.h>

#include "../bench.h"

typedef struct Answer {
    uv_write_t request;    /* first */
    char *data;
} Answer;

static uv_loop_t loop;
static uv_tcp_t listener;
static int expected, begun, ended;

static void forget(uv_handle_t *handle)
{
    free(handle);
    if (++ended == expected)
        uv_close((uv_handle_t *)&listener, NULL);
}

static void allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    *buffer = uv_buf_init(malloc(16384), 16384);
}

static void is_written(uv_write_t *request, int status)
{
    Answer *answer = (Answer *)request;
    require(status == 0, "cannot write");
    free(answer->data);
    free(answer);
}

static void echo(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    if (n <= 0) {
        free(buffer->base);
        if (n < 0)
            uv_close((uv_handle_t *)stream, forget);
        return;
    }
    Answer *answer = malloc(sizeof *answer);
    uv_buf_t out = uv_buf_init(buffer->base, (unsigned)n);
    answer->data = buffer->base;
    uv_write(&answer->request, stream, &out, 1, is_written);
}

static void welcome(uv_stream_t *server, int status)
{
    uv_tcp_t *client = malloc(sizeof *client);
    uv_tcp_init(&loop, client);
    require(status == 0 && uv_accept(server, (uv_stream_t *)client) == 0,
            "cannot accept");
    uv_tcp_nodelay(client, 1);
    uv_read_start((uv_stream_t *)client, allocate, echo);
    if (++begun == expected)
        begin_phase();
}

int main(int argc, char **argv)
{
    struct sockaddr_in address;
    int length = sizeof address;
    expected = argc > 1 ? atoi(argv[1]) : 1;
    require(uv_loop_init(&loop) == 0, "no loop");
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(&loop, &listener);
    uv_tcp_bind(&listener, (struct sockaddr *)&address, 0);
    require(uv_listen((uv_stream_t *)&listener, 100, welcome) == 0,
            "cannot listen");
    uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    uv_run(&loop, UV_RUN_DEFAULT);
    end_phase();
    printf("%.0f\n", phase_seconds * 1e9);
    return 0;
}
