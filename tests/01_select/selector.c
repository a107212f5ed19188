/* The contract of the selector.  Included by strict.c, too, for the build that
 * keeps to FD_SETSIZE; and run over every other selector that links in. */
#include "../../code/01_select/selector.h"
#include "../check.h"

#include <arpa/inet.h>
#include <limits.h>
#include <math.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>

/* ---- Helpers ---- */
typedef struct Pair { int a, b; } Pair;

static Pair pair_new(void)
{
    int ends[2];
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    return (Pair){ ends[0], ends[1] };
}

static void pair_close(Pair p)
{
    close(p.a);
    close(p.b);
}

static void send_byte(int fd)
{
    CHECK_INT(write(fd, "x", 1), 1);
}

static Selector *new_selector(void)
{
    Selector *s = selector_new();
    CHECK(s != NULL);
    return s;
}

/* Looks without waiting; returns how many are ready. */
static int look(Selector *s, SelectorKey *ready, int max)
{
    int count = -1;
    CHECK_INT(selector_select(s, 0, ready, max, &count), 0);
    return count;
}

/* What is ready of fd, of which nothing but fd may be ready. */
static int look_at(Selector *s, int fd)
{
    SelectorKey ready[8];
    int count = look(s, ready, 8);
    if (count == 0)
        return 0;
    CHECK_INT(count, 1);
    CHECK_INT(ready[0].fd, fd);
    return ready[0].events;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* A number that is no open descriptor. */
static int closed_descriptor(void)
{
    int fd = dup(0);
    close(fd);
    return fd;
}

/* Allows descriptors below `limit`, or skips the test. */
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

/* ---- Readiness ---- */
TEST(a_new_selector_has_nothing_ready)
{
    Selector *s = new_selector();
    SelectorKey ready[1];
    CHECK_INT(look(s, ready, 1), 0);
    selector_free(s);
}

TEST(freeing_null_does_nothing)
{
    selector_free(NULL);
}

TEST(a_descriptor_with_data_is_ready_to_read)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    CHECK_INT(selector_register(s, p.a, EVENT_READ, NULL), 0);
    CHECK_INT(look_at(s, p.a), 0);
    send_byte(p.b);
    CHECK_INT(look_at(s, p.a), EVENT_READ);
    selector_free(s);
    pair_close(p);
}

TEST(it_stays_ready_until_it_is_read)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    char byte;
    selector_register(s, p.a, EVENT_READ, NULL);
    send_byte(p.b);
    for (int i = 0; i < 3; i++)
        CHECK_INT(look_at(s, p.a), EVENT_READ);
    CHECK_INT(read(p.a, &byte, 1), 1);
    CHECK_INT(look_at(s, p.a), 0);
    selector_free(s);
    pair_close(p);
}

TEST(the_end_of_a_stream_is_ready_to_read)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    selector_register(s, p.a, EVENT_READ, NULL);
    close(p.b);
    CHECK_INT(look_at(s, p.a), EVENT_READ);
    selector_free(s);
    close(p.a);
}

TEST(a_pipe_that_nobody_reads_is_ready_to_write)
{
    Selector *s = new_selector();
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    selector_register(s, ends[1], EVENT_WRITE, NULL);
    close(ends[0]);
    CHECK_INT(look_at(s, ends[1]), EVENT_WRITE);
    selector_free(s);
    close(ends[1]);
}

TEST(a_full_pipe_is_not_ready_to_write)
{
    Selector *s = new_selector();
    int ends[2];
    char block[4096] = { 0 };
    CHECK_INT(pipe(ends), 0);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    selector_register(s, ends[1], EVENT_WRITE, NULL);
    CHECK_INT(look_at(s, ends[1]), EVENT_WRITE);
    while (write(ends[1], block, sizeof block) > 0)
        continue;
    CHECK_INT(look_at(s, ends[1]), 0);
    selector_free(s);
    close(ends[0]);
    close(ends[1]);
}

