/* server_inside.h - the server, as its own files see it. */
#ifndef SERVER_INSIDE_H
#define SERVER_INSIDE_H

#include "server.h"
#include "stream_inside.h"

/* ---- A connection ---- */
typedef struct Connection {
    Waiter waiter;                /* first; for the end of the task */
    Task *task;                   /* the handler's; retained */
    Server *server;               /* retained */
    StreamReader *reader;
    StreamWriter *writer;
    struct Connection *next, **where;
} Connection;

/* ---- A place to listen ---- */
typedef struct Listening {
    Server *server;
    int fd;
    bool is_watching;
    Handle pause;                 /* no descriptors: until this timer */
} Listening;

/* ---- The server ---- */
struct Server {
    Loop *loop;                   /* retained */
    unsigned references;          /* the program's, and its connections' */
    ClientConnected *handler;
    void *arg;
    size_t limit;
    int backlog;
    Listening *places;
    size_t n_places;              /* 0 once it is closed */
    bool is_serving, is_closed;
    bool is_freed;                /* the program's reference has gone */
    bool is_in_list;
    int port;
    char *path;                   /* owned; NULL: none */
    ino_t inode;                  /* of what was made at the path */
    Connection *connections;
    WaitList closers, woken;      /* those woken may outlive it */
    WaitList forever;             /* who is in server_serve_forever() */
    unsigned n_forever;           /* they have a reference each */
    Server *next, **where;        /* all of the loop */
};

/* ---- Making ---- */
Server *server_new(Loop *, ClientConnected *, void *arg, const ServerOptions *);
int server_add(Server *, int fd);        /* owns fd once it returns 0 */
void server_forget_places(Server *);
void server_release(Server *);

/* ---- Accepting ---- */
void connection_free(Connection *);      /* it is out of the list */
int server_watch(Listening *);
void server_unwatch(Listening *);

/* The last connection has gone, or it has closed: tells who waits for both. */
void server_look_closed(Server *);

#endif
