/* What the world does to the loop: allocations fail, select() fails, the pipe
 * is full, a byte comes late.  For that the layer is compiled in here, over an
 * allocator and system calls of our own. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

/* ---- The allocator ---- */
static int allowed = -1;    /* allocations until all fail; -1: none does */
static bool fails_once;     /* then only one of them fails */

static bool refuse(void)
{
    if (allowed < 0)
        return false;
    if (allowed > 0) {
        allowed--;
        return false;
    }
    if (fails_once)
        allowed = -1;
    errno = ENOMEM;
    return true;
}

static void *test_malloc(size_t size)
{
    return refuse() ? NULL : malloc(size);
}

static void *test_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : calloc(n, size);
}

static void *test_realloc(void *old, size_t size)
{
    return refuse() ? NULL : realloc(old, size);
}

static void *test_aligned_alloc(size_t alignment, size_t size)
{
    return refuse() ? NULL : aligned_alloc(alignment, size);
}

/* ---- The system calls ---- */
static int select_error;               /* 0: the real select() is asked */
static void (*before_select)(void);    /* NULL: nothing happens */
static int looks;
static double asked;                   /* the latest timeout; -1: none */

static int test_select(int end, fd_set *readers, fd_set *writers,
                       fd_set *others, struct timeval *timeout)
{
    looks++;
    asked = timeout != NULL ? timeout->tv_sec + timeout->tv_usec * 1e-6 : -1;
    if (before_select != NULL)
        before_select();
    errno = select_error;
    return select_error != 0 ? -1
                             : select(end, readers, writers, others, timeout);
}

static void (*before_write)(void);

static int late_byte;    /* 1: the next write() waits; 2: it waits */
static int late_fd;

static ssize_t test_write(int fd, const void *bytes, size_t size)
{
    if (before_write != NULL)
        before_write();
    if (late_byte != 1)
        return write(fd, bytes, size);
    late_byte = 2;
    late_fd = fd;
    return size;
}

/* Between what it reads and what it does then, the late byte arrives. */
static ssize_t test_read(int fd, void *bytes, size_t size)
{
    ssize_t n = read(fd, bytes, size);
    if (late_byte == 2) {
        late_byte = 0;
        if (write(late_fd, "", 1) < 0)
            abort();
    }
    return n;
}

#define malloc(size) test_malloc(size)
#define calloc(n, size) test_calloc(n, size)
#define realloc(old, size) test_realloc(old, size)
#define aligned_alloc(alignment, size) test_aligned_alloc(alignment, size)
#define select(end, r, w, x, time) test_select(end, r, w, x, time)
#define read(fd, bytes, size) test_read(fd, bytes, size)
#define write(fd, bytes, size) test_write(fd, bytes, size)
#include "../../code/01_select/selector.c"
#include "../../code/02_callbacks/lifetime.c"
#include "../../code/02_callbacks/loop.c"
#include "../../code/02_callbacks/ready.c"
#include "../../code/02_callbacks/signals.c"
#include "../../code/02_callbacks/timers.c"
#include "../../code/02_callbacks/wakeup.c"
#include "../../code/02_callbacks/watch.c"
#undef malloc
#undef calloc
#undef realloc
#undef aligned_alloc
#undef select
#undef read
#undef write

#include "loops.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

/* ---- Helpers ---- */
enum { PLACES = 64 };    /* of a new ring */

/* Schedules as much as fits without memory; returns how much that was. */
static int fill(Loop *loop, int *runs)
{
    int n = 0;
    allowed = 0;
    while (loop_call_soon(loop, count, runs) != 0)
        n++;
    CHECK_INT(errno, ENOMEM);
    allowed = -1;
    return n;
}

static void send_signal(int signo)
{
    CHECK_INT(kill(getpid(), signo), 0);
}

