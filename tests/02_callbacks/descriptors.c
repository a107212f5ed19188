/* Readers and writers.  Included by strict.c, too, for the selector that keeps
 * to FD_SETSIZE. */
#include "loops.h"

#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>

#ifdef SELECTOR_STRICT
enum { GROWS = false };
#else
enum { GROWS = true };
#endif

/* ---- Helpers ---- */
static void allow_descriptors(rlim_t limit)
{
    struct rlimit allowed;
    getrlimit(RLIMIT_NOFILE, &allowed);
    if (allowed.rlim_cur < limit) {
        allowed.rlim_cur = limit;
        if (setrlimit(RLIMIT_NOFILE, &allowed) < 0)
            SKIP("the system does not allow so many descriptors");
    }
}

static Pair socket_pair(void)
{
    int ends[2];
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    return (Pair){ ends[0], ends[1] };
}

static int closed_descriptor(void)
{
    int fd = dup(0);
    close(fd);
    return fd;
}

static void forget_story(void)
{
    story[0] = '\0';
}

/* ---- Ready ---- */
/* L13.  CPython: add_reader */
TEST(a_reader_runs_when_there_is_something_to_read)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    int n = 0;
    CHECK_INT(loop_add_reader(loop, p.a, count, &n), 0);
    run_turn_of(loop);
    CHECK_INT(n, 0);
    CHECK_INT(write(p.b, "x", 1), 1);
    run_turn_of(loop);
    CHECK_INT(n, 1);
    loop_free(loop);
    pair_close(p);
}

/* L13 */
TEST(a_reader_runs_in_every_turn_until_the_data_are_read)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    int n = 0;
    char byte;
    loop_add_reader(loop, p.a, count, &n);
    for (int turn = 1; turn <= 5; turn++) {
        run_turn_of(loop);
        CHECK_INT(n, turn);
    }
    CHECK_INT(read(p.a, &byte, 1), 1);
    run_turn_of(loop);
    CHECK_INT(n, 5);
    loop_free(loop);
    pair_close(p);
}

/* CPython: add_writer */
TEST(a_writer_runs_when_there_is_room)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    static char block[4096];
    int n = 0;
    fcntl(p.b, F_SETFL, O_NONBLOCK);
    CHECK_INT(loop_add_writer(loop, p.b, count, &n), 0);
    run_turn_of(loop);
    CHECK_INT(n, 1);
    while (write(p.b, block, sizeof block) > 0)
        continue;
    run_turn_of(loop);
    CHECK_INT(n, 1);
    CHECK_INT(read(p.a, block, sizeof block), sizeof block);
    run_turn_of(loop);
    CHECK_INT(n, 2);
    loop_free(loop);
    pair_close(p);
}

static int pipe_to_stop;

static void write_to_pipe(void *arg)
{
    CHECK_INT(write(pipe_to_stop, "x", 1), 1);
}

TEST(a_sleeping_loop_is_woken_by_a_descriptor)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    pipe_to_stop = p.b;
    loop_add_reader(loop, p.a, stop, NULL);
    loop_call_soon(loop, write_to_pipe, NULL);
    run(loop);    /* without end, if nothing wakes it */
    loop_free(loop);
    pair_close(p);
}

TEST(reader_and_writer_of_one_descriptor_run_in_one_turn)
{
    Loop *loop = ordered_loop();
    Pair p = socket_pair();
    CHECK_INT(write(p.b, "x", 1), 1);
    CHECK_INT(loop_add_writer(loop, p.a, tell, "writer"), 0);
    CHECK_INT(loop_add_reader(loop, p.a, tell, "reader"), 0);
    run_turn_of(loop);
    CHECK_STR(story, "reader writer");
    loop_free(loop);
    pair_close(p);
}

TEST(a_regular_file_is_always_ready)
{
    Loop *loop = ordered_loop();
    FILE *file = tmpfile();
    CHECK(file != NULL);
    int fd = fileno(file);
    CHECK_INT(loop_add_reader(loop, fd, tell, "r"), 0);
    CHECK_INT(loop_add_writer(loop, fd, tell, "w"), 0);
    run_turn_of(loop);
    run_turn_of(loop);
    CHECK_STR(story, "r w r w");
    loop_free(loop);
    fclose(file);
}

