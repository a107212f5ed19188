/* The chat room under bad manners.  It runs in a child, compiled in here; the
 * test is its guests, and its host through a pipe. */
#ifndef ROOM
#define ROOM "../../code/01_select/demo/chat.c"
#endif
#define main chat_main
#include ROOM
#undef main

#include "../check.h"

#include <sys/time.h>

/* ---- A room ---- */
typedef struct Room {
    pid_t child;
    int host;       /* what the host types */
    FILE *print;    /* what the room prints */
    int port;
} Room;

static char *next_line(FILE *print)
{
    static char line[400];
    CHECK(fgets(line, sizeof line, print) != NULL);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static Room room_new(void)
{
    int in[2], out[2];
    char *arguments[] = { "chat", "0", NULL };
    CHECK_INT(pipe(in), 0);
    CHECK_INT(pipe(out), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        _exit(chat_main(2, arguments));
    }
    close(in[0]);
    close(out[1]);
    Room room = { child, in[1], fdopen(out[0], "r"), 0 };
    CHECK_INT(sscanf(next_line(room.print), "the room is open on port %d",
                     &room.port), 1);
    return room;
}

static void room_close(Room *room)
{
    int status = -1;
    char rest[400];
    close(room->host);
    while (fgets(rest, sizeof rest, room->print) != NULL)
        continue;
    fclose(room->print);
    CHECK_INT(waitpid(room->child, &status, 0), room->child);
    CHECK_INT(status, 0);
}

static FILE *guest_new(Room *room)
{
    FILE *guest = fdopen(connect_to(room->port), "r+");
    CHECK(guest != NULL);
    return guest;
}

static void say(FILE *guest, const void *text, size_t length)
{
    CHECK_INT(send(fileno(guest), text, length, MSG_NOSIGNAL), length);
}

/* ---- Lines ---- */
TEST(a_line_that_fills_the_buffer_is_one_line)
{
    Room room = room_new();
    FILE *guest = guest_new(&room);
    char text[201], wanted[220];
    memset(text, 'x', 200);
    text[200] = '\n';
    snprintf(wanted, sizeof wanted, "guest 1: %.200s", text);
    CHECK_STR(next_line(room.print), "guest 1 is here");
    say(guest, text, 201);
    say(guest, "next\n", 5);
    CHECK_STR(next_line(room.print), wanted);
    CHECK_STR(next_line(room.print), "guest 1: next");
    fclose(guest);
    room_close(&room);
}

TEST(a_line_comes_in_any_pieces)
{
    Room room = room_new();
    FILE *guest = guest_new(&room);
    CHECK_STR(next_line(room.print), "guest 1 is here");
    for (const char *at = "one\ntwo\r\n\nthree\n"; *at != '\0'; at++)
        say(guest, at, 1);
    CHECK_STR(next_line(room.print), "guest 1: one");
    CHECK_STR(next_line(room.print), "guest 1: two");
    CHECK_STR(next_line(room.print), "guest 1: ");
    CHECK_STR(next_line(room.print), "guest 1: three");
    fclose(guest);
    room_close(&room);
}

TEST(last_words_without_a_line_end_are_heard)
{
    Room room = room_new();
    FILE *guest = guest_new(&room);
    say(guest, "farewell", 8);
    fclose(guest);
    CHECK_STR(next_line(room.print), "guest 1 is here");
    CHECK_STR(next_line(room.print), "guest 1: farewell");
    CHECK_STR(next_line(room.print), "guest 1 has left");
    room_close(&room);
}

TEST(what_is_no_text_is_not_passed_on)
{
    Room room = room_new();
    FILE *guest = guest_new(&room);
    say(guest, "a\0b\033[2J\177\n", 9);
    CHECK_STR(next_line(room.print), "guest 1 is here");
    CHECK_STR(next_line(room.print), "guest 1: a?b?[2J?");
    fclose(guest);
    room_close(&room);
}

TEST(the_host_cannot_forge_a_guest_by_a_line_end)
{
    Room room = room_new();
    FILE *guest = guest_new(&room);
    CHECK_STR(next_line(room.print), "guest 1 is here");
    CHECK_INT(write(room.host, "hello\nguest 7: hello\n", 21), 21);
    CHECK_STR(next_line(guest), "host: hello");
    CHECK_STR(next_line(guest), "host: guest 7: hello");
    fclose(guest);
    room_close(&room);
}

/* ---- Guests ---- */
TEST(a_reset_is_a_farewell)
{
    Room room = room_new();
    FILE *guest = guest_new(&room);
    struct linger rudely = { 1, 0 };
    CHECK_STR(next_line(room.print), "guest 1 is here");
    setsockopt(fileno(guest), SOL_SOCKET, SO_LINGER, &rudely, sizeof rudely);
    fclose(guest);
    CHECK_STR(next_line(room.print), "guest 1 has left");
    room_close(&room);
}

/* One guest never reads.  The room drops it, tells the others, and goes on. */
TEST(a_guest_who_never_reads_has_to_go)
{
    Room room = room_new();
    FILE *deaf = guest_new(&room), *loud = guest_new(&room);
    int small = 4096;
    setsockopt(fileno(deaf), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    bool gone = false;
    char line[201];
    memset(line, 'x', sizeof line - 1);
    line[200] = '\n';
    for (int i = 0; i < 200000 && !gone; i++) {
        say(loud, line, sizeof line);
        gone = strcmp(next_line(room.print), "guest 1 was too slow") == 0;
    }
    CHECK(gone);
    say(loud, "still here?\n", 12);
    for (bool heard = false; !heard;)
        heard = strcmp(next_line(room.print), "guest 2: still here?") == 0;
    fclose(deaf);
    fclose(loud);
    room_close(&room);
}

TEST(whoever_finds_no_seat_waits_before_the_door)
{
    enum { N = SEATS + 8 };
    Room room = room_new();
    FILE *guest[N];
    char wanted[40];
    for (int i = 0; i < N; i++)
        guest[i] = guest_new(&room);
    for (int i = 0; i < SEATS; i++) {
        snprintf(wanted, sizeof wanted, "guest %d is here", i + 1);
        CHECK_STR(next_line(room.print), wanted);
    }
    for (int i = 0; i < N; i++) {
        fclose(guest[i]);
        snprintf(wanted, sizeof wanted, "guest %d has left", i + 1);
        CHECK_STR(next_line(room.print), wanted);
        if (i + SEATS < N) {
            snprintf(wanted, sizeof wanted, "guest %d is here", i + SEATS + 1);
            CHECK_STR(next_line(room.print), wanted);
        }
    }
    room_close(&room);
}
