/* loop_14 - L20: reads and writes of a bare socket. */
#include <fcntl.h>
#include <unistd.h>

#include "python.h"

/* ---- A socket ---- */
static int a, b;

static int send_text(const char *text)
{
    return loop_sock_sendall(running_loop(), b, text, strlen(text));
}

/* (await loop.sock_recv(a, size)).decode(): the text is valid until the next
 * one, or NULL: cancelled. */
static const char *recv_text(size_t size)
{
    static char text[101];
    size_t got;
    int err = loop_sock_recv(running_loop(), a, text, size, &got);
    if (err == E_CANCELLED)
        return NULL;
    must(err);
    text[got] = '\0';
    return text;
}

static int late(void *arg, Value *result)
{
    int err = async_sleep(0.02);
    return err != 0 ? err : send_text("pong");
}

static int recv_10(void *arg, Value *result)
{
    return recv_text(10) == NULL ? E_CANCELLED : 0;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    Task *t = create_task(late, NULL);
    printf("recv blocks until data: %s\n", recv_text(10));
    must(task_join(t, NULL));
    Task *r = create_task(recv_10, NULL);
    must(async_sleep(0.01));
    task_cancel(r);
    if (task_join(r, NULL) == E_CANCELLED)
        printf("recv cancelled\n");
    must(send_text("still here"));
    printf("data not lost: %s\n", recv_text(100));
    close(b);
    printf("eof gives length %zu\n", strlen(recv_text(10)));
    close(a);
    return 0;
}

int main(void)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
        must(errno);
    a = ends[0];
    b = ends[1];
    if (fcntl(a, F_SETFL, O_NONBLOCK) < 0 || fcntl(b, F_SETFL, O_NONBLOCK) < 0)
        must(errno);
    return async_run(main_task, NULL, NULL);
}