/* ---- No memory at set-up ---- */
/* With each allocation failing in turn, then with all from it on. */
static void check_loop_new(int allocations)
{
    for (int once = 0; once < 2; once++) {
        Loop *loop = NULL;
        int tries = 0;
        for (fails_once = once; loop == NULL; tries++) {
            allowed = tries;
            errno = 0;
            loop = loop_new();
            CHECK(loop != NULL || errno == ENOMEM);
            CHECK(loop == NULL || tries == allocations);
            allowed = -1;
        }
        run_turn_of(loop);
        loop_free(loop);
    }
    fails_once = false;
}

TEST(a_loop_that_cannot_be_made_is_NULL_and_leaks_nothing)
{
    unsetenv("WEFT_SHUFFLE");
    check_loop_new(8);    /* the loop, six of the selector, the ring */
    set_environment("WEFT_SHUFFLE=1");
    check_loop_new(9);
}

TEST(without_descriptors_there_is_no_loop)
{
    struct rlimit before, limit;
    getrlimit(RLIMIT_NOFILE, &before);
    int fd = dup(0);
    close(fd);
    for (int more = 0; more < 2; more++) {
        limit = before;
        limit.rlim_cur = fd + more;
        CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
        errno = 0;
        CHECK_PTR(loop_new(), NULL);
        CHECK_INT(errno, EMFILE);
    }
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &before), 0);
    loop_free(new_loop());
}

/* Places that nobody has reserved: all but the one for what is posted. */
static void check_call_soon(void)
{
    Loop *loop = new_loop();
    int n = 0, runs = 0;
    n = fill(loop, &runs);
    CHECK_INT(n, PLACES - 1);
    fails_once = true;
    for (int tries = 0;; tries++) {
        allowed = tries;
        errno = 0;
        if (loop_call_soon(loop, count, &runs) != 0)
            break;
        CHECK_INT(errno, ENOMEM);
        CHECK(tries < 2);
    }
    allowed = -1;
    fails_once = false;
    run_turn_of(loop);
    CHECK_INT(runs, n + 1);
    loop_free(loop);
}

TEST(call_soon_without_memory_is_ENOMEM_and_changes_nothing)
{
    unsetenv("WEFT_SHUFFLE");
    check_call_soon();
    set_environment("WEFT_SHUFFLE=2");
    check_call_soon();
}

TEST(call_at_without_memory_is_ENOMEM_and_changes_nothing)
{
    Loop *loop = in_virtual_time(ordered_loop());
    int runs = 0, made = 0, filled = fill(loop, &runs), failures = 0;
    fails_once = true;
    for (int tries = 0; made < 300;) {
        size_t reserved = loop->ready.reserved;
        allowed = tries;
        errno = 0;
        if (loop_call_later(loop, made % 3, count, &runs) != 0) {
            tries = 0;
            made++;
        } else {
            CHECK_INT(errno, ENOMEM);
            CHECK_INT(loop->ready.reserved, reserved);
            tries++;
            failures++;
        }
    }
    allowed = -1;
    fails_once = false;
    CHECK(failures >= 12);    /* three arrays and the ring grew three times */
    loop_call_later(loop, 5, stop, NULL);
    run(loop);
    CHECK_INT(runs, filled + made);
    loop_free(loop);
}

TEST(posting_without_memory_is_ENOMEM_and_changes_nothing)
{
    Loop *loop = new_loop();
    int runs = 0;
    allowed = 0;
    CHECK_INT(loop_call_soon_threadsafe(loop, never, NULL), ENOMEM);
    allowed = -1;
    CHECK_INT(loop_call_soon_threadsafe(loop, count, &runs), 0);
    run_turn_of(loop);
    CHECK_INT(runs, 1);
    loop_free(loop);
}

static int (*add_functions[])(Loop *, int, Callback *, void *) = {
    loop_add_reader, loop_add_writer
};
static bool (*remove_functions[])(Loop *, int) = {
    loop_remove_reader, loop_remove_writer
};

