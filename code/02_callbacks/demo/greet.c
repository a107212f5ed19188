/* The echo example of asyncio's manual again, made of callbacks. */
#include "must.h"

static Loop *loop;
static int listener, server, client;

/* ---- The server greets back ---- */
static void echo(void *arg)
{
    pass_on(server, server);
    loop_remove_reader(loop, server);
    close(server);
}

static void welcome(void *arg)
{
    server = must(accept(listener, NULL, NULL), "accept");
    must_be_0(loop_add_reader(loop, server, echo, NULL), "server");
}

/* ---- The client greets ---- */
static void receive(void *arg)
{
    char data[100];
    int length = must(read(client, data, sizeof data), "read");
    printf("Received: '%.*s'\n", length, data);
    printf("Close the connection\n");
    loop_remove_reader(loop, client);
    close(client);
    loop_stop(loop);
}

/* ---- The loop ---- */
int main(void)
{
    loop = loop_new();
    must_have(loop != NULL, "loop");
    listener = listen_on(0);
    client = connect_to(port_of(listener));
    must_be_0(loop_add_reader(loop, listener, welcome, NULL), "listener");
    must_be_0(loop_add_reader(loop, client, receive, NULL), "client");
    printf("Send: 'Hello World!'\n");
    must(write(client, "Hello World!", 12), "write");
    must_be_0(loop_run_forever(loop), "run");
    loop_free(loop);
    return 0;
}