TEST(only_what_was_asked_for_is_reported)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    send_byte(p.b);
    selector_register(s, p.a, EVENT_READ | EVENT_WRITE, NULL);
    CHECK_INT(look_at(s, p.a), EVENT_READ | EVENT_WRITE);
    selector_modify(s, p.a, EVENT_WRITE, NULL);
    CHECK_INT(look_at(s, p.a), EVENT_WRITE);
    selector_modify(s, p.a, EVENT_READ, NULL);
    CHECK_INT(look_at(s, p.a), EVENT_READ);
    selector_free(s);
    pair_close(p);
}

TEST(data_comes_back_untouched)
{
    Selector *s = new_selector();
    Pair p = pair_new(), q = pair_new();
    SelectorKey ready[4];
    int one, two, three;
    selector_register(s, p.a, EVENT_WRITE, &one);
    selector_register(s, q.a, EVENT_WRITE, &two);
    CHECK_INT(look(s, ready, 4), 2);
    CHECK_PTR(ready[0].data, ready[0].fd == p.a ? &one : &two);
    CHECK_PTR(ready[1].data, ready[1].fd == p.a ? &one : &two);
    selector_unregister(s, q.a);
    selector_modify(s, p.a, EVENT_WRITE, &three);
    CHECK_INT(look(s, ready, 4), 1);
    CHECK_PTR(ready[0].data, &three);
    selector_free(s);
    pair_close(p);
    pair_close(q);
}

/* ---- Refusals ---- */
TEST(registering_twice_is_EEXIST_and_keeps_the_first)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[1];
    int one, two;
    selector_register(s, p.a, EVENT_WRITE, &one);
    CHECK_INT(selector_register(s, p.a, EVENT_READ, &two), EEXIST);
    CHECK_INT(look(s, ready, 1), 1);
    CHECK_INT(ready[0].events, EVENT_WRITE);
    CHECK_PTR(ready[0].data, &one);
    selector_free(s);
    pair_close(p);
}

TEST(registering_what_is_not_open_is_EBADF)
{
    Selector *s = new_selector();
    int fd = closed_descriptor();
    CHECK_INT(selector_register(s, fd, EVENT_READ, NULL), EBADF);
    CHECK_INT(selector_register(s, -1, EVENT_READ, NULL), EBADF);
    CHECK_INT(selector_register(s, INT_MAX, EVENT_READ, NULL), EBADF);
    CHECK_INT(selector_register(s, INT_MIN, EVENT_READ, NULL), EBADF);
    CHECK_INT(selector_unregister(s, fd), ENOENT);
    selector_free(s);
}

TEST(events_that_do_not_exist_are_E_VALUE)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    CHECK_INT(selector_register(s, p.a, 0, NULL), E_VALUE);
    CHECK_INT(selector_register(s, p.a, 4, NULL), E_VALUE);
    CHECK_INT(selector_register(s, p.a, -1, NULL), E_VALUE);
    CHECK_INT(selector_register(s, p.a, EVENT_WRITE, NULL), 0);
    CHECK_INT(selector_modify(s, p.a, 0, NULL), E_VALUE);
    CHECK_INT(selector_modify(s, p.a, EVENT_READ | 8, NULL), E_VALUE);
    CHECK_INT(look_at(s, p.a), EVENT_WRITE);
    selector_free(s);
    pair_close(p);
}

TEST(modifying_what_is_unknown_is_ENOENT)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    CHECK_INT(selector_modify(s, p.a, EVENT_READ, NULL), ENOENT);
    CHECK_INT(selector_modify(s, -1, EVENT_READ, NULL), ENOENT);
    CHECK_INT(selector_modify(s, INT_MAX, EVENT_READ, NULL), ENOENT);
    CHECK_INT(look_at(s, p.a), 0);
    selector_free(s);
    pair_close(p);
}

TEST(unregistering_what_is_unknown_is_ENOENT)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    CHECK_INT(selector_unregister(s, p.a), ENOENT);
    CHECK_INT(selector_unregister(s, -1), ENOENT);
    CHECK_INT(selector_unregister(s, INT_MAX), ENOENT);
    selector_register(s, p.a, EVENT_WRITE, NULL);
    CHECK_INT(selector_unregister(s, p.a), 0);
    CHECK_INT(selector_unregister(s, p.a), ENOENT);
    selector_free(s);
    pair_close(p);
}