TEST(watching_without_memory_is_ENOMEM_and_changes_nothing)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 2 * FD_SETSIZE + 10;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        SKIP("the system does not allow so many descriptors");
    for (int which = 0; which < 2; which++) {
        Loop *loop = new_loop();
        Pair p = ready_pair();
        int runs = 0, n = fill(loop, &runs), tries = 0;
        int high = dup2(which == 0 ? p.a : p.b, 2 * FD_SETSIZE);
        for (int err = ENOMEM; err == ENOMEM; tries++) {
            allowed = tries;
            fails_once = true;
            err = add_functions[which](loop, high, count, &runs);
            CHECK(err == 0 || !remove_functions[which](loop, high));
        }
        allowed = -1;
        fails_once = false;
        CHECK(tries >= 7);    /* the ring, the table, five of the selector */
        run_turn_of(loop);
        CHECK_INT(runs, n + 1);
        loop_free(loop);
        close(high);
        pair_close(p);
    }
}

TEST(catching_without_memory_is_ENOMEM_and_changes_nothing)
{
    Loop *loop = new_loop();
    struct sigaction action;
    int runs = 0, n = fill(loop, &runs);
    allowed = 0;
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, never, NULL), ENOMEM);
    allowed = -1;
    sigaction(SIGUSR1, NULL, &action);
    CHECK(action.sa_handler == SIG_DFL);
    CHECK(!loop_remove_signal_handler(loop, SIGUSR1));
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, count, &runs), 0);
    send_signal(SIGUSR1);
    run_turn_of(loop);
    CHECK_INT(runs, n + 1);
    loop_free(loop);
}

/* ---- Waking never allocates ---- */
enum { EACH = 100 };

static int timer_runs[EACH], posted_runs[EACH], reader_runs[EACH];
static int signal_runs, soon_runs;
static Pair pairs[EACH];

static void read_once(void *number)
{
    int i = (intptr_t)number;
    reader_runs[i]++;
    loop_remove_reader(async_get_running_loop(), pairs[i].a);
}

static void write_once(void *number)
{
    int i = (intptr_t)number;
    reader_runs[i]++;
    loop_remove_writer(async_get_running_loop(), pairs[i].b);
}

/* More than a new ring has places. */
static void set_up(Loop *loop)
{
    for (intptr_t i = 0; i < EACH; i++) {
        pairs[i] = ready_pair();
        CHECK_INT(i % 2 == 0
                      ? loop_add_reader(loop, pairs[i].a, read_once, (void *)i)
                      : loop_add_writer(loop, pairs[i].b, write_once,
                                        (void *)i), 0);
        CHECK(loop_call_later(loop, i % 3 - 3, count, &timer_runs[i]) != 0);
    }
    CHECK_INT(loop_add_signal_handler(loop, SIGUSR1, count, &signal_runs), 0);
}

static void post_all(Loop *loop)
{
    for (int i = 0; i < EACH; i++)
        CHECK_INT(loop_call_soon_threadsafe(loop, count, &posted_runs[i]), 0);
}

static void tear_down(Loop *loop)
{
    loop_free(loop);
    for (int i = 0; i < EACH; i++)
        pair_close(pairs[i]);
}

TEST(without_memory_everything_still_runs_once)
{
    Loop *loop = new_loop();
    set_up(loop);
    int soon = fill(loop, &soon_runs);
    post_all(loop);
    allowed = 0;
    send_signal(SIGUSR1);
    for (int turn = 0; turn < 4 * EACH; turn++)
        run_turn_of(loop);
    allowed = -1;
    CHECK(soon > 0);
    CHECK_INT(soon_runs, soon);
    CHECK_INT(signal_runs, 1);
    for (int i = 0; i < EACH; i++) {
        CHECK_INT(timer_runs[i], 1);
        CHECK_INT(reader_runs[i], 1);
        CHECK_INT(posted_runs[i], 1);
    }
    tear_down(loop);
}