TEST(the_end_of_a_stream_is_ready)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    loop_add_reader(loop, p.a, stop, NULL);
    close(p.b);
    run(loop);
    loop_free(loop);
    close(p.a);
}

/* ---- Replacing ---- */
/* L13.  CPython: add_reader_existing, add_writer_existing */
TEST(adding_again_replaces_the_callback)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    loop_add_reader(loop, p.a, never, NULL);
    loop_add_writer(loop, p.b, never, NULL);
    CHECK_INT(loop_add_reader(loop, p.a, tell, "x"), 0);
    CHECK_INT(loop_add_writer(loop, p.b, tell, "x"), 0);
    run_turn_of(loop);
    CHECK_STR(story, "x x");
    CHECK(loop_remove_reader(loop, p.a));
    CHECK(!loop_remove_reader(loop, p.a));
    CHECK(loop_remove_writer(loop, p.b));
    CHECK(!loop_remove_writer(loop, p.b));
    run_turn_of(loop);
    CHECK_STR(story, "x x");
    loop_free(loop);
    pair_close(p);
}

/* CPython: add_reader_existing_writer */
TEST(a_reader_leaves_the_writer_alone)
{
    Loop *loop = ordered_loop();
    Pair p = socket_pair();
    CHECK_INT(write(p.b, "x", 1), 1);
    loop_add_writer(loop, p.a, tell, "writer");
    run_turn_of(loop);
    loop_add_reader(loop, p.a, tell, "old");
    loop_add_reader(loop, p.a, tell, "reader");
    run_turn_of(loop);
    CHECK_STR(story, "writer reader writer");
    loop_add_writer(loop, p.a, tell, "new");
    forget_story();
    run_turn_of(loop);
    CHECK_STR(story, "reader new");
    loop_free(loop);
    pair_close(p);
}

/* ---- Removing ---- */
/* CPython: remove_reader, remove_reader_unknown, remove_writer_unknown */
TEST(removing_what_is_not_there_is_false)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    int unknown[] = { -1, INT_MIN, INT_MAX, 5000, p.a, closed_descriptor() };
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        CHECK(!loop_remove_reader(loop, unknown[i]));
        CHECK(!loop_remove_writer(loop, unknown[i]));
    }
    loop_add_reader(loop, p.a, never, NULL);
    CHECK(!loop_remove_writer(loop, p.a));
    CHECK(!loop_remove_reader(loop, p.a + 1));
    CHECK(!loop_remove_reader(loop, p.a - 1));
    CHECK(loop_remove_reader(loop, p.a));
    loop_free(loop);
    pair_close(p);
}

/* CPython: remove_reader_read_write, remove_writer_read_write */
TEST(removing_one_keeps_the_other)
{
    Loop *loop = ordered_loop();
    Pair p = socket_pair();
    CHECK_INT(write(p.b, "x", 1), 1);
    loop_add_reader(loop, p.a, tell, "reader");
    loop_add_writer(loop, p.a, tell, "writer");
    CHECK(loop_remove_reader(loop, p.a));
    run_turn_of(loop);
    CHECK_STR(story, "writer");
    loop_add_reader(loop, p.a, tell, "reader");
    CHECK(loop_remove_writer(loop, p.a));
    run_turn_of(loop);
    CHECK_STR(story, "writer reader");
    loop_free(loop);
    pair_close(p);
}

static void count_and_remove(void *fd)
{
    tell("once");
    CHECK(loop_remove_reader(async_get_running_loop(), *(int *)fd));
}

TEST(a_reader_removes_itself)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    loop_add_reader(loop, p.a, count_and_remove, &p.a);
    run_turn_of(loop);
    run_turn_of(loop);
    CHECK_STR(story, "once");
    loop_free(loop);
    pair_close(p);
}

static void remove_and_add(void *fd)
{
    Loop *loop = async_get_running_loop();
    tell("again");
    CHECK(loop_remove_reader(loop, *(int *)fd));
    CHECK_INT(loop_add_reader(loop, *(int *)fd, remove_and_add, fd), 0);
}

TEST(a_reader_that_adds_itself_again_runs_once_in_each_turn)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    loop_add_reader(loop, p.a, remove_and_add, &p.a);
    run_turn_of(loop);
    CHECK_STR(story, "again");
    run_turn_of(loop);
    CHECK_STR(story, "again again");
    loop_free(loop);
    pair_close(p);
}