TEST(an_unregistered_descriptor_is_not_reported)
{
    Selector *s = new_selector();
    Pair p = pair_new(), q = pair_new();
    selector_register(s, p.a, EVENT_WRITE, NULL);
    selector_register(s, q.b, EVENT_WRITE, NULL);
    CHECK_INT(selector_unregister(s, q.b), 0);
    CHECK_INT(look_at(s, p.a), EVENT_WRITE);
    CHECK_INT(selector_unregister(s, p.a), 0);
    CHECK_INT(look_at(s, p.a), 0);
    CHECK_INT(selector_register(s, q.b, EVENT_WRITE, NULL), 0);
    CHECK_INT(look_at(s, q.b), EVENT_WRITE);
    selector_free(s);
    pair_close(p);
    pair_close(q);
}

TEST(freeing_leaves_the_descriptors_open)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    selector_register(s, p.a, EVENT_READ, NULL);
    selector_free(s);
    send_byte(p.a);
    pair_close(p);
}

/* ---- Time ---- */
TEST(a_timeout_of_zero_or_less_does_not_wait)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[1];
    double timeouts[] = { 0, -0.0, -1, -1e300, -INFINITY };
    selector_register(s, p.a, EVENT_READ, NULL);
    for (int i = 0; i < 5; i++) {    /* one that waits meets the time limit */
        int count = -1;
        CHECK_INT(selector_select(s, timeouts[i], ready, 1, &count), 0);
        CHECK_INT(count, 0);
    }
    selector_free(s);
    pair_close(p);
}

TEST(a_timeout_of_NaN_is_E_VALUE)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[1];
    int count = -1;
    selector_register(s, p.a, EVENT_WRITE, NULL);
    CHECK_INT(selector_select(s, NAN, ready, 1, &count), E_VALUE);
    CHECK_INT(count, 0);
    selector_free(s);
    pair_close(p);
}

TEST(it_never_wakes_before_the_time)
{
    Selector *s = new_selector();
    SelectorKey ready[1];
    double timeouts[] = { 1e-9, 1e-6, 0.0000015, 0.001, 0.0203, 0.05 };
    for (int i = 0; i < 6; i++) {
        int count = -1;
        double start = now();
        CHECK_INT(selector_select(s, timeouts[i], ready, 1, &count), 0);
        CHECK_INT(count, 0);
        CHECK(now() - start >= timeouts[i]);
    }
    selector_free(s);
}

/* A child writes a byte, after a while. */
static pid_t write_later(int fd)
{
    pid_t child = fork();
    if (child == 0) {
        poll(NULL, 0, 20);
        _exit(write(fd, "x", 1) == 1 ? 0 : 1);
    }
    return child;
}

TEST(any_longer_timeout_ends_when_something_is_ready)
{
    double timeouts[] = { 5, 1e5, 1e9, 1e300, INFINITY };
    for (int i = 0; i < 5; i++) {
        Selector *s = new_selector();
        Pair p = pair_new();
        SelectorKey ready[1];
        int count = -1;
        selector_register(s, p.a, EVENT_READ, NULL);
        pid_t child = write_later(p.b);
        CHECK_INT(selector_select(s, timeouts[i], ready, 1, &count), 0);
        CHECK_INT(count, 1);
        CHECK_INT(ready[0].fd, p.a);
        CHECK_INT(waitpid(child, NULL, 0), child);
        selector_free(s);
        pair_close(p);
    }
}

static volatile sig_atomic_t alarms;

static void count_alarm(int signo)
{
    alarms++;
}

TEST(a_signal_ends_the_wait_with_nothing_ready)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[1];
    int count = -1;
    struct sigaction action = { .sa_handler = count_alarm };
    struct itimerval often = { { 0, 5000 }, { 0, 5000 } };
    sigaction(SIGALRM, &action, NULL);
    selector_register(s, p.a, EVENT_READ, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    CHECK_INT(selector_select(s, INFINITY, ready, 1, &count), 0);
    CHECK_INT(count, 0);
    CHECK(alarms > 0);
    often = (struct itimerval){ { 0, 0 }, { 0, 0 } };
    setitimer(ITIMER_REAL, &often, NULL);
    selector_free(s);
    pair_close(p);
}