/* The queue is full again in each turn before anything comes. */
TEST(with_a_queue_that_is_always_full_everything_still_runs_once)
{
    Loop *loop = new_loop();
    set_up(loop);
    int soon = fill(loop, &soon_runs);
    post_all(loop);
    allowed = 0;
    for (int turn = 0; turn < 4 * EACH; turn++) {
        int before = soon_runs;
        run_turn_of(loop);
        CHECK(soon_runs - before >= soon);
        soon = 0;
        while (loop_call_soon(loop, count, &soon_runs) != 0)
            soon++;
    }
    allowed = -1;
    for (int i = 0; i < EACH; i++) {
        CHECK_INT(timer_runs[i], 1);
        CHECK_INT(reader_runs[i], 1);
        CHECK_INT(posted_runs[i], 1);
    }
    tear_down(loop);
}

/* All places but the loop's own are reserved for others. */
TEST(what_was_posted_runs_one_by_one_when_there_is_no_place_at_all)
{
    static char *words[] = { "a", "b", "c", "d", "e" };
    Loop *loop = new_loop();
    for (int i = 0; i < 5; i++)
        CHECK_INT(loop_call_soon_threadsafe(loop, tell, words[i]), 0);
    allowed = 0;
    while (loop_reserve(loop))
        continue;
    for (int turn = 0; turn < 5; turn++) {
        CHECK_INT(strlen(story), turn > 0 ? 2 * turn - 1 : 0);
        run_turn_of(loop);
    }
    allowed = -1;
    CHECK_STR(story, "a b c d e");
    loop_free(loop);
}

TEST(what_was_posted_keeps_its_order_without_memory)
{
    static char *words[] = { "a", "b", "c", "d", "e" };
    Loop *loop = ordered_loop();
    for (int i = 0; i < 5; i++)
        loop_call_soon_threadsafe(loop, tell, words[i]);
    int soon = 0;
    /* Nothing is adopted for want of places: a full ring. */
    while (loop->ready.tail - loop->ready.head + loop->ready.reserved <=
           loop->ready.mask) {
        loop_push(loop, count, &soon_runs);
        soon++;
    }
    allowed = 0;
    for (int turn = 0; turn < 10; turn++)
        run_turn_of(loop);
    allowed = -1;
    CHECK_INT(soon_runs, soon);
    CHECK_STR(story, "a b c d e");
    loop_free(loop);
}

TEST(what_is_lent_runs_when_nothing_can_be_allocated)
{
    Loop *loop = ordered_loop();
    Posted lent[3] = { { .entry = { tell, "a" }, .is_lent = true },
                       { .entry = { tell, "b" }, .is_lent = true },
                       { .entry = { tell, "c" }, .is_lent = true } };
    fill(loop, &soon_runs);
    allowed = 0;
    for (int i = 0; i < 3; i++)
        CHECK(loop_post(loop, &lent[i]));
    for (int turn = 0; turn < 3; turn++)
        run_turn_of(loop);
    CHECK(loop_post(loop, &lent[0]));
    run_turn_of(loop);
    allowed = -1;
    CHECK_STR(story, "a b c a");
    loop_free(loop);
}

/* L11: a, which was posted before, is not overtaken; for b there is no room. */
TEST(call_soon_does_not_overtake_what_was_posted_even_without_memory)
{
    Loop *loop = ordered_loop();
    fill(loop, &soon_runs);
    CHECK_INT(loop_call_soon_threadsafe(loop, tell, "a"), 0);
    allowed = 0;
    CHECK_INT(loop_call_soon(loop, tell, "b"), 0);
    allowed = -1;
    CHECK(loop_call_soon(loop, tell, "c") != 0);
    run_turn_of(loop);
    CHECK_STR(story, "a c");
    loop_free(loop);
}

