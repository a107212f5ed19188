/* The data of the listener is NULL, that of a connection is not. */
#include "echo_server.h"

#include "../../selector.h"

#include <errno.h>
#include <math.h>
#include <sys/socket.h>
#include <unistd.h>

static int welcome(Selector *selector, int listener)
{
    int fd = accept(listener, NULL, NULL);
    return fd < 0 ? errno : selector_register(selector, fd, EVENT_READ,
                                              selector);
}

/* Whether the client has ended. */
static int echo(Selector *selector, int fd)
{
    char text[512];
    ssize_t length = read(fd, text, sizeof text);
    if (length > 0 && write(fd, text, length) == length)
        return 0;
    selector_unregister(selector, fd);
    close(fd);
    return 1;
}

int serve_echo(int listener, int farewells)
{
    Selector *selector = selector_new();
    int error = selector == NULL ? ENOMEM : selector_register(
        selector, listener, EVENT_READ, NULL);
    while (error == 0 && farewells > 0) {
        SelectorKey ready[8];
        int count;
        error = selector_select(selector, INFINITY, ready, 8, &count);
        for (int i = 0; i < count && error == 0; i++)
            if (ready[i].data == NULL)
                error = welcome(selector, listener);
            else
                farewells -= echo(selector, ready[i].fd);
    }
    selector_free(selector);
    return error;
}
