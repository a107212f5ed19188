/* A chat room: one thread serves its terminal and all its guests at once. */
#include "../selector.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* ---- The guests ---- */
typedef struct Guest {
    int fd;              /* -1: nobody sits here */
    int number;
    char line[200];      /* what has been heard of the line being said */
    size_t heard;
    char unsent[4096];   /* what the connection did not take yet */
    size_t waiting;
} Guest;

enum { SEATS = 32 };
static Guest guests[SEATS];
static Selector *selector;

/* ---- Leaving ---- */
static void leave(Guest *guest)
{
    selector_unregister(selector, guest->fd);
    close(guest->fd);
    guest->fd = -1;
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

/* A guest who listens too slowly has to go, or the room would wait for him. */
static void tell(Guest *guest, const char *text, size_t length)
{
    if (length > sizeof guest->unsent - guest->waiting) {
        printf("guest %d is too slow\n", guest->number);
        leave(guest);
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
    snprintf(text, sizeof text, "guest %d%s\n", guest->number, what);
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

static void hear(Guest *guest)
{
    char bytes[512];
    ssize_t length = read(guest->fd, bytes, sizeof bytes);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length <= 0) {
        announce(guest, " has left");
        leave(guest);
        return;
    }
    for (ssize_t i = 0; i < length; i++) {
        if (bytes[i] != '\n')
            guest->line[guest->heard++] = bytes[i];
        if (bytes[i] == '\n' || guest->heard == sizeof guest->line)
            end_line(guest);
    }
}

/* ---- Welcoming ---- */
static void welcome(int listener)
{
    static int number;
    int fd = accept(listener, NULL, NULL);
    if (fd < 0)
        return;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < SEATS; i++)
        if (guests[i].fd < 0) {
            guests[i] = (Guest){ .fd = fd, .number = ++number };
            selector_register(selector, fd, EVENT_READ, &guests[i]);
            announce(&guests[i], " is here");
            return;
        }
    close(fd);    /* no seat is free */
}

/* ---- The host ---- */
/* false: the host has closed the room. */
static bool hear_host(void)
{
    char text[206] = "host: ";
    ssize_t length = read(STDIN_FILENO, text + 6, sizeof text - 7);
    if (length <= 0)
        return false;
    text[6 + length] = '\0';
    tell_all(text, NULL);
    return true;
}

/* ---- Serving ---- */
static bool serve(const SelectorKey *key, int listener)
{
    Guest *guest = key->data;
    if (key->fd == listener)
        welcome(listener);
    else if (key->fd == STDIN_FILENO)
        return hear_host();
    if (guest != NULL && guest->fd == key->fd && key->events & EVENT_WRITE)
        send_waiting(guest);
    if (guest != NULL && guest->fd == key->fd && key->events & EVENT_READ)
        hear(guest);
    return true;
}

/* ---- The room ---- */
int main(int argc, char **argv)
{
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 4000);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    signal(SIGPIPE, SIG_IGN);    /* write() reports it: that is enough */
    for (int i = 0; i < SEATS; i++)
        guests[i].fd = -1;
    selector = selector_new();
    if (selector == NULL ||
        selector_register(selector, STDIN_FILENO, EVENT_READ, NULL) != 0 ||
        selector_register(selector, listener, EVENT_READ, NULL) != 0)
        return 1;
    printf("the room is open on port %d\n", port_of(listener));
    for (bool open = true; open;) {
        SelectorKey ready[16];
        int count;
        if (selector_select(selector, INFINITY, ready, 16, &count) != 0)
            return 1;
        for (int i = 0; i < count && open; i++)
            open = serve(&ready[i], listener);
    }
    return 0;
}
