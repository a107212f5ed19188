/* A chat server with rooms.  What a guest has not read yet waits in a queue of
 * its own, which a task empties; when it is full, the guest has to go. */
#include <ctype.h>

#include "../../08_queues/queue.h"
#include "serve.h"

/* ---- The guests ---- */
enum { MOST_UNREAD = 32, LONGEST = 200 };    /* lines; bytes */

typedef struct Guest {
    char name[20], room[20];
    StreamWriter *writer;
    Queue *unread;           /* of lines to free */
    bool is_slow;            /* it is on its way out */
    struct Guest *next;
} Guest;

static Guest *guests;

/* ---- Telling a guest ---- */
/* Nobody waits for a guest: that would make the whole room wait. */
static void tell(Guest *guest, const char *line)
{
    char *copy = guest->is_slow ? NULL : strdup(line);
    if (copy == NULL)
        return;
    if (queue_put_nowait(guest->unread, (Value){ .p = copy }) != 0) {
        free(copy);
        guest->is_slow = true;
        writer_abort(guest->writer);    /* who reads from it finds the end */
    }
}

static void tell_room(const Guest *from, const char *what)
{
    char line[LONGEST + 64];
    snprintf(line, sizeof line, "%s%s\n", from->name, what);
    for (Guest *guest = guests; guest != NULL; guest = guest->next)
        if (guest != from && strcmp(guest->room, from->room) == 0)
            tell(guest, line);
}

/* ---- The task that writes ---- */
static int write_unread(void *arg, Value *result)
{
    Guest *guest = arg;
    Value line;
    int err;
    while ((err = queue_get(guest->unread, &line)) == 0) {
        err = writer_write(guest->writer, line.p, strlen(line.p));
        free(line.p);
        if (err == 0)
            err = writer_drain(guest->writer);
        if (err != 0)
            break;
    }
    return err == E_CANCELLED ? err : 0;
}

/* ---- Names and rooms ---- */
static void tell_itself(Guest *guest)
{
    char line[64];
    snprintf(line, sizeof line, "you are %s, in %s\n", guest->name,
             guest->room);
    tell(guest, line);
}

static void join_room(Guest *guest, const char *room)
{
    tell_room(guest, " goes");
    snprintf(guest->room, sizeof guest->room, "%.19s", room);
    tell_room(guest, " comes");
    tell_itself(guest);
    printf("%s goes to %s\n", guest->name, guest->room);
}

static void rename_guest(Guest *guest, const char *name)
{
    char what[64];
    snprintf(what, sizeof what, " is %.19s now", name);
    tell_room(guest, what);
    printf("%s%s\n", guest->name, what);
    snprintf(guest->name, sizeof guest->name, "%.19s", name);
    tell_itself(guest);
}

/* ---- What guests say ---- */
static void hear(Guest *guest, char *line)
{
    char said[LONGEST + 8];
    line[strcspn(line, "\r\n")] = '\0';
    for (char *c = line; *c != '\0'; c++)
        *c = iscntrl((unsigned char)*c) ? '?' : *c;
    snprintf(said, sizeof said, ": %.*s", LONGEST, line);
    if (strncmp(line, "/join ", 6) == 0)
        join_room(guest, line + 6);
    else if (strncmp(line, "/name ", 6) == 0)
        rename_guest(guest, line + 6);
    else
        tell_room(guest, said);
}

/* ---- Listening to a guest ---- */
/* After each line the tasks that write have their turn. */
static SUSPENDS int listen_to(Guest *guest, StreamReader *reader)
{
    char *line;
    size_t length;
    int err;
    reader_set_limit(reader, LONGEST);
    while (!guest->is_slow) {
        err = reader_readline(reader, &line, &length);
        if (err != 0 || length == 0)
            return err;
        hear(guest, line);
        err = async_sleep(0);
        if (err != 0)
            return err;
    }
    return 0;
}

/* ---- Coming and leaving ---- */
static void enter(Guest *guest)
{
    static int number;
    snprintf(guest->name, sizeof guest->name, "guest %d", ++number);
    guest->next = guests;
    guests = guest;
    printf("%s is here\n", guest->name);
    tell_room(guest, " comes");
    tell_itself(guest);
}

static void leave(Guest *guest)
{
    Guest **where = &guests;
    while (*where != guest)
        where = &(*where)->next;
    *where = guest->next;
    const char *why = guest->is_slow ? " was too slow" : " has left";
    printf("%s%s\n", guest->name, why);
    tell_room(guest, why);
}

/* ---- A guest ---- */
static int handle_guest(StreamReader *reader, StreamWriter *writer, void *arg)
{
    Guest guest = { .room = "hall", .writer = writer };
    Value line;
    guest.unread = must_have(queue_new(MOST_UNREAD), "queue");
    Task *task = must_have(async_create_task(write_unread, &guest), "task");
    enter(&guest);
    int err = listen_to(&guest, reader);
    leave(&guest);
    queue_shutdown(guest.unread, false);
    int also = task_join(task, NULL);
    while (queue_get_nowait(guest.unread, &line) == 0)
        free(line.p);
    queue_free(guest.unread);
    return err == E_CANCELLED ? err : also;
}

/* ---- The house ---- */
static int open_house(void *port, Value *result)
{
    Server *server;
    int err = async_start_server(handle_guest, NULL, "127.0.0.1",
                                 *(int *)port, &server);
    if (err != 0)
        return err;
    printf("the house is open on port %d\n", server_port(server));
    return serve_until_interrupted(server);
}

int main(int argc, char **argv)
{
    int port = argc > 1 ? atoi(argv[1]) : 4000;
    setvbuf(stdout, NULL, _IOLBF, 0);
    must_succeed(run(open_house, &port), "house");
    return 0;
}