TEST(removing_gives_the_place_back)
{
    Loop *loop = new_loop(), *other = new_loop();
    Pair p = ready_pair();
    Handle timers[10];
    size_t before = loop->ready.reserved;
    for (int i = 0; i < 10; i++)
        timers[i] = loop_call_later(loop, i - 5, never, NULL);
    loop_add_reader(loop, p.a, never, NULL);
    loop_add_reader(loop, p.a, never, NULL);
    loop_add_writer(loop, p.b, never, NULL);
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    CHECK_INT(loop_add_signal_handler(loop, SIGKILL, never, NULL), E_RUNTIME);
    CHECK_INT(loop_add_reader(loop, -1, never, NULL), EBADF);
    CHECK_INT(loop->ready.reserved, before + 13);
    CHECK_INT(loop_catch_signal(other, SIGUSR1, never, NULL), 0);
    CHECK_INT(loop_add_signal_handler(other, SIGUSR1, never, NULL), 0);
    CHECK_INT(other->ready.reserved, before + 2);
    CHECK(loop_drop_signal(other, SIGUSR1));
    CHECK_INT(other->ready.reserved, before + 1);
    loop_free(other);
    for (int i = 0; i < 10; i++)
        loop_cancel(loop, timers[i]);
    loop_remove_reader(loop, p.a);
    loop_remove_writer(loop, p.b);
    loop_remove_signal_handler(loop, SIGUSR1);
    CHECK_INT(loop->ready.reserved, before);
    loop_call_later(loop, -1, tell, "");
    loop_cancel(loop, loop_call_later(loop, -1, never, NULL));
    run_turn_of(loop);
    CHECK_INT(loop->ready.reserved, before);
    loop_free(loop);
    pair_close(p);
}

/* ---- Two answers in one look ---- */
static void signal_again(void)
{
    before_select = NULL;
    send_signal(SIGUSR1);
    send_signal(SIGUSR2);
}

/* Each has one place in the queue, so it may not come twice before it runs. */
TEST(a_signal_that_comes_again_while_it_waits_has_one_place)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    int arrived = 0, reader = 0;
    loop_add_signal_handler(loop, SIGUSR1, count, &arrived);
    loop_add_signal_handler(loop, SIGUSR2, count, &arrived);
    loop_add_reader(loop, p.a, count, &reader);
    int soon = fill(loop, &soon_runs);
    send_signal(SIGUSR1);
    send_signal(SIGUSR2);
    before_select = signal_again;
    allowed = 0;
    run_turn_of(loop);
    run_turn_of(loop);
    allowed = -1;
    CHECK_INT(soon_runs, soon);
    CHECK(arrived == 2 || arrived == 4);
    CHECK_INT(reader, 2);
    CHECK(loop->ready.head == loop->ready.tail);
    loop_free(loop);
    pair_close(p);
}

/* A thread has raised the alert, and is slow to write its byte: the loop looks,
 * then finds the byte, and looks again. */
TEST(a_late_byte_does_not_make_the_queue_overflow)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    int reader = 0, posted = 0;
    loop_add_reader(loop, p.a, count, &reader);
    int soon = fill(loop, &soon_runs);
    late_byte = 1;
    for (int i = 0; i < 5; i++)
        CHECK_INT(loop_call_soon_threadsafe(loop, count, &posted), 0);
    allowed = 0;
    for (int turn = 1; turn <= 8; turn++)
        run_turn_of(loop);
    allowed = -1;
    CHECK_INT(soon_runs, soon);
    CHECK_INT(posted, 5);
    CHECK_INT(reader, 8);
    loop_free(loop);
    pair_close(p);
}

/* ---- The pipe ---- */
static void fill_pipe(Loop *loop)
{
    static char block[4096];
    while (write(loop->wakeup.pipe[1], block, sizeof block) > 0)
        continue;
    while (write(loop->wakeup.pipe[1], block, 1) > 0)
        continue;
    CHECK_INT(errno, EAGAIN);
}

static bool can_read(int fd)
{
    struct pollfd end = { fd, POLLIN, 0 };
    return poll(&end, 1, 0) > 0;
}