/* ---- Many at once ---- */
TEST(a_max_below_one_is_E_VALUE)
{
    Selector *s = new_selector();
    SelectorKey ready[1];
    int count = -1;
    CHECK_INT(selector_select(s, 0, ready, 0, &count), E_VALUE);
    CHECK_INT(count, 0);
    count = -1;
    CHECK_INT(selector_select(s, 0, ready, -1, &count), E_VALUE);
    CHECK_INT(count, 0);
    selector_free(s);
}

TEST(what_did_not_fit_comes_first_next_time)
{
    enum { N = 200 };
    allow_descriptors(N + 32);
    Selector *s = new_selector();
    int seen[3 * N + 64] = { 0 };
    Pair p = pair_new();
    for (int i = 0; i < N; i++)
        CHECK_INT(selector_register(s, dup(p.a), EVENT_WRITE, NULL), 0);
    for (int round = 0; round < N / 8; round++) {
        SelectorKey ready[8];
        CHECK_INT(look(s, ready, 8), 8);
        for (int i = 0; i < 8; i++)
            seen[ready[i].fd]++;
    }
    int total = 0;
    for (int fd = 0; fd < 3 * N; fd++) {
        CHECK(seen[fd] <= 1);
        total += seen[fd];
        if (seen[fd] > 0)
            close(fd);
    }
    CHECK_INT(total, N);
    selector_free(s);
    pair_close(p);
}

TEST(an_answer_is_as_full_as_it_can_be)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[12];
    int fds[10];
    for (int i = 0; i < 10; i++) {
        fds[i] = dup(p.a);
        CHECK_INT(selector_register(s, fds[i], EVENT_WRITE, NULL), 0);
    }
    for (int max = 1; max <= 12; max++)
        for (int i = 0; i < 5; i++)
            CHECK_INT(look(s, ready, max), max < 10 ? max : 10);
    for (int i = 0; i < 10; i++)
        close(fds[i]);
    selector_free(s);
    pair_close(p);
}

/* One ready descriptor among idle ones, at every place within 200. */
TEST(each_one_is_found_among_the_idle)
{
    enum { N = 200 };
    allow_descriptors(N + 32);
    Selector *s = new_selector();
    Pair idle = pair_new(), busy = pair_new();
    int fds[N];
    for (int i = 0; i < N; i++) {
        fds[i] = dup(idle.a);
        CHECK_INT(selector_register(s, fds[i], EVENT_READ, NULL), 0);
    }
    send_byte(busy.b);
    for (int i = 0; i < N; i++) {
        CHECK_INT(dup2(busy.a, fds[i]), fds[i]);
        CHECK_INT(look_at(s, fds[i]), EVENT_READ);
        CHECK_INT(dup2(idle.a, fds[i]), fds[i]);
    }
    for (int i = 0; i < N; i++)
        close(fds[i]);
    selector_free(s);
    pair_close(idle);
    pair_close(busy);
}

/* ---- Past FD_SETSIZE ---- */
#ifdef SELECTOR_STRICT
enum { GROWS = false };
#else
enum { GROWS = true };
#endif

TEST(the_last_descriptor_below_FD_SETSIZE_is_watched)
{
    allow_descriptors(FD_SETSIZE);
    Selector *s = new_selector();
    Pair p = pair_new();
    int fd = dup2(p.a, FD_SETSIZE - 1);
    CHECK_INT(selector_register(s, fd, EVENT_READ | EVENT_WRITE, NULL), 0);
    CHECK_INT(look_at(s, fd), EVENT_WRITE);
    close(fd);
    selector_free(s);
    pair_close(p);
}

TEST(past_FD_SETSIZE_it_grows_or_says_ERANGE)
{
    allow_descriptors(4 * FD_SETSIZE);
    Selector *s = new_selector();
    Pair p = pair_new();
    for (int number = FD_SETSIZE; number < 4 * (int)FD_SETSIZE; number += 977) {
        int fd = dup2(p.a, number);
        int wanted = GROWS ? 0 : ERANGE;
        CHECK_INT(fd, number);
        CHECK_INT(selector_register(s, fd, EVENT_WRITE, NULL), wanted);
        CHECK_INT(look_at(s, fd), GROWS ? EVENT_WRITE : 0);
        CHECK_INT(selector_unregister(s, fd), GROWS ? 0 : ENOENT);
        close(fd);
    }
    selector_free(s);
    pair_close(p);
}

