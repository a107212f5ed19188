/* wrong: serves each client to its end before it accepts the next */
#include "echo_server.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

int serve_echo(int listener, int farewells)
{
    for (; farewells > 0; farewells--) {
        char text[512];
        ssize_t length;
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            return errno;
        while ((length = read(fd, text, sizeof text)) > 0)
            if (write(fd, text, length) < 0)
                break;
        close(fd);
    }
    return 0;
}