/* ---- Ready in the same turn ---- */
static Pair two[2];

static void remove_the_other(void *pair)
{
    Pair *other = pair == &two[0] ? &two[1] : &two[0];
    tell("one");
    CHECK(loop_remove_reader(async_get_running_loop(), other->a));
}

/* L13 */
TEST(a_reader_removes_another_that_is_ready_in_the_same_turn)
{
    Loop *loop = new_loop();
    for (int i = 0; i < 2; i++) {
        two[i] = ready_pair();
        loop_add_reader(loop, two[i].a, remove_the_other, &two[i]);
    }
    run_turn_of(loop);
    CHECK_STR(story, "one");
    loop_free(loop);
    pair_close(two[0]);
    pair_close(two[1]);
}

static void replace_the_other(void *pair)
{
    Pair *other = pair == &two[0] ? &two[1] : &two[0];
    tell("old");
    CHECK_INT(loop_add_reader(async_get_running_loop(), other->a, tell, "new"),
              0);
    loop_remove_reader(async_get_running_loop(), ((Pair *)pair)->a);
}

/* L13: the event was collected for the old one; the new one waits. */
TEST(a_reader_replaces_another_that_is_ready_in_the_same_turn)
{
    Loop *loop = new_loop();
    for (int i = 0; i < 2; i++) {
        two[i] = ready_pair();
        loop_add_reader(loop, two[i].a, replace_the_other, &two[i]);
    }
    run_turn_of(loop);
    CHECK_STR(story, "old");
    run_turn_of(loop);
    CHECK_STR(story, "old new");
    loop_free(loop);
    pair_close(two[0]);
    pair_close(two[1]);
}

static void remove_writer(void *fd)
{
    tell("reader");
    loop_remove_writer(async_get_running_loop(), *(int *)fd);
}

/* L13 */
TEST(a_reader_removes_the_writer_of_its_descriptor)
{
    Loop *loop = ordered_loop();
    Pair p = socket_pair();
    CHECK_INT(write(p.b, "x", 1), 1);
    loop_add_reader(loop, p.a, remove_writer, &p.a);
    loop_add_writer(loop, p.a, never, NULL);
    run_turn_of(loop);
    CHECK_STR(story, "reader");
    loop_free(loop);
    pair_close(p);
}

/* ---- Closing descriptors ---- */
static void remove_and_close(void *fd)
{
    tell("closed");
    loop_remove_reader(async_get_running_loop(), *(int *)fd);
    close(*(int *)fd);
}

TEST(a_reader_removes_and_closes_its_descriptor)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    loop_add_reader(loop, p.a, remove_and_close, &p.a);
    run_turn_of(loop);
    int reused = dup(p.b);
    CHECK_INT(reused, p.a);
    run_turn_of(loop);
    CHECK_STR(story, "closed");
    CHECK(!loop_remove_reader(loop, p.a));
    CHECK_INT(loop_add_writer(loop, reused, tell, "reused"), 0);
    run_turn_of(loop);
    CHECK_STR(story, "closed reused");
    loop_free(loop);
    pair_close(p);
}

static void only_close(void *fd)
{
    char byte;
    if (read(*(int *)fd, &byte, 1) < 0 && errno == EBADF) {
        tell("EBADF");
        CHECK(loop_remove_reader(async_get_running_loop(), *(int *)fd));
    } else {
        tell("closed");
        close(*(int *)fd);
    }
}

/* Its owner made a mistake, and hears of it; the loop and the others go on. */
TEST(a_descriptor_closed_without_being_removed_counts_as_ready)
{
    Loop *loop = new_loop();
    Pair p = ready_pair(), other = ready_pair();
    int n = 0;
    loop_add_reader(loop, p.a, only_close, &p.a);
    loop_add_reader(loop, other.a, count, &n);
    for (int turn = 1; turn <= 4; turn++) {
        run_turn_of(loop);
        CHECK_INT(n, turn);
    }
    CHECK_STR(story, "closed EBADF");
    loop_free(loop);
    close(p.b);
    pair_close(other);
}

