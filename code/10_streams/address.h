/* address.h - names of hosts, and the text of addresses. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <sys/socket.h>

#include "../05_tasks/task.h"

/* ---- Looking up ---- */
struct addrinfo;

/* loop.getaddrinfo(): as getaddrinfo(), in a thread, so that the loop goes on;
 * at once if host and service are numbers.  Free *list with freeaddrinfo().
 * E_LOOKUP: no such host or service.  ENOMEM; errno values. */
SUSPENDS int loop_getaddrinfo(Loop *, const char *host, const char *service,
                              const struct addrinfo *hints,
                              struct addrinfo **list);

/* ---- As text ---- */
/* "127.0.0.1:8888", "[::1]:8888", the path of a Unix socket; "": it has none.
 * E_VALUE: no such family, or it does not fit in so many bytes. */
int address_text(const struct sockaddr *, socklen_t, char *text, size_t size);

#endif
