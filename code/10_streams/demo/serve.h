/* serve.h - what the servers of the demos have in common: each says where it
 * is, and serves until Ctrl-C. */
#ifndef SERVE_H
#define SERVE_H

#include <signal.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../server.h"

/* ---- Until Ctrl-C ---- */
static inline void interrupt(void *task)
{
    task_cancel(task);
}

/* Then the server closes, and all its connections.  A second Ctrl-C does not
 * wait for those who never read what is unsent. */
static inline SUSPENDS int serve_until_interrupted(Server *server)
{
    Loop *loop = async_get_running_loop();
    must_succeed(loop_add_signal_handler(loop, SIGINT, interrupt,
                                         async_current_task()), "signal");
    int err = server_serve_forever(server);
    loop_remove_signal_handler(loop, SIGINT);
    server_free(server);
    return err == E_CANCELLED ? 0 : err;
}

#endif
