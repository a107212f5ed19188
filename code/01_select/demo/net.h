/* net.h - what the demos need of sockets.  A demo that cannot have what it asks
 * the system for says why, and ends. */
#ifndef NET_H
#define NET_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- Asking the system ---- */
static inline int must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

/* The same for calls that return an errno value, and no -1. */
static inline void must_be_0(int error, const char *what)
{
    if (error != 0) {
        fprintf(stderr, "%s: %s\n", what, strerror(error));
        exit(1);
    }
}

/* ---- Passing on ---- */
/* Reads what has arrived, and writes it all.  false: no more will come. */
static inline bool pass_on(int from, int to)
{
    char text[4096];
    ssize_t length = read(from, text, sizeof text);
    for (ssize_t sent = 0; sent < length;)
        sent += must(write(to, text + sent, length - sent), "write");
    return length > 0;
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