/* L11.  CPython: write_to_self_tryagain */
TEST(a_full_pipe_stops_nobody)
{
    Loop *loop = new_loop();
    int n = 0;
    fill_pipe(loop);
    CHECK_INT(loop_call_soon_threadsafe(loop, count, &n), 0);
    loop_add_signal_handler(loop, SIGUSR1, count, &n);
    send_signal(SIGUSR1);
    run_turn_of(loop);
    CHECK_INT(n, 2);
    CHECK(!can_read(loop->wakeup.pipe[0]));
    loop_free(loop);
}

/* L11.  CPython: read_from_self_tryagain */
TEST(an_empty_pipe_stops_nobody)
{
    Loop *loop = new_loop();
    int n = 0;
    char byte;
    CHECK_INT(loop_call_soon_threadsafe(loop, count, &n), 0);
    CHECK_INT(read(loop->wakeup.pipe[0], &byte, 1), 1);
    run_turn_of(loop);
    CHECK_INT(n, 1);
    loop_free(loop);
}

TEST(many_posts_write_one_byte)
{
    Loop *loop = new_loop();
    char bytes[100];
    int n = 0;
    for (int i = 0; i < 50; i++)
        loop_call_soon_threadsafe(loop, count, &n);
    CHECK_INT(read(loop->wakeup.pipe[0], bytes, sizeof bytes), 1);
    run_turn_of(loop);
    CHECK_INT(n, 50);
    loop_free(loop);
}

TEST(a_stale_byte_wakes_the_loop_once)
{
    Loop *loop = new_loop();
    for (int i = 0; i < 3; i++)
        CHECK_INT(write(loop->wakeup.pipe[1], "xxx", 3), 3);
    loop_call_later(loop, 0.05, stop, NULL);
    looks = 0;
    run(loop);
    CHECK(looks >= 2);
    CHECK(looks <= 4);
    CHECK(!can_read(loop->wakeup.pipe[0]));
    loop_free(loop);
}

/* L14: its write() fails, and so sets errno. */
TEST(a_signal_keeps_the_errno_of_what_it_interrupts)
{
    Loop *loop = new_loop();
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    fill_pipe(loop);
    errno = 4711;
    raise(SIGUSR1);
    CHECK_INT(errno, 4711);
    loop_free(loop);
}

/* ---- A slow handler ---- */
static atomic_bool is_writing, has_written;

static void write_slowly(void)
{
    struct timespec time = { 0, 50000000 };
    atomic_store(&is_writing, true);
    nanosleep(&time, NULL);
    atomic_store(&has_written, true);
}

static void *signal_itself(void *arg)
{
    pthread_kill(pthread_self(), SIGUSR1);
    return NULL;
}

/* Else it would write to a pipe that is closed, or to somebody else's file. */
TEST(removing_waits_for_a_handler_that_runs_in_another_thread)
{
    Loop *loop = new_loop();
    pthread_t thread;
    loop_add_signal_handler(loop, SIGUSR1, never, NULL);
    before_write = write_slowly;
    CHECK_INT(pthread_create(&thread, NULL, signal_itself, NULL), 0);
    while (!atomic_load(&is_writing))
        sched_yield();
    loop_free(loop);
    CHECK(atomic_load(&has_written));
    pthread_join(thread, NULL);
}

/* ---- A child of fork() ---- */
static void *hold_lock(void *arg)
{
    lock();
    write_slowly();
    unlock();
    return NULL;
}

static int close_in_child(Loop *loop)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        alarm(8);
        CHECK(loop_remove_signal_handler(loop, SIGUSR1));
        loop_free(loop);
        loop = loop_new();
        loop_add_signal_handler(loop, SIGUSR1, count, &signal_runs);
        send_signal(SIGUSR1);
        run_turn_of(loop);
        loop_free(loop);
        _exit(signal_runs);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    return status;
}