TEST(a_number_that_was_not_removed_is_taken_over)
{
    Loop *loop = new_loop();
    Pair p = ready_pair(), q = pair_new();
    loop_add_reader(loop, p.a, never, NULL);
    close(p.a);
    CHECK_INT(dup2(q.a, p.a), p.a);
    CHECK_INT(loop_add_reader(loop, p.a, tell, "new"), 0);
    run_turn_of(loop);
    CHECK_STR(story, "");
    CHECK_INT(write(q.b, "x", 1), 1);
    run_turn_of(loop);
    CHECK_STR(story, "new");
    loop_free(loop);
    pair_close(p);
    pair_close(q);
}

/* ---- Refused ---- */
TEST(a_descriptor_that_is_not_open_is_EBADF)
{
    Loop *loop = new_loop();
    int fds[] = { -1, INT_MIN, INT_MAX, closed_descriptor() };
    for (int i = 0; i < 4; i++) {
        CHECK_INT(loop_add_reader(loop, fds[i], never, NULL), EBADF);
        CHECK_INT(loop_add_writer(loop, fds[i], never, NULL), EBADF);
        CHECK(!loop_remove_reader(loop, fds[i]));
        CHECK(!loop_remove_writer(loop, fds[i]));
    }
    run_turn_of(loop);
    loop_free(loop);
}

TEST(past_FD_SETSIZE_it_watches_or_says_ERANGE)
{
    allow_descriptors(2 * FD_SETSIZE);
    Loop *loop = new_loop();
    Pair p = ready_pair();
    int last = dup2(p.a, FD_SETSIZE - 1), past = dup2(p.a, FD_SETSIZE);
    int n = 0, wanted = GROWS ? 0 : ERANGE;
    CHECK_INT(loop_add_reader(loop, past, count, &n), wanted);
    CHECK_INT(loop_add_writer(loop, past, never, NULL), wanted);
    CHECK_INT(loop_remove_writer(loop, past), GROWS);
    run_turn_of(loop);
    CHECK_INT(n, GROWS);
    CHECK_INT(loop_remove_reader(loop, past), GROWS);
    CHECK_INT(loop_add_reader(loop, last, count, &n), 0);
    run_turn_of(loop);
    CHECK_INT(n, GROWS + 1);
    loop_free(loop);
    close(last);
    close(past);
    pair_close(p);
}

TEST(a_refused_replacement_changes_nothing)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    int n = 0;
    loop_add_reader(loop, p.a, count, &n);
    CHECK_INT(loop_add_reader(loop, p.a, NULL, NULL), E_VALUE);
    run_turn_of(loop);
    CHECK_INT(n, 1);
    loop_free(loop);
    pair_close(p);
}

/* ---- Many ---- */
enum { MANY = 1000 };

static int many[MANY], seen[MANY], left;

static void see_and_remove(void *number)
{
    int i = (intptr_t)number;
    seen[i]++;
    CHECK(loop_remove_reader(async_get_running_loop(), many[i]));
    close(many[i]);
    if (--left == 0)
        stop(NULL);
}

TEST(a_thousand_descriptors_are_all_served)
{
    allow_descriptors(MANY + 20);
    Loop *loop = new_loop();
    Pair p = ready_pair();
    left = MANY;
    for (intptr_t i = 0; i < MANY; i++) {
        many[i] = dup(p.a);
        CHECK_INT(loop_add_reader(loop, many[i], see_and_remove, (void *)i), 0);
    }
    run(loop);
    for (int i = 0; i < MANY; i++)
        CHECK_INT(seen[i], 1);
    loop_free(loop);
    pair_close(p);
}

/* One look finds all of them. */
TEST(a_thousand_that_stay_ready_run_in_each_turn)
{
    allow_descriptors(MANY + 20);
    Loop *loop = new_loop();
    Pair p = ready_pair();
    for (int i = 0; i < MANY; i++) {
        many[i] = dup(p.a);
        CHECK_INT(loop_add_reader(loop, many[i], count, &seen[i]), 0);
    }
    for (int turn = 0; turn < 3; turn++)
        run_turn_of(loop);
    for (int i = 0; i < MANY; i++) {
        CHECK_INT(seen[i], 3);
        close(many[i]);
    }
    loop_free(loop);
    pair_close(p);
}

/* ---- Not starved ---- */
static int callbacks, longest;

