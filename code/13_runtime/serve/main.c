/* main.c - serve: a web server for the files of a folder. */
#include <fcntl.h>
#include <signal.h>

#include "site.h"

/* ---- The outputs ---- */
/* The first file or socket that we open would get the number of an output that
 * is closed, and what is printed would go to a client. */
static bool has_outputs(void)
{
    if (fcntl(1, F_GETFD) >= 0 && fcntl(2, F_GETFD) >= 0)
        return true;
    fputs("serve: standard output or standard error is closed\n", stderr);
    return false;
}

/* ---- The program ---- */
/* A log that goes into a pipe may lose its reader, and a terminal may be
 * closed: neither ends the server. */
int main(int argc, char **argv)
{
    Site site = { .about = "the loop" };
    if (!has_outputs())
        return 1;
    int status = options_read(&site.options, argc, argv);
    if (status >= 0)
        return status;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    int err = async_run(site_run, &site, NULL);
    if (err == E_KEYBOARD_INTERRUPT)
        return 130;
    if (err != 0)
        fprintf(stderr, "serve: %s: %s\n", site.about, error_message(err));
    return err == 0 ? 0 : 1;
}