TEST(thousands_are_reported_once_each)
{
    enum { N = 3000 };
    if (!GROWS)
        SKIP("the strict build stops at FD_SETSIZE");
    allow_descriptors(N + 64);
    Selector *s = new_selector();
    static SelectorKey ready[N + 1];
    static bool seen[N + 64];
    Pair p = pair_new();
    for (int i = 0; i < N; i++)
        CHECK_INT(selector_register(s, dup(p.a), EVENT_WRITE, NULL), 0);
    CHECK_INT(look(s, ready, N + 1), N);
    for (int i = 0; i < N; i++) {
        CHECK(!seen[ready[i].fd]);
        seen[ready[i].fd] = true;
        CHECK_INT(selector_unregister(s, ready[i].fd), 0);
        close(ready[i].fd);
    }
    CHECK_INT(look(s, ready, N + 1), 0);
    selector_free(s);
    pair_close(p);
}

/* ---- Closed behind its back ---- */
TEST(a_closed_descriptor_counts_as_ready)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    int read_only = dup(p.a), both = dup(p.a);
    SelectorKey ready[4];
    selector_register(s, read_only, EVENT_READ, NULL);
    selector_register(s, both, EVENT_READ | EVENT_WRITE, &p);
    close(both);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(look(s, ready, 4), 1);
        CHECK_INT(ready[0].fd, both);
        CHECK_INT(ready[0].events, EVENT_READ | EVENT_WRITE);
        CHECK_PTR(ready[0].data, &p);
    }
    close(read_only);
    CHECK_INT(look(s, ready, 4), 2);
    CHECK_INT(ready[0].events + ready[1].events, 2 * EVENT_READ + EVENT_WRITE);
    CHECK_INT(selector_unregister(s, both), 0);
    CHECK_INT(selector_unregister(s, read_only), 0);
    CHECK_INT(look(s, ready, 4), 0);
    selector_free(s);
    pair_close(p);
}

TEST(a_closed_descriptor_does_not_hide_the_others)
{
    Selector *s = new_selector();
    Pair p = pair_new(), idle = pair_new();
    int gone = dup(p.a);
    SelectorKey ready[4];
    selector_register(s, idle.a, EVENT_READ, NULL);
    selector_register(s, p.a, EVENT_READ, NULL);
    selector_register(s, gone, EVENT_READ, NULL);
    close(gone);
    send_byte(p.b);
    CHECK_INT(look(s, ready, 4), 2);
    CHECK_INT(ready[0].fd + ready[1].fd, p.a + gone);
    CHECK_INT(ready[0].events, EVENT_READ);
    CHECK_INT(ready[1].events, EVENT_READ);
    selector_free(s);
    pair_close(p);
    pair_close(idle);
}

TEST(a_closed_descriptor_ends_an_endless_wait)
{
    Selector *s = new_selector();
    SelectorKey ready[1];
    int count, fd = dup(0);
    selector_register(s, fd, EVENT_READ, NULL);
    close(fd);
    CHECK_INT(selector_select(s, INFINITY, ready, 1, &count), 0);
    CHECK_INT(count, 1);
    CHECK_INT(ready[0].fd, fd);
    selector_free(s);
}

TEST(a_number_that_was_closed_and_given_anew_is_EEXIST)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    int old = dup(0);
    selector_register(s, old, EVENT_READ, NULL);
    close(old);
    CHECK_INT(dup2(p.a, old), old);
    CHECK_INT(selector_register(s, old, EVENT_WRITE, NULL), EEXIST);
    CHECK_INT(selector_unregister(s, old), 0);
    CHECK_INT(selector_register(s, old, EVENT_WRITE, NULL), 0);
    CHECK_INT(look_at(s, old), EVENT_WRITE);
    close(old);
    selector_free(s);
    pair_close(p);
}

