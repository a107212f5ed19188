/* Virtual time, which a test moves itself: the descriptors are real pipes, and
 * a loop that watches a descriptor does not move its clock. */
#include "../../../check.h"
#include "../../../../code/02_callbacks/loop_inside.h"
#include "../../../../code/02_callbacks/exercises/3_extend_lines/lines.h"

#include <math.h>

/* ---- A loop, a pipe, and what is heard ---- */
static Loop *loop;
static Lines *lines;
static int ends[2];
static char heard[4096];     /* "one|two|three|end 0" */
static const char *last;     /* lines_free() after this line */

static void hear(void *arg, const char *text, size_t length)
{
    CHECK_STR(arg, "the argument");
    CHECK_INT(text[length], 0);
    size_t n = strlen(heard);
    CHECK(n + length + 20 < sizeof heard);
    for (size_t i = 0; i < length; i++)
        heard[n + i] = text[i] != 0 ? text[i] : '0';
    strcpy(heard + n + length, "|");
    if (last != NULL && strcmp(text, last) == 0)
        lines_free(lines);
}

static void hear_end(void *arg, int err)
{
    CHECK_STR(arg, "the argument");
    char text[20];
    snprintf(text, sizeof text, "end %d", err);
    strcat(heard, text);
    CHECK(!loop_remove_reader(loop, ends[0]));
    CHECK_INT(loop->timers.count, 0);
}

static Lines *start(int fd, double idle)
{
    return lines_new(loop, fd, idle, hear, hear_end, "the argument");
}

static void set_up(double idle)
{
    unsetenv("WEFT_SHUFFLE");    /* some of it is about order */
    loop = loop_new();
    CHECK(loop != NULL);
    CHECK_INT(loop_use_virtual_time(loop), 0);
    CHECK_INT(pipe(ends), 0);
    lines = start(ends[0], idle);
    CHECK(lines != NULL);
}

/* As many turns as it takes, none of which sleeps. */
static void run(void)
{
    for (int i = 0; i < 4; i++) {
        loop_stop(loop);
        CHECK_INT(loop_run_forever(loop), 0);
    }
}

static void pass(double seconds)
{
    loop->virtual_now += seconds;
    run();
}

static void put(const char *bytes, size_t length)
{
    CHECK_INT(write(ends[1], bytes, length), length);
}

static void say(const char *text)
{
    put(text, strlen(text));
}

static void hang_up(void)
{
    close(ends[1]);
    ends[1] = -1;
}

static void tear_down(void)
{
    run();
    CHECK(!loop_remove_reader(loop, ends[0]));
    CHECK_INT(loop->timers.count, 0);
    loop_free(loop);
    close(ends[0]);
    if (ends[1] >= 0)
        close(ends[1]);
}

static const char *end_of(int err)
{
    static char text[20];
    snprintf(text, sizeof text, "end %d", err);
    return text;
}

/* ---- Lines ---- */
TEST_FOR(1, lines_come_whole_and_in_order)
{
    HINT("keep what has no newline yet; how many lines are in one read()?");
    set_up(INFINITY);
    say("one\ntwo\n\nthr");
    run();
    CHECK_STR(heard, "one|two||");
    say("ee");
    run();
    CHECK_STR(heard, "one|two||");
    say("\nfo");
    run();
    say("ur\n");
    put("a\0b\n", 4);
    run();
    CHECK_STR(heard, "one|two||three|four|a0b|");
    lines_free(lines);
    tear_down();
}

TEST_FOR(1, the_last_line_may_lack_its_newline)
{
    HINT("what is in the buffer when read() returns 0?");
    set_up(60);
    say("one\ntw");
    run();
    say("o");
    hang_up();
    run();
    CHECK_STR(heard, "one|two|end 0");
    lines_free(lines);
    heard[0] = 0;
    tear_down();
    set_up(60);
    say("one\n");
    hang_up();
    run();
    CHECK_STR(heard, "one|end 0");
    lines_free(lines);
    tear_down();
}

static void say_x(int count)
{
    for (; count > 0; count--)
        put("x", 1);
}

TEST_FOR(1, a_line_has_a_limit)
{
    HINT("a line of LINE_MOST bytes is good: is there room for its newline?");
    set_up(60);
    say("one\n");
    say_x(LINE_MOST);
    say("\n");
    run();
    CHECK_INT(strlen(heard), strlen("one|") + LINE_MOST + strlen("|"));
    say("two\n");
    say_x(LINE_MOST - 10);
    run();
    heard[0] = 0;
    say("0123456789\nthree\n");
    say_x(LINE_MOST + 1);
    run();
    CHECK_INT(strspn(heard, "x"), LINE_MOST - 10);
    CHECK_STR(heard + LINE_MOST - 10,
              strcat((char[60]){ "0123456789|three|" }, end_of(EMSGSIZE)));
    lines_free(lines);
    tear_down();
}

