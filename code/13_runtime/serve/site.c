/* site.c - from the first socket to the last signal. */
#include "site.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "connection.h"

/* ---- Being told to stop ---- */
/* The second signal means: now. */
static void ask_to_stop(void *arg)
{
    Site *site = arg;
    if (event_is_set(&site->stop))
        server_abort_clients(site->server);
    event_set(&site->stop);
}

static int catch_signals(Site *site)
{
    Loop *loop = async_get_running_loop();
    int err = loop_add_signal_handler(loop, SIGINT, ask_to_stop, site);
    return err != 0 ? err
                    : loop_add_signal_handler(loop, SIGTERM, ask_to_stop, site);
}

static void leave_signals(void)
{
    loop_remove_signal_handler(async_get_running_loop(), SIGINT);
    loop_remove_signal_handler(async_get_running_loop(), SIGTERM);
}

/* ---- Serving ---- */
static SUSPENDS int listen_at(Site *site)
{
    site->about = site->options.bind;
    return async_start_server(connection_handle, site, site->options.bind,
                              site->options.port, &site->server);
}

static int announce(Site *site)
{
    char where[128];
    site->about = "output";
    int err = server_sockname(site->server, 0, where, sizeof where);
    if (err != 0)
        return err;
    printf("Serving %s at http://%s/ (Ctrl-C stops)\n", site->options.folder,
           where);
    return fflush(stdout) == 0 ? 0 : errno;
}

/* ---- Stopping ---- */
/* No new connections; those that wait for a request are closed, and those that
 * answer one have as long for it as any client has for anything. */
static SUSPENDS int stop(Site *site)
{
    Timeout timeout;
    site->is_stopping = true;
    server_close(site->server);
    connections_close_idle(site);
    int err = timeout_enter(&timeout, site->options.timeout);
    if (err == 0)
        err = timeout_exit(&timeout, server_wait_closed(site->server));
    if (err == 0)
        return 0;
    server_abort_clients(site->server);
    int also = server_wait_closed(site->server);
    return err == E_TIMEOUT ? also : err;
}

static SUSPENDS int serve(Site *site)
{
    int err = catch_signals(site);
    if (err == 0)
        err = announce(site);
    if (err == 0)
        err = event_wait(&site->stop);
    int also = stop(site);
    leave_signals();
    return err != 0 ? err : also;
}

/* ---- What it needs ---- */
static int open_folder(Site *site)
{
    site->about = site->options.folder;
    site->root = open(site->about, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return site->root >= 0 ? 0 : errno;
}

static int open_log(Site *site)
{
    if (site->options.is_quiet)
        return 0;
    site->about = site->options.log != NULL ? site->options.log : "output";
    return log_open(&site->log, site->options.log);
}

/* ---- From start to end ---- */
static SUSPENDS int run(Site *site)
{
    int err = open_log(site);
    if (err == 0)
        err = listen_at(site);
    if (err != 0)
        return err;
    err = serve(site);
    server_free(site->server);
    return err;
}

int site_run(void *arg, Value *result)
{
    Site *site = arg;
    int err = open_folder(site);
    if (err != 0)
        return err;
    err = run(site);
    log_close(&site->log);
    close(site->root);
    return err;
}