/* ---- After CPython's test_selectors.py ---- */
/* test_select, test_timeout */
TEST(any_timeout_reports_what_is_ready_already)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[2];
    double timeouts[] = { -INFINITY, -1, 0, 1e-9, 5, 1e9, INFINITY };
    selector_register(s, p.a, EVENT_READ, NULL);
    selector_register(s, p.b, EVENT_WRITE, &p);
    for (int i = 0; i < 7; i++) {
        int count = -1;
        CHECK_INT(selector_select(s, timeouts[i], ready, 2, &count), 0);
        CHECK_INT(count, 1);
        CHECK_INT(ready[0].fd, p.b);
        CHECK_INT(ready[0].events, EVENT_WRITE);
        CHECK_PTR(ready[0].data, &p);
    }
    selector_free(s);
    pair_close(p);
}

/* test_timeout */
TEST(a_wait_for_an_idle_descriptor_ends_with_its_time)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[1];
    int count = -1;
    selector_register(s, p.a, EVENT_READ, NULL);
    double start = now();
    CHECK_INT(selector_select(s, 0.1, ready, 1, &count), 0);
    CHECK_INT(count, 0);
    CHECK(now() - start >= 0.1);
    selector_free(s);
    pair_close(p);
}

/* test_unregister_after_fd_close */
TEST(a_closed_descriptor_can_be_unregistered)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[2];
    selector_register(s, p.a, EVENT_READ, NULL);
    selector_register(s, p.b, EVENT_WRITE, NULL);
    pair_close(p);
    CHECK_INT(selector_unregister(s, p.a), 0);
    CHECK_INT(selector_unregister(s, p.b), 0);
    CHECK_INT(selector_unregister(s, p.b), ENOENT);
    CHECK_INT(look(s, ready, 2), 0);
    selector_free(s);
}

/* The part of test_modify_unregister that no mock is needed for. */
TEST(a_closed_descriptor_can_be_modified)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    selector_register(s, p.a, EVENT_READ, NULL);
    close(p.a);
    CHECK_INT(selector_modify(s, p.a, EVENT_WRITE, NULL), 0);
    CHECK_INT(look_at(s, p.a), EVENT_WRITE);
    CHECK_INT(selector_modify(s, p.a, 0, NULL), E_VALUE);
    CHECK_INT(look_at(s, p.a), EVENT_WRITE);
    CHECK_INT(selector_unregister(s, p.a), 0);
    selector_free(s);
    close(p.b);
}

/* test_unregister_after_fd_close_and_reuse */
TEST(a_number_that_was_given_anew_can_be_unregistered)
{
    Selector *s = new_selector();
    Pair old = pair_new(), new = pair_new();
    SelectorKey ready[2];
    selector_register(s, old.a, EVENT_READ, NULL);
    selector_register(s, old.b, EVENT_WRITE, NULL);
    CHECK_INT(dup2(new.a, old.a), old.a);
    CHECK_INT(dup2(new.b, old.b), old.b);
    send_byte(new.b);
    CHECK_INT(selector_unregister(s, old.a), 0);
    CHECK_INT(selector_unregister(s, old.b), 0);
    CHECK_INT(look(s, ready, 2), 0);
    selector_free(s);
    pair_close(old);
    pair_close(new);
}

/* test_above_fd_setsize: half of all that the system allows are ready. */
TEST_LIMIT(60, as_many_are_watched_as_can_be_open)
{
    enum { MOST = 1 << 16, IN_USE = 32 };
    static SelectorKey ready[MOST];
    static Pair pairs[MOST / 2];
    struct rlimit limit;
    Selector *s = new_selector();
    int n = 0, count = -1;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    int most = GROWS ? MOST : FD_SETSIZE;
    if (limit.rlim_cur < (rlim_t)most)
        most = limit.rlim_cur;
    for (; n < (most - IN_USE) / 2; n++) {
        pairs[n] = pair_new();
        CHECK_INT(selector_register(s, pairs[n].a, EVENT_READ, NULL), 0);
        CHECK_INT(selector_register(s, pairs[n].b, EVENT_WRITE, NULL), 0);
    }
    CHECK_INT(selector_select(s, INFINITY, ready, MOST, &count), 0);
    CHECK_INT(count, n);
    for (int i = 0; i < n; i++)
        CHECK_INT(ready[i].events, EVENT_WRITE);
    while (n > 0)
        pair_close(pairs[--n]);
    selector_free(s);
}

