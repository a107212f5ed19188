/* stream_inside.h - a reader, a writer, and the descriptor between them. */
#ifndef STREAM_INSIDE_H
#define STREAM_INSIDE_H

#include "../07_sync/waitlist_inside.h"
#include "address_inside.h"
#include "buffer_inside.h"
#include "fd_inside.h"
#include "reader.h"
#include "writer.h"

/* ---- The transport ---- */
/* What the program knows as a StreamWriter.  One that only reads has one, too,
 * which nobody writes to.  It keeps its loop's memory. */
typedef struct StreamWriter Transport;

struct StreamWriter {
    Loop *loop;                /* retained */
    int fd;                    /* -1: it is lost */
    unsigned references;       /* reader's, writer's, its own until lost */
    StreamReader *reader;      /* NULL: none, or freed */
    FdWatch reading;
    bool has_writer;           /* writer_free() is to come */
    bool is_socket, was_blocking;
    bool is_closing, is_lost;  /* is_lost: the descriptor is closed */
    Handle leaving;            /* its loss, in the ready queue; or 0 */
    bool has_eof, is_paused, is_watching;
    int error;                 /* why it is lost; 0: it was closed */
    Buffer out;                /* unsent */
    size_t high, low;          /* bytes: above it pauses, below it goes on */
    WaitList drainers, closers;
    WaitList woken;            /* of both: it may be freed before they run */
    Transport *next, **where;  /* all of the loop */
    Origin origin;             /* where it was made */
    socklen_t peer_length;     /* 0: unknown */
    Address peer;
};

/* Takes the descriptor over; prepared already.  NULL: ENOMEM. */
Transport *transport_new(Loop *, int fd, bool is_socket);

/* The handles of it.  false: no memory, and nothing has changed. */
bool transport_open(Transport *, StreamReader **, StreamWriter **,
                    size_t limit);
void transport_forget(Transport *);             /* instead: fd stays open */
void transport_release(Transport *);
void transport_wake(Transport *, WaitList *);
void transport_flushed(Transport *);            /* nothing is unsent */
void transport_fail(Transport *, int error);    /* it is lost soon */
void transport_drop(Transport *);               /* at once: nobody has it */

/* ---- The reader ---- */
struct StreamReader {
    Buffer in;
    Buffer rest;               /* what came otherwise; for the next read */
    size_t limit;
    Transport *transport;      /* retained; NULL: fed by hand */
    FdWait *waiting;           /* the task that reads */
    int error;
    bool is_eof, is_holding;
    char held;                 /* lay where the NUL behind a line is now */
    size_t held_at;
    unsigned patience;         /* so many reads wait before they try */
    unsigned streak;           /* so many tried first */
    size_t chunk;              /* bytes to make room for */
};

void reader_wake(StreamReader *);

/* Before each read: E_RUNTIME, ENOMEM; or 0, and the last line is given up. */
int reader_begin(StreamReader *);
bool reader_has_ended(StreamReader *);          /* nothing more will come */
void reader_hold(StreamReader *, size_t at);    /* a NUL, until then */

/* From the transport, to memory of the caller's: *got bytes; none: look why. */
SUSPENDS int reader_receive(StreamReader *, void *to, size_t size,
                            size_t *got);

/* More into the buffer; `wanted` bytes would do.  Or the end, or an error. */
SUSPENDS int reader_fill(StreamReader *, size_t wanted);

/* Until the end: then reader_read_all() does not suspend. */
SUSPENDS int reader_fill_all(StreamReader *);

/* ---- All of a loop ---- */
typedef struct Server Server;

typedef struct Streams {
    LoopLocal local;           /* first */
    Transport *first;
    Server *servers;
    pid_t process;             /* whose descriptors they are */
} Streams;

Streams *streams_of(Loop *);             /* NULL: no memory, or it is closed */
void servers_close(Server *first, bool is_forked);    /* their loop closes */

#endif