static void keep_busy(void *arg)
{
    callbacks++;
    loop_call_soon(async_get_running_loop(), keep_busy, NULL);
}

static void measure(void *looks)
{
    if (callbacks > longest)
        longest = callbacks;
    callbacks = 0;
    count(looks);
    if (*(int *)looks == 100)
        stop(NULL);
}

/* L2: and after a whole turn, however long.  Virtual time stands still, so the
 * 50 microseconds never pass. */
TEST(a_busy_loop_looks_at_descriptors_after_64_callbacks)
{
    int busy[] = { 1, 10, 63, 64, 65, 1000 };
    for (int i = 0; i < 6; i++) {
        Loop *loop = in_virtual_time(new_loop());
        Pair p = ready_pair();
        int looks = 0;
        callbacks = longest = 0;
        for (int n = 0; n < busy[i]; n++)
            loop_call_soon(loop, keep_busy, NULL);
        loop_add_reader(loop, p.a, measure, &looks);
        run(loop);
        CHECK_INT(looks, 100);
        CHECK(longest <= 64 + 2 * busy[i]);
        CHECK(busy[i] > 10 || longest >= 32);
        loop_free(loop);
        pair_close(p);
    }
}

/* L2 */
TEST(a_busy_loop_does_not_starve_timers)
{
    Loop *loop = new_loop();
    loop_call_soon(loop, keep_busy, NULL);
    loop_call_later(loop, 0.001, stop, NULL);
    run(loop);
    CHECK(callbacks > 0);
    loop_free(loop);
}

/* ---- As in CPython ---- */
static Pair talk;
static char received[20];

static void receive(void *arg)
{
    char bytes[20];
    ssize_t n = read(talk.a, bytes, sizeof bytes);
    if (n > 0) {
        strncat(received, bytes, n);
    } else {
        CHECK(loop_remove_reader(async_get_running_loop(), talk.a));
        close(talk.a);
        stop(NULL);
    }
    if (strlen(received) % 3 == 0)
        stop(NULL);
}

static void transmit(void *text)
{
    CHECK_INT(write(talk.b, text, strlen(text)), strlen(text));
}

static void hang_up(void *arg)
{
    close(talk.b);
}

/* CPython: reader_callback */
TEST(a_reader_reads_until_the_end)
{
    Loop *loop = new_loop();
    talk = socket_pair();
    fcntl(talk.a, F_SETFL, O_NONBLOCK);
    loop_add_reader(loop, talk.a, receive, NULL);
    loop_call_soon(loop, transmit, "abc");
    run(loop);
    CHECK_STR(received, "abc");
    loop_call_soon(loop, transmit, "def");
    run(loop);
    loop_call_soon(loop, hang_up, NULL);
    run(loop);
    CHECK_STR(received, "abcdef");
    loop_free(loop);
}

static void send_block(void *block)
{
    CHECK_INT(write(talk.b, block, 1024), 1024);
    stop(NULL);
}

/* CPython: writer_callback */
TEST(a_writer_writes_and_is_removed_once)
{
    Loop *loop = new_loop();
    static char block[1024], answer[2048];
    memset(block, 'x', sizeof block);
    talk = socket_pair();
    loop_add_writer(loop, talk.b, send_block, block);
    run(loop);
    CHECK(loop_remove_writer(loop, talk.b));
    CHECK(!loop_remove_writer(loop, talk.b));
    CHECK_INT(read(talk.a, answer, sizeof answer), sizeof block);
    CHECK(memcmp(answer, block, sizeof block) == 0);
    loop_free(loop);
    pair_close(talk);
}

/* ---- A turn at a time ---- */
static void run_turns_with_a_reader(Loop *loop)
{
    Pair p = ready_pair();
    int n = 0;
    CHECK_INT(loop_add_reader(loop, p.a, count, &n), 0);
    for (int i = 0; i < 5; i++) {
        loop_call_soon(loop, stop, NULL);
        run(loop);
    }
    CHECK_INT(n, 5);
    loop_remove_reader(loop, p.a);
    pair_close(p);
    loop_free(loop);
}

TEST(the_first_turn_of_a_run_looks_at_descriptors)
{
    run_turns_with_a_reader(new_loop());
    run_turns_with_a_reader(in_virtual_time(new_loop()));
}
