/* address.c - looking up names, in a thread.
 *
 * What both the task and the thread know lies in a Lookup, which is counted:
 * either may be gone when the other is done.  The task's share is a block, so
 * that it is not lost if the loop closes. */
#include "address.h"

#include <ctype.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../09_threads/threads_inside.h"
#include "address_inside.h"

/* ---- A lookup ---- */
typedef struct Lookup {
    Block block;                /* first */
    atomic_uint references;
    char *host, *service;       /* owned; NULL: none */
    struct addrinfo hints;
    struct addrinfo *list;      /* owned */
} Lookup;

static void release(Lookup *lookup)
{
    if (atomic_fetch_sub(&lookup->references, 1) > 1)
        return;
    if (lookup->list != NULL)
        freeaddrinfo(lookup->list);
    free(lookup->host);
    free(lookup->service);
    free(lookup);
}

static bool copy(char **to, const char *text)
{
    *to = text != NULL ? strdup(text) : NULL;
    return *to != NULL || text == NULL;
}

static void drop(Block *block)
{
    release((Lookup *)block);
}

static const BlockKind lookup_kind = { "A lookup was left open", drop };

static Lookup *new_lookup(const char *host, const char *service,
                          const struct addrinfo *hints)
{
    Lookup *lookup = calloc(1, sizeof *lookup);
    if (lookup == NULL)
        return NULL;
    lookup->block.kind = &lookup_kind;
    atomic_init(&lookup->references, 1);
    if (hints != NULL)
        lookup->hints = *hints;
    if (copy(&lookup->host, host) && copy(&lookup->service, service))
        return lookup;
    release(lookup);
    return NULL;
}

/* ---- Asking ---- */
static int error_of(int failure)
{
    return failure == 0 ? 0
           : failure == EAI_MEMORY ? ENOMEM
           : failure == EAI_SYSTEM ? errno
           : E_LOOKUP;
}

static int ask(Lookup *lookup)
{
    return error_of(getaddrinfo(lookup->host, lookup->service, &lookup->hints,
                                &lookup->list));
}

static void drop_share(void *lookup)
{
    release(lookup);
}

static int ask_in_thread(void *arg, Value *result)
{
    Lookup *lookup = arg;
    int err = ask(lookup);
    release(lookup);
    return err;
}

/* Numbers need no thread. */
static bool ask_here(Lookup *lookup, int *err)
{
    int flags = lookup->hints.ai_flags;
    for (const char *c = lookup->service; c != NULL && *c != '\0'; c++)
        if (!isdigit((unsigned char)*c))
            return false;
    lookup->hints.ai_flags |= AI_NUMERICHOST;
    *err = ask(lookup);
    lookup->hints.ai_flags = flags;
    return *err != E_LOOKUP;
}

/* ---- Looking up ---- */
static SUSPENDS int wait_for(Loop *loop, Lookup *lookup)
{
    atomic_fetch_add(&lookup->references, 1);
    Future *future = run_in_thread(loop, ask_in_thread, lookup, drop_share);
    return future != NULL ? bridge_join(future, NULL) : errno;
}

SUSPENDS int loop_getaddrinfo(Loop *loop, const char *host, const char *service,
                              const struct addrinfo *hints,
                              struct addrinfo **list)
{
    int err;
    *list = NULL;
    if (task_current == NULL || task_current->future.loop != loop)
        return E_RUNTIME;
    Lookup *lookup = new_lookup(host, service, hints);
    if (lookup == NULL)
        return ENOMEM;
    if (!ask_here(lookup, &err)) {
        task_enter(&lookup->block);
        err = wait_for(loop, lookup);
        task_exit(&lookup->block);
    }
    if (err == 0) {
        *list = lookup->list;
        lookup->list = NULL;
    }
    release(lookup);
    return err;
}

SUSPENDS int address_resolve(Loop *loop, const char *host, int port, int flags,
                             struct addrinfo **list)
{
    struct addrinfo hints = { .ai_flags = flags, .ai_socktype = SOCK_STREAM };
    char service[16];
    *list = NULL;
    if (port < 0 || port > 65535)
        return E_VALUE;
    snprintf(service, sizeof service, "%d", port);
    return loop_getaddrinfo(loop, host, service, &hints, list);
}

/* ---- Paths ---- */
int address_of_path(Address *address, const char *path, socklen_t *length)
{
    size_t n = path != NULL ? strlen(path) : 0;
    if (n == 0)
        return ENOENT;
    if (n >= sizeof address->path.sun_path)
        return ENAMETOOLONG;
    memset(address, 0, sizeof *address);
    address->path.sun_family = AF_UNIX;
    memcpy(address->path.sun_path, path, n + 1);
    *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 1);
    return 0;
}

/* ---- As text ---- */
static int print(char *text, size_t size, const char *format, const char *host,
                 const char *port)
{
    int length = snprintf(text, size, format, host, port);
    return length < 0 || (size_t)length >= size ? E_VALUE : 0;
}

static int path_text(const struct sockaddr *address, socklen_t length,
                     char *text, size_t size)
{
    const struct sockaddr_un *path = (const struct sockaddr_un *)address;
    size_t start = offsetof(struct sockaddr_un, sun_path);
    if (length > sizeof *path)
        length = sizeof *path;    /* some systems count a NUL without room */
    size_t n = length > start ? strnlen(path->sun_path, length - start) : 0;
    if (n >= size)
        return E_VALUE;
    memcpy(text, path->sun_path, n);
    text[n] = '\0';
    return 0;
}

int address_text(const struct sockaddr *address, socklen_t length, char *text,
                 size_t size)
{
    char host[128], port[16];
    if (address->sa_family == AF_UNIX)
        return path_text(address, length, text, size);
    if (getnameinfo(address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return E_VALUE;
    return print(text, size, address->sa_family == AF_INET6 ? "[%s]:%s"
                                                             : "%s:%s",
                 host, port);
}
