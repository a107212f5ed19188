/* main.c - jobs: runs the shell commands of a file, several at a time. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "crew.h"

/* ---- Signals ---- */
/* The children have sessions of their own: what the terminal sends to us does
 * not reach them.  So each signal that would end us has to end them first. */
typedef struct Catcher {
    int signo;
    Crew *crew;
} Catcher;

static void hear(void *arg)
{
    Catcher *catcher = arg;
    Crew *crew = catcher->crew;
    if (!crew->is_stopping)
        screen_hint(&crew->screen,
                    "jobs: waiting for the end of those that run; once more "
                    "kills them\n");
    crew_stop(crew, catcher->signo);
}

/* What was ignored when we began stays so: nohup(1) counts on it. */
static int catch(Loop *loop, Catcher *catcher)
{
    struct sigaction action;
    if (sigaction(catcher->signo, NULL, &action) < 0)
        return errno;
    if (action.sa_handler == SIG_IGN)
        return 0;
    return loop_add_signal_handler(loop, catcher->signo, hear, catcher);
}

/* ---- The first task ---- */
static int run(void *arg, Value *result)
{
    Crew *crew = arg;
    Catcher catchers[] = { { SIGINT, crew }, { SIGTERM, crew },
                           { SIGHUP, crew }, { SIGQUIT, crew } };
    Loop *loop = async_get_running_loop();
    int err = 0;
    for (int i = 0; i < 4 && err == 0; i++)
        err = catch(loop, &catchers[i]);
    if (err == 0)
        crew_run(crew);
    for (int i = 0; i < 4; i++)
        loop_remove_signal_handler(loop, catchers[i].signo);
    return err;
}

/* ---- The exit status ---- */
static int status_of(const Crew *crew)
{
    if (crew->signo != 0)
        return 128 + crew->signo;
    if (crew->error != 0) {
        fprintf(stderr, "jobs: %s: %s\n", crew->failed,
                error_message(crew->error));
        return 2;
    }
    return crew->tally.failed > 0;
}

static int run_list(const Options *options, List *list)
{
    Log log;
    Crew crew = { .options = options, .list = list, .log = &log };
    if (!log_open(&log, options->log, options->resumes, list))
        return 2;
    int err = async_run(run, &crew, NULL);
    log_close(&log);
    if (err == 0)
        return status_of(&crew);
    fprintf(stderr, "jobs: %s\n", error_message(err));
    return 2;
}

/* ---- A dry run ---- */
static int print_list(const Options *options, List *list)
{
    if (options->resumes && !log_look(options->log, list))
        return 2;
    for (size_t i = 0; i < list->count; i++)
        if (list->jobs[i].fate != SKIPPED)
            printf("%zu: %s\n", list->jobs[i].number, list->jobs[i].shown);
    return fflush(stdout) == 0 ? 0 : 2;
}

/* ---- The program ---- */
/* The first file that we open would get the number of a stream that is closed,
 * and what is printed would go into it. */
int main(int argc, char **argv)
{
    Options options;
    List list;
    if (fcntl(1, F_GETFD) < 0 || fcntl(2, F_GETFD) < 0)
        return 2;
    if (!options_parse(&options, argv + 1))
        return 2;
    if (options.wants_help)
        return fputs(options_help, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 2;
    int status = 2;
    if (list_read(&list, options.file))
        status = options.is_dry ? print_list(&options, &list)
                                : run_list(&options, &list);
    list_free(&list);
    return status;
}
