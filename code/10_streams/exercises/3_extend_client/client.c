/* client.c - your work. */
#include "client.h"

#include <errno.h>
#include <stdlib.h>

/* ---- Making ---- */
struct Client {
    StreamReader *reader;
    StreamWriter *writer;    /* and what else you need */
};

Client *client_new(StreamReader *reader, StreamWriter *writer)
{
    errno = ENOMEM;
    return NULL;    /* your code here */
}

void client_free(Client *client)
{
    /* your code here */
}

/* ---- Asking ---- */
SUSPENDS int client_ask(Client *client, const char *question, char **answer)
{
    *answer = NULL;
    return E_INVALID_STATE;    /* your code here */
}

size_t client_count(Client *client)
{
    return 0;    /* your code here */
}
