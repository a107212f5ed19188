/* wrong: all of them together have the time of one */
#include "fetch.h"

/* ---- A connection ---- */
static SUSPENDS int dial(Server *server)
{
    server->dialled++;
    int err = async_sleep(server->dial_time);
    if (err == 0)
        err = server->dial_error;
    if (err == 0)
        server->connections++;
    return err;
}

static SUSPENDS int read_page(Server *server, Value *page)
{
    int err = async_sleep(server->page_time);
    if (err == 0)
        err = server->page_error;
    if (err == 0)
        *page = server->page;
    return err;
}

static void hang_up(Server *server)
{
    server->connections--;
}

/* ---- One server ---- */
static SUSPENDS int talk(Server *server, Value *page)
{
    int err = dial(server);
    if (err != 0)
        return err;
    err = read_page(server, page);
    hang_up(server);
    return err;
}

/* ---- All of them ---- */
static SUSPENDS int ask_all(Server servers[], size_t n, Value *page)
{
    int err = E_VALUE;
    for (size_t i = 0; i < n && err != 0 && err != E_CANCELLED; i++)
        err = talk(&servers[i], page);
    return err;
}

SUSPENDS int fetch(Server servers[], size_t n, double patience, Value *page)
{
    Timeout timeout;
    int err = timeout_enter(&timeout, patience);
    if (err != 0)
        return err;
    return timeout_exit(&timeout, ask_all(servers, n, page));
}