/* Not test_register_file, which is epoll's: select() takes any file. */
TEST(a_regular_file_is_always_ready)
{
    Selector *s = new_selector();
    FILE *file = tmpfile();
    CHECK(file != NULL);
    int fd = fileno(file), both = EVENT_READ | EVENT_WRITE;
    CHECK_INT(selector_register(s, fd, both, NULL), 0);
    CHECK_INT(look_at(s, fd), both);
    selector_free(s);
    fclose(file);
}

/* test_select_interrupt_noraise has the other rule: Python waits on. */
/* ---- What the streams will stand on ---- */
TEST(a_peer_that_sends_no_more_can_be_read_and_written)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    int both = EVENT_READ | EVENT_WRITE;
    selector_register(s, p.a, both, NULL);
    CHECK_INT(look_at(s, p.a), EVENT_WRITE);
    CHECK_INT(shutdown(p.b, SHUT_WR), 0);
    CHECK_INT(look_at(s, p.a), both);
    selector_free(s);
    pair_close(p);
}

/* A listener on this machine; *address says where. */
static int new_listener(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *address = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    CHECK_INT(bind(fd, (struct sockaddr *)address, size), 0);
    CHECK_INT(listen(fd, 5), 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)address, &size), 0);
    return fd;
}

static int start_connecting(const struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) < 0)
        CHECK_INT(errno, EINPROGRESS);
    return fd;
}

TEST(a_listener_can_be_read_when_somebody_waits)
{
    Selector *s = new_selector();
    SelectorKey ready[1];
    struct sockaddr_in address;
    int listener = new_listener(&address), count = -1;
    selector_register(s, listener, EVENT_READ | EVENT_WRITE, NULL);
    CHECK_INT(look_at(s, listener), 0);
    int client = start_connecting(&address);
    CHECK_INT(selector_select(s, 5, ready, 1, &count), 0);
    CHECK_INT(count, 1);
    CHECK_INT(ready[0].events, EVENT_READ);
    int server = accept(listener, NULL, NULL);
    CHECK_INT(look_at(s, listener), 0);
    selector_free(s);
    close(server);
    close(client);
    close(listener);
}

/* A connection that is made, or refused, can be written: then it is known. */
static void check_connecting(const struct sockaddr_in *address, int wanted)
{
    Selector *s = new_selector();
    SelectorKey ready[1];
    int fd = start_connecting(address), count = -1, error = -1;
    socklen_t size = sizeof error;
    selector_register(s, fd, EVENT_WRITE, NULL);
    CHECK_INT(selector_select(s, 5, ready, 1, &count), 0);
    CHECK_INT(count, 1);
    CHECK_INT(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size), 0);
    CHECK_INT(error, wanted);
    selector_free(s);
    close(fd);
}

TEST(a_connection_that_is_made_can_be_written)
{
    struct sockaddr_in address;
    int listener = new_listener(&address);
    check_connecting(&address, 0);
    close(listener);
}

TEST(a_connection_that_is_refused_can_be_written)
{
    struct sockaddr_in address;
    close(new_listener(&address));
    check_connecting(&address, ECONNREFUSED);
}

/* ---- Edges ---- */
/* What the last answer said must not be in the next one. */
TEST(nothing_is_left_of_an_earlier_answer)
{
    enum { N = 130 };
    allow_descriptors(N + 32);
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[N];
    int fds[N];
    for (int i = 0; i < N; i++) {
        fds[i] = dup(p.a);
        CHECK_INT(selector_register(s, fds[i], EVENT_WRITE, NULL), 0);
    }
    CHECK_INT(look(s, ready, N - 1), N - 1);
    for (int i = 1; i < N; i++)
        CHECK_INT(selector_unregister(s, fds[i]), 0);
    CHECK_INT(look_at(s, fds[0]), EVENT_WRITE);
    for (int i = 0; i < N; i++)
        close(fds[i]);
    selector_free(s);
    pair_close(p);
}

TEST(a_closed_descriptor_is_still_registered)
{
    Selector *s = new_selector();
    int fd = dup(0);
    CHECK_INT(selector_register(s, fd, EVENT_READ, NULL), 0);
    close(fd);
    CHECK_INT(selector_register(s, fd, EVENT_READ, NULL), EEXIST);
    CHECK_INT(selector_unregister(s, fd), 0);
    CHECK_INT(selector_register(s, fd, EVENT_READ, NULL), EBADF);
    selector_free(s);
}