/* Another thread changes the list while it forks, or is in a handler. */
TEST(a_child_closes_the_loop_whatever_other_threads_did)
{
    for (int in_handler = 0; in_handler < 2; in_handler++) {
        Loop *loop = new_loop();
        pthread_t thread;
        loop_add_signal_handler(loop, SIGUSR1, never, NULL);
        atomic_store(&is_writing, false);
        before_write = in_handler ? write_slowly : NULL;
        CHECK_INT(pthread_create(&thread, NULL,
                                 in_handler ? signal_itself : hold_lock, NULL),
                  0);
        while (!atomic_load(&is_writing))
            sched_yield();
        before_write = NULL;
        int status = close_in_child(loop);
        CHECK(WIFEXITED(status));
        CHECK_INT(WEXITSTATUS(status), 1);
        pthread_join(thread, NULL);
        loop_free(loop);
    }
}

/* ---- How long it sleeps ---- */
static Loop *asking;

static void stop_looking(void)
{
    loop_stop(asking);
    loop_call_soon(asking, tell, "");
    loop_call_soon_threadsafe(asking, tell, "");    /* ends the real sleep */
}

/* The timeout of the first look; the sleep itself is cut short. */
static double timeout_of(Loop *loop)
{
    asking = loop;
    before_select = stop_looking;
    asked = -2;
    run(loop);
    before_select = NULL;
    return asked;
}

/* L16 */
TEST(with_no_timer_it_sleeps_without_end)
{
    Loop *loop = new_loop();
    CHECK_DOUBLE(timeout_of(loop), -1, 0);
    loop_free(loop);
}

/* L16.  CPython: _run_once */
TEST(it_sleeps_until_the_first_timer_that_is_not_cancelled)
{
    Loop *loop = new_loop();
    Handle five = loop_call_later(loop, 50, never, NULL);
    loop_call_later(loop, 1000, never, NULL);
    loop_cancel(loop, five);
    double timeout = timeout_of(loop);
    CHECK(timeout > 900 && timeout <= 1000);
    loop_free(loop);
}

TEST(it_sleeps_a_millisecond_at_least)
{
    Loop *loop = new_loop();
    int n = 0;
    double timeout;
    do {    /* one that is due before the look ends no sleep: then once more */
        loop_call_later(loop, 5e-4, count, &n);
        timeout = timeout_of(loop);
    } while (timeout < 0);
    CHECK_DOUBLE(timeout, 1e-3, 1e-9);
    loop_free(loop);
}

/* L16 */
TEST(it_sleeps_a_day_at_most)
{
    Loop *loop = new_loop();
    loop_call_later(loop, 1e9, never, NULL);
    CHECK_DOUBLE(timeout_of(loop), 86400, 0);
    loop_free(loop);
    loop = new_loop();
    loop_call_later(loop, INFINITY, never, NULL);
    CHECK_DOUBLE(timeout_of(loop), -1, 0);
    loop_free(loop);
}

/* L16.  CPython: run_forever_pre_stopped */
TEST(a_loop_that_is_ready_or_stops_does_not_sleep)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    loop_add_reader(loop, p.a, never, NULL);
    loop_call_later(loop, 1000, never, NULL);
    loop_stop(loop);
    looks = 0;
    run(loop);
    CHECK_INT(looks, 1);
    CHECK_DOUBLE(asked, 0, 0);
    loop_free(loop);
    loop = new_loop();    /* which has never looked, so it does at once */
    loop_add_reader(loop, p.a, never, NULL);
    loop_call_later(loop, 1000, never, NULL);
    loop_call_soon(loop, tell, "");
    CHECK_DOUBLE(timeout_of(loop), 0, 0);
    loop_free(loop);
    pair_close(p);
}

static double delay;

static void next_delay(void *arg)
{
    if (delay < 1e-10) {
        stop(NULL);
        return;
    }
    loop_call_later(async_get_running_loop(), delay, next_delay, NULL);
    delay /= 100;
}

/* CPython: timeout_rounding */
TEST(a_timer_takes_one_look_not_many)
{
    Loop *loop = new_loop();
    delay = 1e-2;
    loop_call_soon(loop, next_delay, NULL);
    looks = 0;
    run(loop);
    CHECK(looks <= 20);
    loop_free(loop);
}