/* ---- Silence ---- */
TEST_FOR(2, silence_is_an_end)
{
    HINT("a timer runs all the time: what does each byte do with it?");
    set_up(10);
    pass(9);
    say("on");
    run();
    pass(9);
    say("e");
    run();
    pass(9);
    CHECK_STR(heard, "");
    say("\ntwo");
    run();
    pass(9);
    CHECK_STR(heard, "one|");
    pass(2);
    CHECK_STR(heard, strcat((char[40]){ "one|" }, end_of(ETIMEDOUT)));
    say("three\n");
    pass(100);
    CHECK_STR(heard, strcat((char[40]){ "one|" }, end_of(ETIMEDOUT)));
    lines_free(lines);
    tear_down();
}

/* The reader runs before the timer that is due. */
TEST_FOR(1, bytes_at_the_last_moment_count)
{
    HINT("cancel the timer even if it is due already");
    set_up(10);
    say("one\n");
    pass(10);
    pass(9);
    CHECK_STR(heard, "one|");
    pass(1);
    CHECK_STR(heard, strcat((char[40]){ "one|" }, end_of(ETIMEDOUT)));
    lines_free(lines);
    tear_down();
}

/* ---- Given up ---- */
TEST_FOR(2, a_callback_may_free_it)
{
    HINT("the memory has to last until the function that calls back is done");
    set_up(60);
    last = "two";
    say("one\ntwo\nthree\nfour");
    hang_up();
    run();
    pass(100);
    CHECK_STR(heard, "one|two|");
    heard[0] = 0;
    tear_down();
    set_up(60);
    say("one\ntwo");
    hang_up();
    run();
    pass(100);
    CHECK_STR(heard, "one|two|");
    tear_down();
}

static void free_at_the_end(void *arg, int err)
{
    hear_end(arg, err);
    lines_free(lines);
    close(ends[0]);
}

static void check_freed_at_the_end(int err)
{
    run();
    pass(61);
    CHECK_STR(heard, end_of(err));
    heard[0] = 0;
    loop_free(loop);
    close(ends[1]);
}

TEST_FOR(1, the_end_may_free_it_too)
{
    HINT("is anything done with the Lines after end() has returned?");
    for (int i = 0; i < 3; i++) {
        set_up(INFINITY);
        lines_free(lines);
        lines = lines_new(loop, ends[0], 60, hear, free_at_the_end,
                          "the argument");
        CHECK(lines != NULL);
        if (i == 0)
            hang_up();
        if (i == 1)
            say_x(LINE_MOST + 1);
        check_freed_at_the_end((int[]){ 0, EMSGSIZE, ETIMEDOUT }[i]);
    }
}

TEST_FOR(1, what_is_freed_is_silent)
{
    HINT("a reader and a timer: both belong to the loop until you take them");
    set_up(60);
    say("one\n");
    lines_free(lines);
    lines_free(NULL);
    pass(100);
    CHECK_STR(heard, "");
    tear_down();
}

/* ---- Trouble ---- */
TEST_FOR(1, what_somebody_else_has_read_is_not_the_end)
{
    HINT("EAGAIN: wait for the next time");
    set_up(60);
    CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    int again = dup(ends[0]);
    Lines *second = start(again, 60);
    CHECK(second != NULL);
    for (int i = 0; i < 3; i++) {
        say("one\n");
        run();
    }
    CHECK_STR(heard, "one|one|one|");
    lines_free(second);
    lines_free(lines);
    tear_down();
    close(again);
}

TEST_FOR(1, trouble_is_told)
{
    HINT("errno, at once: any other call may change it");
    set_up(60);
    lines_free(lines);
    close(ends[0]);
    CHECK_PTR(start(ends[0], 60), NULL);
    CHECK_INT(errno, EBADF);
    CHECK_INT(loop->timers.count, 0);
    ends[0] = open(".", O_RDONLY);    /* a folder is ready, and unreadable */
    lines = start(ends[0], 60);
    CHECK(lines != NULL);
    run();
    CHECK_STR(heard, end_of(EISDIR));
    lines_free(lines);
    tear_down();
}
