/* net.h - the two ends of a TCP connection on this machine, for the demos.
 * A demo that cannot have its socket says why, and ends. */
#ifndef NET_H
#define NET_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* ---- Asking the system ---- */
static inline int must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

/* ---- The address ---- */
static inline struct sockaddr_in local_address(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

/* ---- Both ends ---- */
/* A socket that waits for connections; port 0 means any port that is free. */
static inline int listen_on(int port)
{
    struct sockaddr_in address = local_address(port);
    int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
    must(bind(fd, (struct sockaddr *)&address, sizeof address), "bind");
    must(listen(fd, 100), "listen");
    return fd;
}

static inline int connect_to(int port)
{
    struct sockaddr_in address = local_address(port);
    int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    must(connect(fd, (struct sockaddr *)&address, sizeof address), "connect");
    return fd;
}

/* ---- The port ---- */
static inline int port_of(int listener)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    must(getsockname(listener, (struct sockaddr *)&address, &size), "port");
    return ntohs(address.sin_port);
}

#endif
