/* wrong: nobody takes who has gone out of the list */
#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct Ask {
    unsigned long number;
    Future *answer;
    struct Ask *next;
} Ask;

struct Client {
    StreamReader *reader;
    StreamWriter *writer;
    unsigned references;     /* the maker's, the reading task's, who asks */
    unsigned long last;      /* number */
    Ask *asks;               /* in the frames of those who ask */
    size_t count;
    Task *reading;
    int error;               /* why nothing can be asked; 0: it can */
};

/* ---- Counting ---- */
static void release(Client *client)
{
    if (--client->references > 0)
        return;
    reader_free(client->reader);
    task_release(client->reading);
    free(client);
}

static void fail(Client *client, int error)
{
    if (client->error != 0)
        return;
    client->error = error;
    for (Ask *ask = client->asks; ask != NULL; ask = ask->next)
        if (!future_done(ask->answer))
            future_cancel(ask->answer);
}

/* ---- Reading ---- */
static int take_answer(Client *client, char *line, size_t length)
{
    char *end;
    unsigned long number = strtoul(line, &end, 10);
    if (end == line || *end != ' ' || number == 0 || number > client->last ||
        line[0] < '0' || line[0] > '9')
        return E_INVALID_STATE;
    line[length - 1] = '\0';
    Ask *ask = client->asks;
    while (ask != NULL && ask->number != number)
        ask = ask->next;
    if (ask == NULL || future_done(ask->answer))
        return 0;
    char *text = malloc(strlen(end + 1) + 1);
    if (text == NULL)
        return ENOMEM;
    strcpy(text, end + 1);
    return future_set_result(ask->answer, (Value){ .p = text });
}

static int read_answers(void *arg, Value *result)
{
    Client *client = arg;
    int err = 0;
    while (err == 0) {
        char *line;
        size_t length;
        err = reader_readline(client->reader, &line, &length);
        if (err == E_VALUE)
            err = E_INVALID_STATE;
        if (err == 0 && (length == 0 || line[length - 1] != '\n'))
            err = ECONNRESET;
        if (err == 0)
            err = take_answer(client, line, length);
    }
    fail(client, err);
    release(client);
    return 0;
}

/* ---- Making ---- */
Client *client_new(StreamReader *reader, StreamWriter *writer)
{
    Client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return NULL;
    client->reading = async_create_task(read_answers, client);
    if (client->reading == NULL) {
        free(client);
        errno = ENOMEM;
        return NULL;
    }
    client->reader = reader;
    client->writer = writer;
    client->references = 2;
    return client;
}

/* The reading task finds its connection closed. */
void client_free(Client *client)
{
    if (client == NULL)
        return;
    fail(client, ECONNRESET);
    writer_free(client->writer);
    client->writer = NULL;
    release(client);
}

/* ---- Asking ---- */
static void enter(Client *client, Ask *ask)
{
    ask->number = ++client->last;
    ask->next = client->asks;
    client->asks = ask;
    client->count++;
    client->references++;
}

static void leave(Client *client, Ask *ask)
{
    Ask **at = &client->asks;
    while (*at != ask)
        at = &(*at)->next;
    *at = ask->next;
    release(client);
}

static SUSPENDS int send_and_wait(Client *client, Ask *ask,
                                  const char *question)
{
    int err = writer_printf(client->writer, "%lu %s\n", ask->number, question);
    if (err == 0)
        err = writer_drain(client->writer);
    if (err == 0)
        err = await(ask->answer, NULL);
    return err != 0 && client->error != 0 ? client->error : err;
}

SUSPENDS int client_ask(Client *client, const char *question, char **answer)
{
    *answer = NULL;
    if (strchr(question, '\n') != NULL)
        return E_VALUE;
    if (client->error != 0)
        return client->error;
    Ask ask = { .answer = future_new(async_get_running_loop()) };
    if (ask.answer == NULL)
        return ENOMEM;
    enter(client, &ask);
    int err = send_and_wait(client, &ask, question);
    Value value = { .p = NULL };
    if (future_result(ask.answer, &value) == 0 && err == 0)
        *answer = value.p;
    else
        free(value.p);
    leave(client, &ask);
    future_release(ask.answer);
    return err;
}

size_t client_count(Client *client)
{
    return client->count;
}