TEST(every_other_bit_of_events_is_E_VALUE)
{
    Selector *s = new_selector();
    Pair p = pair_new();
    for (unsigned bit = 4; bit != 0; bit <<= 1) {
        int events = (int)bit | EVENT_READ;
        CHECK_INT(selector_register(s, p.a, events, NULL), E_VALUE);
        CHECK_INT(selector_modify(s, p.a, events, NULL), E_VALUE);
    }
    selector_free(s);
    pair_close(p);
}

TEST(numbers_just_past_the_highest_are_unknown)
{
    allow_descriptors(FD_SETSIZE);
    Selector *s = new_selector();
    Pair p = pair_new();
    int last = dup2(p.a, FD_SETSIZE - 1);
    CHECK_INT(selector_register(s, last, EVENT_WRITE, NULL), 0);
    CHECK_INT(selector_unregister(s, FD_SETSIZE), ENOENT);
    CHECK_INT(selector_modify(s, FD_SETSIZE, EVENT_READ, NULL), ENOENT);
    CHECK_INT(selector_unregister(s, last), 0);
    CHECK_INT(selector_unregister(s, last), ENOENT);
    close(last);
    selector_free(s);
    pair_close(p);
}

/* ---- Against a model ---- */
/* Random calls; the model is an array of events, and poll() is the judge. */
enum { MODEL = 96, STEPS = 20000 };

static unsigned random_number(void)
{
    static uint64_t state = 20260101;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 33;
}

static void check_answer(Selector *s, const Pair *pairs, const int *events)
{
    SelectorKey ready[MODEL];
    int count = look(s, ready, MODEL), expected = 0;
    for (int i = 0; i < MODEL; i++) {
        struct pollfd judge = { pairs[i].a, 0, 0 };
        judge.events |= events[i] & EVENT_READ ? POLLIN : 0;
        judge.events |= events[i] & EVENT_WRITE ? POLLOUT : 0;
        int wanted = 0, found = 0;
        if (events[i] != 0 && poll(&judge, 1, 0) > 0)
            wanted = (judge.revents & POLLIN ? EVENT_READ : 0) |
                     (judge.revents & POLLOUT ? EVENT_WRITE : 0);
        for (int k = 0; k < count; k++)
            if (ready[k].fd == pairs[i].a) {
                found = ready[k].events;
                CHECK_PTR(ready[k].data, &pairs[i]);
            }
        CHECK_INT(found, wanted);
        expected += wanted != 0;
    }
    CHECK_INT(count, expected);
}

static void random_step(Selector *s, Pair *pairs, int *events)
{
    int i = random_number() % MODEL, e = random_number() % 4;
    Pair *p = &pairs[i];
    char byte;
    int known = events[i] != 0;
    switch (random_number() % 5) {
    case 0:
        CHECK_INT(selector_register(s, p->a, e, p),
                  e == 0 ? E_VALUE : known ? EEXIST : 0);
        events[i] = known ? events[i] : e;
        break;
    case 1:
        CHECK_INT(selector_modify(s, p->a, e, p),
                  e == 0 ? E_VALUE : known ? 0 : ENOENT);
        events[i] = known && e != 0 ? e : events[i];
        break;
    case 2:
        CHECK_INT(selector_unregister(s, p->a), known ? 0 : ENOENT);
        events[i] = 0;
        break;
    case 3:
        send_byte(p->b);
        break;
    default:
        (void)!read(p->a, &byte, 1);
    }
}

TEST_LIMIT(60, a_random_history_agrees_with_poll)
{
    allow_descriptors(2 * MODEL + 32);
    Selector *s = new_selector();
    Pair pairs[MODEL];
    int events[MODEL] = { 0 };
    for (int i = 0; i < MODEL; i++)
        fcntl((pairs[i] = pair_new()).a, F_SETFL, O_NONBLOCK);
    for (int step = 0; step < STEPS; step++) {
        random_step(s, pairs, events);
        if (step % 20 == 0)
            check_answer(s, pairs, events);
    }
    for (int i = 0; i < MODEL; i++)
        pair_close(pairs[i]);
    selector_free(s);
}
