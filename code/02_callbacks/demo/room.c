/* The chat room again: each guest has callbacks, and the loop is not ours. */
#include "must.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

/* ---- The guests ---- */
typedef struct Guest {
    int fd;               /* -1: nobody sits here */
    char name[32];
    char heard[203];      /* ": " and what has been heard of the line */
    size_t length;
    char unsent[4096];    /* what the connection did not take yet */
    size_t waiting;
} Guest;

enum { SEATS = 32 };
static Guest guests[SEATS];
static Guest host = { .name = "host", .heard = ": ", .length = 2 };
static Loop *loop;
static int listener;

/* ---- Coming and going ---- */
static void welcome(void *arg);
static void tell_all(const Guest *speaker, const char *what);

/* The door was shut if the room was full: now there is a seat. */
static void leave(Guest *guest, const char *why)
{
    loop_remove_reader(loop, guest->fd);
    loop_remove_writer(loop, guest->fd);
    close(guest->fd);
    guest->fd = -1;
    must_be_0(loop_add_reader(loop, listener, welcome, NULL), "door");
    tell_all(guest, why);
}

/* ---- Telling ---- */
/* While the connection does not take it all, the loop will call again. */
static void send_waiting(void *arg)
{
    Guest *guest = arg;
    ssize_t sent = write(guest->fd, guest->unsent, guest->waiting);
    if (sent > 0) {
        guest->waiting -= sent;
        memmove(guest->unsent, guest->unsent + sent, guest->waiting);
    }
    if (guest->waiting == 0)
        loop_remove_writer(loop, guest->fd);
}

/* A guest who listens too slowly has to go, or the room would wait. */
static void tell(Guest *guest, const char *text)
{
    size_t length = strlen(text);
    if (length > sizeof guest->unsent - guest->waiting) {
        leave(guest, " was too slow");
        return;
    }
    memcpy(guest->unsent + guest->waiting, text, length);
    guest->waiting += length;
    must_be_0(loop_add_writer(loop, guest->fd, send_waiting, guest), "writer");
    send_waiting(guest);
}

static void tell_all(const Guest *speaker, const char *what)
{
    char text[300];
    snprintf(text, sizeof text, "%s%s\n", speaker->name, what);
    if (speaker != &host)
        fputs(text, stdout);
    for (Guest *guest = guests; guest < guests + SEATS; guest++)
        if (guest->fd >= 0 && guest != speaker)
            tell(guest, text);
}

/* ---- Hearing ---- */
/* What is no text would play tricks on the terminals that print it. */
static void hear_byte(Guest *guest, unsigned char byte)
{
    if (byte == '\n' || guest->length == sizeof guest->heard - 1) {
        guest->heard[guest->length] = '\0';
        guest->length = 2;
        tell_all(guest, guest->heard);
    }
    if (byte != '\n' && byte != '\r')
        guest->heard[guest->length++] = byte < ' ' || byte == 127 ? '?' : byte;
}

/* To tell of one who was too slow may throw out the speaker, too: fd is -1. */
static void hear(void *arg)
{
    Guest *guest = arg;
    char bytes[512];
    ssize_t length = read(guest->fd, bytes, sizeof bytes);
    for (ssize_t i = 0; i < length && guest->fd >= 0; i++)
        hear_byte(guest, bytes[i]);
    if (length > 0 || (length < 0 && errno == EAGAIN))
        return;
    if (guest->length > 2)
        hear_byte(guest, '\n');
    if (guest == &host)
        loop_stop(loop);
    else if (guest->fd >= 0)
        leave(guest, " has left");
}

/* ---- Welcoming ---- */
/* With no seat or no descriptor free, the next ones wait before the door. */
static void welcome(void *arg)
{
    static int number;
    Guest *guest = guests, *end = guests + SEATS;
    while (guest < end && guest->fd >= 0)
        guest++;
    int fd = guest < end ? accept(listener, NULL, NULL) : -1;
    if (guest == end || (fd < 0 && (errno == EMFILE || errno == ENFILE)))
        loop_remove_reader(loop, listener);
    if (fd < 0)
        return;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    *guest = (Guest){ .fd = fd, .heard = ": ", .length = 2 };
    snprintf(guest->name, sizeof guest->name, "guest %d", ++number);
    must_be_0(loop_add_reader(loop, fd, hear, guest), "guest");
    tell_all(guest, " is here");
}

/* ---- The room ---- */
int main(int argc, char **argv)
{
    listener = listen_on(argc > 1 ? atoi(argv[1]) : 4000);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);    /* write() reports it: that is enough */
    for (int i = 0; i < SEATS; i++)
        guests[i].fd = -1;
    loop = loop_new();
    must_have(loop != NULL, "loop");
    must_be_0(loop_add_reader(loop, host.fd, hear, &host), "host");
    must_be_0(loop_add_reader(loop, listener, welcome, NULL), "door");
    printf("the room is open on port %d\n", port_of(listener));
    must_be_0(loop_run_forever(loop), "run");
    loop_free(loop);
    return 0;
}