/* ---- How often it looks ---- */
static int turns_left;

static Callback *spin_with;

static void spin_again(void *arg)
{
    if (--turns_left == 0)
        stop(NULL);
    else
        loop_call_soon(async_get_running_loop(), spin_with, NULL);
}

/* L2 */
TEST(a_busy_loop_looks_every_64_callbacks_and_only_at_something)
{
    Loop *loop = in_virtual_time(new_loop());
    Pair p = pair_new();
    spin_with = spin_again;
    turns_left = 6400;
    loop_call_soon(loop, spin_again, NULL);
    looks = 0;
    run(loop);
    CHECK_INT(looks, 0);
    loop_add_reader(loop, p.a, never, NULL);
    turns_left = 6400;
    loop_call_soon(loop, spin_again, NULL);
    run(loop);
    CHECK(looks >= 99);
    CHECK(looks <= 102);
    loop_free(loop);
    pair_close(p);
}

static void spin_slowly(void *arg)
{
    double until = real_now() + 60e-6;
    while (real_now() < until)
        continue;
    spin_again(arg);
}

/* L2: or 50 microseconds. */
TEST(a_busy_loop_of_slow_callbacks_looks_in_each_turn)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    loop_add_reader(loop, p.a, never, NULL);
    turns_left = 100;
    spin_with = spin_slowly;
    loop_call_soon(loop, spin_slowly, NULL);
    looks = 0;
    run(loop);
    CHECK_INT(looks, 100);
    loop_free(loop);
    pair_close(p);
}

/* ---- select() fails ---- */
TEST(an_error_of_select_ends_the_run_and_the_loop_runs_again)
{
    Loop *loop = new_loop();
    Pair p = ready_pair();
    int errors[] = { EINVAL, ENOMEM, EIO }, readers = 0, soon = 0;
    loop_add_reader(loop, p.a, count, &readers);
    for (int i = 0; i < 3; i++) {
        select_error = errors[i];
        CHECK_INT(loop_run_forever(loop), errors[i]);
        CHECK(!loop_is_running(loop));
        CHECK_PTR(async_get_running_loop(), NULL);
        loop_call_soon(loop, count, &soon);
        CHECK_INT(loop_run_forever(loop), errors[i]);
        CHECK_INT(soon, i + 1);    /* what was ready has run */
    }
    CHECK_INT(readers, 0);
    select_error = 0;
    run_turn_of(loop);
    CHECK_INT(readers, 1);
    loop_free(loop);
    pair_close(p);
}

static void no_error(void *arg)
{
    select_error = 0;
    stop(NULL);
}

TEST(a_signal_during_select_is_no_error)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    loop_add_reader(loop, p.a, never, NULL);
    select_error = EINTR;
    loop_call_later(loop, 0.001, no_error, NULL);
    run(loop);
    loop_free(loop);
    pair_close(p);
}

TEST(an_error_of_select_loses_no_timer)
{
    Loop *loop = new_loop();
    Pair p = pair_new();
    int n = 0;
    loop_add_reader(loop, p.a, never, NULL);
    for (int i = 0; i < 10; i++)
        loop_call_later(loop, -1, count, &n);
    select_error = EIO;
    CHECK_INT(loop_run_forever(loop), EIO);
    CHECK_INT(loop_run_forever(loop), EIO);
    select_error = 0;
    run_turn_of(loop);
    CHECK_INT(n, 10);
    loop_free(loop);
    pair_close(p);
}

/* ---- Somebody closes everything ---- */
TEST(a_loop_whose_pipe_was_closed_says_so_and_does_not_spin)
{
    Loop *loop = new_loop();
    int fd = loop->wakeup.pipe[0], kept = dup(fd);
    close(fd);
    CHECK_INT(loop_run_forever(loop), EBADF);
    CHECK_INT(dup2(kept, fd), fd);    /* so that it can be closed */
    close(kept);
    loop_free(loop);
}
