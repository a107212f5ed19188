/* datagrams.c - sends back each datagram that comes to a port, until one says
 * "bye". */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/10_streams/fd_inside.h"
#include "../../../code/10_streams/sock.h"

/* ---- Echo ---- */
static int send_back(int fd, bool *is_last)
{
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    Loop *loop = async_get_running_loop();
    char text[1024];
    size_t got;
    int err = loop_sock_recvfrom(loop, fd, text, sizeof text, &got,
                                 (struct sockaddr *)&from, &length);
    if (err != 0)
        return err;
    *is_last = got >= 3 && memcmp(text, "bye", 3) == 0;
    printf("%zu bytes\n", got);
    return loop_sock_sendto(loop, fd, text, got, (struct sockaddr *)&from,
                            length);
}

static int serve(void *port, Value *result)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    int fd = fd_open_socket(AF_INET, SOCK_DGRAM, 0);
    bool is_last = false;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)atoi(port));
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return errno;
    printf("datagrams are welcome\n");
    int err = 0;
    while (err == 0 && !is_last)
        err = send_back(fd, &is_last);
    close(fd);
    return err;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    int err = run(serve, argv[argc - 1]);
    if (err != 0)
        printf("%s\n", error_name(err));
    return err != 0;
}
