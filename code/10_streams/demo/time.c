/* What time is it?  A question is one datagram, and so is its answer; either
 * may be lost: so who asks waits for a while, and asks again.
 *
 *     ./time PORT [SECONDS]      ./time serve PORT [LOST] */
#include <fcntl.h>
#include <time.h>

#include "../../01_select/demo/net.h"
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/timeout.h"
#include "../sock.h"

/* ---- A socket ---- */
static int udp_socket(int port)
{
    struct sockaddr_in address = local_address(port);
    int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    must(fcntl(fd, F_SETFL, O_NONBLOCK), "socket");
    must(bind(fd, (struct sockaddr *)&address, sizeof address), "bind");
    return fd;
}

/* ---- The answer ---- */
/* It begins with the question. */
static SUSPENDS int answer(int fd, const char *question, size_t length,
                           struct sockaddr_in *to)
{
    char text[100], now[20];
    time_t seconds = time(NULL);
    strftime(now, sizeof now, "%H:%M:%S", localtime(&seconds));
    int n = snprintf(text, sizeof text, "%.*s: %s", (int)length, question,
                     now);
    return loop_sock_sendto(async_get_running_loop(), fd, text, (size_t)n,
                            (struct sockaddr *)to, sizeof *to);
}

/* ---- The server ---- */
typedef struct TimeServer {
    int port;
    int lost;    /* so many questions it does not hear */
} TimeServer;

static int serve_time(void *arg, Value *result)
{
    TimeServer *server = arg;
    Loop *loop = async_get_running_loop();
    struct sockaddr_in from;
    char question[50];
    size_t length;
    int fd = udp_socket(server->port), err = 0;
    printf("the time is on port %d\n", port_of(fd));
    while (err == 0) {
        socklen_t size = sizeof from;
        err = loop_sock_recvfrom(loop, fd, question, sizeof question, &length,
                                 (struct sockaddr *)&from, &size);
        if (err == 0 && server->lost > 0)
            server->lost--;
        else if (err == 0)
            err = answer(fd, question, length, &from);
    }
    close(fd);
    return err;
}

/* ---- One try ---- */
typedef struct Question {
    int fd, port, number;
    double patience;    /* seconds */
} Question;

/* An answer to an earlier question may come late: it is not ours. */
static int try_once(void *arg, Value *result)
{
    Question *question = arg;
    Loop *loop = async_get_running_loop();
    struct sockaddr_in to = local_address(question->port);
    char text[20], reply[100];
    size_t length = 0, n = (size_t)snprintf(text, sizeof text, "question %d",
                                            question->number);
    int err = loop_sock_sendto(loop, question->fd, text, n,
                               (struct sockaddr *)&to, sizeof to);
    while (err == 0 && (length < n || memcmp(reply, text, n) != 0))
        err = loop_sock_recvfrom(loop, question->fd, reply, sizeof reply,
                                 &length, NULL, NULL);
    if (err == 0)
        printf("%.*s\n", (int)length, reply);
    return err;
}

/* ---- Three tries ---- */
/* Each waits twice as long as the one before. */
static int ask_time(void *arg, Value *result)
{
    Question *question = arg;
    int err = E_TIMEOUT;
    question->fd = udp_socket(0);
    while (err == E_TIMEOUT && question->number < 3) {
        question->number++;
        err = async_wait_for_call(try_once, question, question->patience,
                                  NULL);
        if (err == E_TIMEOUT)
            printf("question %d: no answer\n", question->number);
        question->patience *= 2;
    }
    close(question->fd);
    return err;
}

/* ---- Either ---- */
int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1 && strcmp(argv[1], "serve") == 0) {
        TimeServer server = { .port = argc > 2 ? atoi(argv[2]) : 4000,
                              .lost = argc > 3 ? atoi(argv[3]) : 0 };
        must_succeed(run(serve_time, &server), "server");
    } else {
        Question question = { .port = argc > 1 ? atoi(argv[1]) : 4000,
                              .patience = argc > 2 ? atof(argv[2]) : 1 };
        must_succeed(run(ask_time, &question), "time");
    }
    return 0;
}
