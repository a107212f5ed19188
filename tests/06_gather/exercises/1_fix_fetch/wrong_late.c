/* wrong: only who was in time hangs up */
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
    if (err != E_CANCELLED)
        hang_up(server);
    return err;
}

static SUSPENDS int ask(Server *server, double patience, Value *page)
{
    Timeout timeout;
    int err = timeout_enter(&timeout, patience);
    if (err != 0)
        return err;
    return timeout_exit(&timeout, talk(server, page));
}

/* ---- All of them ---- */
SUSPENDS int fetch(Server servers[], size_t n, double patience, Value *page)
{
    int err = E_VALUE;
    for (size_t i = 0; i < n && err != 0 && err != E_CANCELLED; i++)
        err = ask(&servers[i], patience, page);
    return err;
}
