/* Three lines are sent; who takes each recv for a line gets three others.  Then
 * the same with a StreamReader. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../sock.h"
#include "../streams.h"

/* ---- What was received ---- */
static void print_line(int number, const char *text, size_t length)
{
    printf("line %d: '", number);
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\n')
            printf("\\n");
        else
            putchar(text[i]);
    printf("'\n");
}

/* ---- The sender ---- */
static SUSPENDS int send_text(int fd, const char *text)
{
    return loop_sock_sendall(async_get_running_loop(), fd, text, strlen(text));
}

/* Two lines go at once, and the third in two pieces. */
static int send_list(void *arg, Value *result)
{
    int fd = *(int *)arg;
    int err = send_text(fd, "milk\n");
    if (err == 0)
        err = send_text(fd, "bread\n");
    if (err == 0)
        err = async_sleep(0.1);
    if (err == 0)
        err = send_text(fd, "butter and ");
    if (err == 0)
        err = async_sleep(0.1);
    if (err == 0)
        err = send_text(fd, "jam\n");
    close(fd);
    return err;
}

/* ---- Each recv a line ---- */
static SUSPENDS int receive_lines(int fd)
{
    Loop *loop = async_get_running_loop();
    char text[100];
    size_t length;
    int err, number = 0;
    while ((err = loop_sock_recv(loop, fd, text, sizeof text, &length)) == 0 &&
           length > 0)
        print_line(++number, text, length);
    close(fd);
    return err;
}

/* ---- Lines of a StreamReader ---- */
static SUSPENDS int read_lines(int fd)
{
    StreamReader *reader;
    char *line;
    size_t length;
    int number = 0;
    int err = async_open_fd(fd, &reader, NULL);
    if (err != 0) {
        close(fd);
        return err;
    }
    while ((err = reader_readline(reader, &line, &length)) == 0 && length > 0)
        print_line(++number, line, length);
    reader_free(reader);    /* closes fd */
    return err;
}

/* ---- One after the other ---- */
static SUSPENDS int transfer(const char *title, int (*receive)(int fd))
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    printf("%s\n", title);
    Task *sender = must_have(async_create_task(send_list, &ends[0]), "task");
    int err = receive(ends[1]);
    int also = task_join(sender, NULL);
    return err != 0 ? err : also;
}

static int transfer_both(void *arg, Value *result)
{
    int err = transfer("each recv:", receive_lines);
    return err != 0 ? err : transfer("each readline:", read_lines);
}

int main(void)
{
    must_succeed(run(transfer_both, NULL), "run");
    return 0;
}
