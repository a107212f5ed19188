/* Which of fifty ports answer?  All are asked, so many at a time. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../../07_sync/semaphore.h"
#include "../server.h"

enum { PORTS = 50, EVERY = 12 };    /* every twelfth one answers */

/* ---- The ports ---- */
static int greet(StreamReader *reader, StreamWriter *writer, void *arg)
{
    return writer_write(writer, "hello\n", 6);
}

/* All belong to us, so that nobody else answers there; but a server that does
 * not accept is as if there was none. */
static SUSPENDS int open_ports(Server *servers[])
{
    int err = 0;
    for (int i = 0; i < PORTS && err == 0; i++) {
        ServerOptions options = { .defer_accepting = i % EVERY != 0 };
        err = async_start_server_with(greet, NULL, "127.0.0.1", 0, &options,
                                      &servers[i]);
    }
    return err;
}

/* ---- Asking one ---- */
static SUSPENDS int ask(int port)
{
    StreamReader *reader;
    StreamWriter *writer;
    int err = async_open_connection("127.0.0.1", port, &reader, &writer);
    if (err == 0) {
        writer_free(writer);
        reader_free(reader);
    }
    return err;
}

/* ---- So many at a time ---- */
typedef struct Question {
    int port;
    Semaphore *permits;
} Question;

static int asked, most_asked;    /* at the same time */

static int ask_with_permit(void *arg, Value *result)
{
    Question *question = arg;
    int err = semaphore_acquire(question->permits);
    if (err != 0)
        return err;
    if (++asked > most_asked)
        most_asked = asked;
    err = ask(question->port);
    asked--;
    semaphore_release(question->permits);
    return err;
}

/* ---- Asking all ---- */
static SUSPENDS int ask_all(Server *servers[], Semaphore *permits)
{
    Question questions[PORTS];
    Call calls[PORTS];
    Outcome outcomes[PORTS];
    int answers = 0;
    for (int i = 0; i < PORTS; i++) {
        questions[i] = (Question){ server_port(servers[i]), permits };
        calls[i] = (Call){ ask_with_permit, &questions[i] };
    }
    int err = async_gather_calls(calls, PORTS, outcomes, RETURN_EXCEPTIONS);
    for (int i = 0; i < PORTS && err == 0; i++)
        if (outcomes[i].error == 0) {
            printf("port %d answers\n", questions[i].port);
            answers++;
        } else if (outcomes[i].error != ECONNREFUSED) {
            printf("port %d: %s\n", questions[i].port,
                   error_message(outcomes[i].error));
        }
    printf("%d of %d answer; %d were asked at a time\n", answers, PORTS,
           most_asked);
    return err;
}

/* ---- All of it ---- */
static int scan(void *arg, Value *result)
{
    Server *servers[PORTS] = { NULL };
    Semaphore permits;
    semaphore_init(&permits, *(int *)arg);
    int err = open_ports(servers);
    if (err == 0)
        err = ask_all(servers, &permits);
    for (int i = 0; i < PORTS; i++)
        server_free(servers[i]);
    return err;
}

int main(int argc, char **argv)
{
    int permits = argc > 1 ? atoi(argv[1]) : 10;
    if (permits < 1)
        permits = 1;
    must_succeed(run(scan, &permits), "run");
    return 0;
}
