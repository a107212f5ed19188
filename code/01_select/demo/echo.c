/* The echo example of asyncio's manual: server and client, in one thread. */
#include "../selector.h"
#include "net.h"

#include <math.h>

/* ---- Who does what ---- */
/* Each descriptor's data says what to do with it when its turn comes. */
typedef struct Turn { void (*take)(int fd); } Turn;

static Selector *selector;
static bool over;

/* ---- The server ---- */
static void echo(int fd)
{
    char data[100];
    ssize_t length = read(fd, data, sizeof data);
    if (length > 0)
        must(write(fd, data, length), "write");
    selector_unregister(selector, fd);
    close(fd);
}

static Turn echoing = { echo };

static void welcome(int listener)
{
    int fd = must(accept(listener, NULL, NULL), "accept");
    selector_register(selector, fd, EVENT_READ, &echoing);
}

static Turn welcoming = { welcome };

/* ---- The client ---- */
static void receive(int fd)
{
    char data[100];
    int length = must(read(fd, data, sizeof data), "read");
    printf("Received: '%.*s'\n", length, data);
    printf("Close the connection\n");
    selector_unregister(selector, fd);
    close(fd);
    over = true;
}

static Turn receiving = { receive };

static void say_hello(int fd)
{
    printf("Send: 'Hello World!'\n");
    must(write(fd, "Hello World!", 12), "write");
    selector_modify(selector, fd, EVENT_READ, &receiving);
}

static Turn greeting = { say_hello };

/* ---- The loop ---- */
int main(void)
{
    int listener = listen_on(0);
    int client = connect_to(port_of(listener));
    selector = selector_new();
    must(selector != NULL ? 0 : -1, "selector");
    must_be_0(selector_register(selector, listener, EVENT_READ, &welcoming),
              "listener");
    must_be_0(selector_register(selector, client, EVENT_WRITE, &greeting),
              "client");
    while (!over) {
        SelectorKey ready[4];
        int count;
        must_be_0(selector_select(selector, INFINITY, ready, 4, &count),
                  "select");
        for (int i = 0; i < count; i++) {
            Turn *turn = ready[i].data;
            turn->take(ready[i].fd);
        }
    }
    selector_free(selector);
    return 0;
}
