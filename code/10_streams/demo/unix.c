/* The echo over a Unix socket: its address is a path.  A path that somebody
 * left behind is replaced. */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../server.h"

/* ---- What somebody left behind ---- */
static SUSPENDS void look(const char *path, const char *when)
{
    StreamReader *reader;
    StreamWriter *writer;
    int err = async_open_unix_connection(path, &reader, &writer);
    printf("%s: %s\n", when, error_message(err));
    if (err == 0) {
        writer_free(writer);
        reader_free(reader);
    }
}

/* As a server does that was killed. */
static void leave_behind(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
        printf("%s: %s\n", path, error_message(errno));
    close(fd);
}

/* ---- The handler ---- */
static int handle_echo(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char *line;
    size_t length;
    int err;
    while ((err = reader_readline(reader, &line, &length)) == 0 && length > 0)
        if ((err = writer_write(writer, line, length)) != 0 ||
            (err = writer_drain(writer)) != 0)
            break;
    return err;
}

/* ---- The client ---- */
static SUSPENDS int say_hello(const char *path)
{
    StreamReader *reader;
    StreamWriter *writer;
    char *line;
    size_t length;
    int err = async_open_unix_connection(path, &reader, &writer);
    if (err != 0)
        return err;
    err = writer_printf(writer, "hello\n");
    if (err == 0)
        err = reader_readline(reader, &line, &length);
    if (err == 0)
        printf("received: %s", line);
    writer_free(writer);
    reader_free(reader);
    return err;
}

/* ---- Before, meanwhile and after ---- */
static int serve_at(void *arg, Value *result)
{
    const char *path = arg;
    Server *server, *second;
    look(path, "at first");
    leave_behind(path);
    look(path, "somebody was killed");
    int err = async_start_unix_server(handle_echo, NULL, path, &server);
    if (err != 0)
        return err;
    printf("serving at %s\n", path);
    err = say_hello(path);
    int other = async_start_unix_server(handle_echo, NULL, path, &second);
    printf("a second server: %s\n", error_message(other));
    server_close(server);
    int also = server_wait_closed(server);
    server_free(server);
    look(path, "in the end");
    return err != 0 ? err : also;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    must_succeed(run(serve_at, argc > 1 ? argv[1] : "echo.sock"), "unix");
    return 0;
}
