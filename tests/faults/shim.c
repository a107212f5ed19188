/* shim.c - decides which system call fails. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1    /* glibc, musl: MAP_ANONYMOUS */
#endif
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "shim_inside.h"

#ifndef RTLD_NEXT
#define RTLD_NEXT ((void *)-1L)    /* POSIX has no name for it */
#endif

/* ---- Names ---- */
static const char *const names[N_CALLS] = {
    "accept", "bind", "close", "connect", "connect(path)", "fcntl(F_DUPFD)",
    "fcntl", "fork", "fstat", "getaddrinfo", "getpeername", "getsockname",
    "getsockopt", "kill", "listen", "lstat", "pipe", "posix_spawnp",
    "pthread_create", "read", "recv", "recvfrom", "select", "send", "sendto",
    "setsockopt", "shutdown", "sigaction", "socket", "socketpair", "stat",
    "unlink", "waitpid", "write"
};

const char *shim_name(int index)
{
    return index < N_CALLS ? names[index] : NULL;
}

bool shim_find(const char *name, int *index)
{
    for (*index = 0; *index < N_CALLS; ++*index)
        if (strcmp(names[*index], name) == 0)
            return true;
    return false;
}

/* ---- What all processes share ---- */
typedef struct Shared {
    atomic_bool is_armed, has_failed, closed_twice;
    int index, error;
    unsigned nth;
    atomic_uint counts[N_CALLS];
} Shared;

static Shared *shared;

void shim_arm(int index, unsigned nth, int error)
{
    if (shared == NULL)
        shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        perror("shim.c: no memory to share");
        exit(2);
    }
    memset(shared, 0, sizeof *shared);
    shared->index = index;
    shared->nth = nth;
    shared->error = error;
    shared->is_armed = true;
}

void shim_disarm(void)
{
    shared->is_armed = false;
}

unsigned shim_count(int index)
{
    return shared->counts[index];
}

bool shim_has_failed(void)
{
    return shared->has_failed;
}

bool shim_has_failed_in(const char *name)
{
    return shared->has_failed && strcmp(names[shared->index], name) == 0;
}

bool shim_closed_twice(void)
{
    return shared->closed_twice;
}

/* ---- Deciding ---- */
static bool is_armed(void)
{
    return shared != NULL && shared->is_armed;
}

int planned(void)
{
    return is_armed() ? shared->error : 0;
}

int due(int index)
{
    if (!is_armed())
        return 0;
    unsigned n = atomic_fetch_add(&shared->counts[index], 1) + 1;
    bool is_it = index == shared->index && shared->nth > 0 &&
                 n >= shared->nth && !shared->has_failed;
    return is_it ? shared->error : 0;
}

int has_failed(int error)
{
    shared->has_failed = true;
    errno = error;
    return -1;
}

void note_bad_close(void)
{
    if (is_armed())
        shared->closed_twice = true;
}

/* ---- Below ---- */
void find(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        fprintf(stderr, "shim.c: no %s() below this one\n", name);
        abort();
    }
    memcpy(function, &found, sizeof found);
}
