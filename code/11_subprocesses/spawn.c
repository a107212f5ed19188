/* spawn.c - another program in a new process, without fork().
 *
 * posix_spawn() does not copy this process, however large it is, and reports
 * what exec says.  What the child gets as its descriptors 0, 1 and 2 lies above
 * them here, so that none overwrites another. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1    /* glibc, musl: addchdir_np, and POSIX_SPAWN_SETSID */
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include "process_inside.h"

extern char **environ;

/* ---- Ends ---- */
/* Not 0, 1 or 2.  The old one is closed if it is ours. */
static int lift(int *fd, bool *is_ours)
{
    if (*fd > 2)
        return 0;
    int above = fcntl(*fd, F_DUPFD_CLOEXEC, 3);
    if (above < 0)
        return errno;
    if (*is_ours)
        close(*fd);
    *fd = above;
    *is_ours = true;
    return 0;
}

static int open_pipe(Ends *ends, int i)
{
    int both[2];
    fd_creation_begin();
    int err = pipe(both) < 0 ? errno : 0;
    for (int end = 0; end < 2 && err == 0; end++)
        if (fcntl(both[end], F_SETFD, FD_CLOEXEC) < 0)
            err = errno;
    fd_creation_end();
    if (err == EMFILE || err == ENFILE)
        return err;
    int ours = i == 0 ? 1 : 0;
    ends->pipe[i] = both[ours];
    ends->child[i] = both[1 - ours];
    ends->is_ours[i] = true;
    if (err == 0)
        err = fd_set_blocking(ends->pipe[i], false);
    return err != 0 ? err : lift(&ends->child[i], &ends->is_ours[i]);
}

static int open_end(Ends *ends, int i)
{
    switch (ends->child[i]) {
    case SUBPROCESS_INHERIT:
    case SUBPROCESS_DEVNULL:
        return 0;
    case SUBPROCESS_STDOUT:
        return i == 2 ? 0 : E_VALUE;
    case SUBPROCESS_PIPE:
        return open_pipe(ends, i);
    default:
        return ends->child[i] > 0 ? lift(&ends->child[i], &ends->is_ours[i])
                                  : E_VALUE;
    }
}

/* Those given are looked at first: a new pipe may get the number of one that is
 * closed. */
static int look_at(const int wanted[3])
{
    for (int i = 0; i < 3; i++)
        if (wanted[i] > 0 && fcntl(wanted[i], F_GETFD) < 0)
            return errno;
    return 0;
}

int ends_open(Ends *ends, const SubprocessOptions *options)
{
    const int wanted[3] = { options->input, options->output, options->error };
    int err = look_at(wanted);
    for (int i = 0; i < 3; i++) {
        ends->child[i] = wanted[i];
        ends->pipe[i] = -1;
        ends->is_ours[i] = false;
    }
    for (int i = 0; i < 3 && err == 0; i++)
        err = open_end(ends, i);
    if (err != 0)
        ends_close(ends);
    return err;
}

/* ---- Closing them ---- */
void ends_close(Ends *ends)
{
    for (int i = 0; i < 3; i++) {
        if (ends->is_ours[i])
            close(ends->child[i]);
        if (ends->pipe[i] >= 0)
            close(ends->pipe[i]);
    }
}

/* ---- What the child does first ---- */
static int add_end(posix_spawn_file_actions_t *actions, int from, int to)
{
    switch (from) {
    case SUBPROCESS_INHERIT:
        return 0;
    case SUBPROCESS_DEVNULL:
        return posix_spawn_file_actions_addopen(actions, to, "/dev/null",
                                                O_RDWR, 0);
    case SUBPROCESS_STDOUT:
        return posix_spawn_file_actions_adddup2(actions, 1, 2);
    default:
        return posix_spawn_file_actions_adddup2(actions, from, to);
    }
}

static int add_cwd(posix_spawn_file_actions_t *actions, const char *cwd)
{
    return cwd != NULL ? posix_spawn_file_actions_addchdir_np(actions, cwd)
                       : 0;
}

static int fill_actions(posix_spawn_file_actions_t *actions, Ends *ends,
                        const char *cwd)
{
    int err = add_cwd(actions, cwd);
    for (int i = 0; i < 3 && err == 0; i++)
        err = add_end(actions, ends->child[i], i);
    return err;
}

/* ---- What the child is ---- */
static int session_flag(bool is_wanted, short *flags)
{
#ifdef POSIX_SPAWN_SETSID
    if (is_wanted)
        *flags |= POSIX_SPAWN_SETSID;
    return 0;
#else
    return is_wanted ? ENOSYS : 0;
#endif
}

/* Programs count on SIGPIPE; this one may ignore it.  And they want to hear of
 * signals that this thread may block. */
static int fill_attributes(posix_spawnattr_t *attributes,
                           const SubprocessOptions *options)
{
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    sigset_t defaults, none;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    int err = session_flag(options->start_new_session, &flags);
    if (err == 0)
        err = posix_spawnattr_setsigdefault(attributes, &defaults);
    if (err == 0)
        err = posix_spawnattr_setsigmask(attributes, &none);
    if (err == 0)
        err = posix_spawnattr_setflags(attributes, flags);
    return err;
}

/* ---- Starting ---- */
static int run_program(pid_t *pid, const char *path,
                       const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes,
                       char *const argv[], char *const env[])
{
    fd_creation_begin();
    int err = posix_spawnp(pid, path, actions, attributes, argv, env);
    fd_creation_end();
    return err;
}

int process_spawn(const char *path, char *const argv[],
                  const SubprocessOptions *options, Ends *ends, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char *const *env = options->env != NULL ? options->env : environ;
    int err = posix_spawn_file_actions_init(&actions);
    if (err != 0)
        return err;
    err = posix_spawnattr_init(&attributes);
    if (err == 0) {
        err = fill_attributes(&attributes, options);
        if (err == 0)
            err = fill_actions(&actions, ends, options->cwd);
        if (err == 0)
            err = run_program(pid, path, &actions, &attributes, argv, env);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return err;
}
