/* The server runs in a child; the tests are its clients. */
#include "../../../check.h"
#include "../../../../code/01_select/demo/net.h"
#include "../../../../code/01_select/exercises/2_build_echo/echo_server.h"

#include <sys/time.h>

static int port;

static int count_open(void)
{
    int n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

/* The child ends with the number of descriptors that serve_echo() left open, or
 * 99 if it did not return 0. */
static pid_t start_server(int farewells)
{
    int listener = listen_on(0);
    port = port_of(listener);
    pid_t child = fork();
    if (child == 0) {
        int before = count_open(), error = serve_echo(listener, farewells);
        _exit(error != 0 ? 99 : count_open() - before);
    }
    close(listener);
    return child;
}

static void check_server_ended(pid_t child)
{
    int status = -1;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
}

static int new_client(void)
{
    struct timeval patience = { 5, 0 };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = local_address(port);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    CHECK_INT(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void check_echo(int client, const char *text)
{
    char answer[64] = { 0 };
    size_t length = strlen(text);
    CHECK_INT(send(client, text, length, MSG_NOSIGNAL), length);
    for (size_t n = 0; n < length;) {
        ssize_t got = read(client, answer + n, length - n);
        CHECK(got > 0);
        n += got;
    }
    CHECK_STR(answer, text);
}

TEST_FOR(1, a_client_gets_back_what_it_sends)
{
    HINT("register the listener; when it is ready, accept and register");
    pid_t server = start_server(1);
    int client = new_client();
    check_echo(client, "hello");
    check_echo(client, "and again");
    close(client);
    check_server_ended(server);
}

TEST_FOR(2, a_silent_client_holds_up_nobody)
{
    HINT("is there a read() or an accept() that was not announced as ready?");
    pid_t server = start_server(3);
    int silent = new_client(), first = new_client(), second = new_client();
    check_echo(second, "the last one");
    check_echo(first, "the one before");
    check_echo(second, "the last again");
    close(first);
    check_echo(second, "still there");
    close(second);
    check_echo(silent, "not silent for ever");
    close(silent);
    check_server_ended(server);
}

TEST_FOR(1, it_closes_what_it_opened)
{
    HINT("a connection whose client has ended is yours to close");
    pid_t server = start_server(20);
    for (int i = 0; i < 20; i++) {
        int client = new_client();
        char byte;
        check_echo(client, "short");
        shutdown(client, SHUT_WR);
        CHECK_INT(read(client, &byte, 1), 0);    /* the server closed it */
        close(client);
    }
    check_server_ended(server);
}
