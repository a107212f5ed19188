/* address_inside.h - addresses, as connections and servers need them. */
#ifndef ADDRESS_INSIDE_H
#define ADDRESS_INSIDE_H

#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "address.h"

/* ---- Addresses ---- */
typedef union Address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    struct sockaddr_un path;
} Address;

/* Those of TCP at this host and port.  flags: AI_PASSIVE to listen. */
SUSPENDS int address_resolve(Loop *, const char *host, int port, int flags,
                             struct addrinfo **list);

/* 0 and the length, or ENAMETOOLONG, ENOENT: no path. */
int address_of_path(Address *, const char *path, socklen_t *length);

#endif
