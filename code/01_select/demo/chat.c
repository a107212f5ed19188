/* A chat room: one thread serves its terminal and all its guests at once. */
#include "../selector.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>

/* ---- The guests ---- */
typedef struct Guest {
    int fd;              /* -1: nobody sits here */
    char name[32];
    char line[200];      /* what has been heard of the line being said */
    size_t heard;
    char unsent[4096];   /* what the connection did not take yet */
    size_t waiting;
} Guest;

enum { SEATS = 32 };
static Guest guests[SEATS];
static Guest host = { .fd = STDIN_FILENO, .name = "host" };
static Selector *selector;
static int listener;
static bool room_open = true;

/* ---- The door ---- */
/* Who comes while it is shut waits before it, in the kernel's queue. */
static void open_door(void)
{
    selector_register(selector, listener, EVENT_READ, NULL);
}

static void shut_door(void)
{
    selector_unregister(selector, listener);
}

/* ---- Leaving ---- */
static void leave(Guest *guest)
{
    selector_unregister(selector, guest->fd);
    close(guest->fd);
    guest->fd = -1;
    open_door();
}

/* ---- Telling one ---- */
/* Sends what it can, and asks to be told when there is room for the rest. */
static void send_waiting(Guest *guest)
{
    ssize_t sent = write(guest->fd, guest->unsent, guest->waiting);
    if (sent > 0) {
        guest->waiting -= sent;
        memmove(guest->unsent, guest->unsent + sent, guest->waiting);
    }
    int events = guest->waiting > 0 ? EVENT_READ | EVENT_WRITE : EVENT_READ;
    selector_modify(selector, guest->fd, events, guest);
}

static void announce(const Guest *guest, const char *what);

/* A guest who listens too slowly has to go, or the room would wait. */
static void tell(Guest *guest, const char *text, size_t length)
{
    if (length > sizeof guest->unsent - guest->waiting) {
        leave(guest);
        announce(guest, " was too slow");
        return;
    }
    memcpy(guest->unsent + guest->waiting, text, length);
    guest->waiting += length;
    send_waiting(guest);
}

/* ---- Telling all ---- */
static void tell_all(const char *text, const Guest *but)
{
    for (int i = 0; i < SEATS; i++)
        if (guests[i].fd >= 0 && &guests[i] != but)
            tell(&guests[i], text, strlen(text));
}

static void announce(const Guest *guest, const char *what)
{
    char text[300];
    snprintf(text, sizeof text, "%s%s\n", guest->name, what);
    if (guest != &host)
        fputs(text, stdout);
    tell_all(text, guest);
}

/* ---- Hearing one ---- */
static void end_line(Guest *guest)
{
    char said[210];
    snprintf(said, sizeof said, ": %.*s", (int)guest->heard, guest->line);
    guest->heard = 0;
    announce(guest, said);
}

/* What is no text would play tricks on the terminals that print it. */
static void hear_byte(Guest *guest, unsigned char byte)
{
    if (byte == '\n' || guest->heard == sizeof guest->line)
        end_line(guest);
    if (byte != '\n' && byte != '\r')
        guest->line[guest->heard++] = byte < ' ' || byte == 127 ? '?' : byte;
}

/* ---- Hearing what came ---- */
/* To tell of one who was too slow may throw out the speaker, too: fd is -1. */
static void hear(Guest *guest)
{
    char bytes[512];
    ssize_t length = read(guest->fd, bytes, sizeof bytes);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    for (ssize_t i = 0; i < length && guest->fd >= 0; i++)
        hear_byte(guest, bytes[i]);
    if (length > 0)
        return;
    if (guest->heard > 0)
        end_line(guest);
    if (guest == &host) {
        room_open = false;
    } else if (guest->fd >= 0) {
        leave(guest);
        announce(guest, " has left");
    }
}

/* ---- Welcoming ---- */
static Guest *free_seat(void)
{
    for (int i = 0; i < SEATS; i++)
        if (guests[i].fd < 0)
            return &guests[i];
    return NULL;
}

/* With no seat or no descriptor free, the door stays shut until somebody
 * leaves: a listener that is ready and not served is ready again at once. */
static void welcome(void)
{
    static int number;
    Guest *guest = free_seat();
    int fd = guest == NULL ? -1 : accept(listener, NULL, NULL);
    if (guest == NULL || (fd < 0 && (errno == EMFILE || errno == ENFILE)))
        shut_door();
    if (fd < 0)
        return;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    *guest = (Guest){ .fd = fd };
    snprintf(guest->name, sizeof guest->name, "guest %d", ++number);
    if (selector_register(selector, fd, EVENT_READ, guest) != 0)
        leave(guest);
    else
        announce(guest, " is here");
}

/* ---- Serving ---- */
static void serve(const SelectorKey *key)
{
    Guest *guest = key->data;
    if (key->fd == listener)
        welcome();
    else if (guest->fd == key->fd) {
        if (key->events & EVENT_WRITE)
            send_waiting(guest);
        if (key->events & EVENT_READ)
            hear(guest);
    }
}

/* ---- The room ---- */
static void open_room(int port)
{
    listener = listen_on(port);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);    /* write() reports it: that is enough */
    for (int i = 0; i < SEATS; i++)
        guests[i].fd = -1;
    selector = selector_new();
    must(selector != NULL ? 0 : -1, "selector");
    must_be_0(selector_register(selector, host.fd, EVENT_READ, &host), "host");
    must_be_0(selector_register(selector, listener, EVENT_READ, NULL), "door");
    printf("the room is open on port %d\n", port_of(listener));
}

/* ---- The loop ---- */
int main(int argc, char **argv)
{
    open_room(argc > 1 ? atoi(argv[1]) : 4000);
    while (room_open) {
        SelectorKey ready[16];
        int count;
        must_be_0(selector_select(selector, INFINITY, ready, 16, &count),
                  "select");
        for (int i = 0; i < count && room_open; i++)
            serve(&ready[i]);
    }
    return 0;
}
