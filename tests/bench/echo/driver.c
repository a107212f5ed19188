/* driver.c - runs a server, and is its clients: some connections, each with one
 * request on its way at a time.  The server prints its port when it is there,
 * and its CPU time when all connections have ended. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "../bench.h"

enum { MOST = 500, LARGEST = 16384 };

typedef struct Client {
    size_t received;
    long left;
} Client;

static Client clients[MOST];
static struct pollfd sockets[MOST];
static char request[LARGEST], answer[LARGEST];

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

/* ---- The server ---- */
static pid_t start_server(const char *program, int connections, FILE **said)
{
    int ends[2];
    char number[16];
    require(pipe(ends) == 0, "no pipe");
    snprintf(number, sizeof number, "%d", connections);
    pid_t pid = fork();
    require(pid >= 0, "no process");
    if (pid == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execl(program, program, number, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    *said = fdopen(ends[0], "r");
    return pid;
}

static double read_number(FILE *said)
{
    double number = 0;
    require(fscanf(said, "%lf", &number) == 1, "the server says nothing");
    return number;
}

/* ---- The clients ---- */
static void open_one(int i, int port, long requests)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    require(fd >= 0 && connect(fd, (struct sockaddr *)&address,
                               sizeof address) == 0, "no connection");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    sockets[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
    clients[i] = (Client){ .left = requests };
}

static void ask(int i, size_t size)
{
    size_t sent = 0;
    while (sent < size) {
        ssize_t n = send(sockets[i].fd, request + sent, size - sent, 0);
        require(n > 0, "cannot send");
        sent += (size_t)n;
    }
}

/* Returns true when its last answer has come. */
static bool receive(int i, size_t size)
{
    Client *client = &clients[i];
    ssize_t n = recv(sockets[i].fd, answer, size - client->received,
                     MSG_DONTWAIT);
    require(n > 0 || (n < 0 && errno == EAGAIN), "the server hangs up");
    client->received += n > 0 ? (size_t)n : 0;
    if (client->received < size)
        return false;
    client->received = 0;
    if (--client->left == 0)
        return true;
    ask(i, size);
    return false;
}

static void run_clients(int connections, size_t size)
{
    int running = connections;
    for (int i = 0; i < connections; i++)
        ask(i, size);
    while (running > 0) {
        require(poll(sockets, (nfds_t)connections, 10000) > 0, "it hangs");
        for (int i = 0; i < connections; i++) {
            if (sockets[i].revents != 0 && receive(i, size)) {
                sockets[i].events = 0;
                running--;
            }
        }
    }
}

/* ---- One measurement ---- */
static void measure(const char *program, const char *name, size_t size,
                    int connections, long total)
{
    char cpu_name[64];
    FILE *said;
    pid_t pid = start_server(program, connections, &said);
    int port = (int)read_number(said);
    long each = total / connections;
    for (int i = 0; i < connections; i++)
        open_one(i, port, each);
    double begin = now();
    run_clients(connections, size);
    double seconds = now() - begin;
    for (int i = 0; i < connections; i++)
        close(sockets[i].fd);
    double cpu = read_number(said);
    fclose(said);
    waitpid(pid, NULL, 0);
    total = each * connections;
    report_value(name, seconds * 1e9 / total);
    snprintf(cpu_name, sizeof cpu_name, "cpu_%s", name);
    report_value(cpu_name, cpu / total);
}

int main(int argc, char **argv)
{
    require(argc > 1, "which server?");
    memset(request, 'x', sizeof request);
    measure(argv[1], "64_x1", 64, 1, 12000);
    measure(argv[1], "64_x50", 64, 50, 50000);
    measure(argv[1], "64_x500", 64, 500, 50000);
    measure(argv[1], "16384_x1", LARGEST, 1, 12000);
    measure(argv[1], "16384_x50", LARGEST, 50, 50000);
    measure(argv[1], "16384_x500", LARGEST, 500, 50000);
    return 0;
}
