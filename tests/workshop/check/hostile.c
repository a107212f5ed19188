/* Tests of the test framework: each bad_ test does to it what code under test
 * may do, and fails alone, for the reason in the comment above it; the good_
 * test before each passes. See tests/workshop/check.sh. */
#include "../../check.h"

#include <sys/resource.h>

/* A bad test is worth 100 points, so that one that passes can be seen in the
 * sum. A short limit is for those which only the limit ends. */
#define BAD_LIMIT(seconds, name) \
    CHECK_TEST(good_before_##name, 1, 50) { CHECK(true); } \
    CHECK_TEST(bad_##name, 100, seconds)
#define BAD(name) BAD_LIMIT(50, name)

static void write_everywhere(void)
{
    for (int fd = 3; fd < 300; fd++) {
        ssize_t n = write(fd, "passed\n", 7);
        n += write(fd, "\0P\n", 3);
        (void)n;
    }
}

static void close_everything(void)
{
    for (int fd = 0; fd < 300; fd++)
        close(fd);
}

/* ---- Ending early ---- */

/* expect: ended before its last line, with exit status 0 */
BAD(exit)
{
    exit(0);
}

/* expect: ended before its last line, with exit status 0 */
BAD(quick_exit)
{
    _exit(0);
}

static void exit_well(void)
{
    _exit(0);
}

/* expect: expected 1 == 2 */
BAD(exit_handler)
{
    atexit(exit_well);
    CHECK(1 == 2);
}

/* expect: killed by signal|ended before its last line */
BAD(abort)
{
    abort();
}

static volatile int *volatile nowhere;

/* expect: killed by signal|ended before its last line */
BAD(segmentation_fault)
{
    *nowhere = 1;
}

/* expect: killed by signal 9 */
BAD(kill_the_group)
{
    kill(0, SIGKILL);
}

/* expect: killed by signal 14 */
BAD(alarm)
{
    alarm(1);
    for (;;)
        pause();
}

static void ignore(int number)
{
}

/* expect: expected alarms to be 2, but it is 1 */
BAD(alarm_handler)
{
    int alarms = 1;
    signal(SIGALRM, ignore);
    raise(SIGALRM);
    CHECK_INT(alarms, 2);
}

/* expect: killed by signal 13 */
BAD(broken_pipe)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    close(ends[0]);
    CHECK(write(ends[1], "x", 1) < 0);
}

/* ---- Not ending ---- */

/* expect: still ran after */
BAD_LIMIT(2.5, endless_loop)
{
    for (volatile int i = 0; i == 0;)
        continue;
}

/* expect: still ran after */
BAD_LIMIT(2.5, blocked_signals)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    for (;;)
        sleep(1);
}

/* expect: still ran after */
BAD_LIMIT(2.5, silence)
{
    close_everything();
    for (;;)
        sleep(1);
}

/* expect: still ran after */
BAD_LIMIT(2.5, stopped)
{
    raise(SIGSTOP);
}

/* expect: still ran after */
BAD_LIMIT(2.5, waiting_for_input_from_a_child)
{
    int ends[2];
    char byte;
    CHECK(pipe(ends) == 0);
    if (fork() == 0)
        for (;;)
            sleep(1);
    CHECK(read(ends[0], &byte, 1) == 1);
}

/* ---- Forging ---- */

/* expect: ended before its last line */
BAD(write_everywhere_and_exit)
{
    write_everywhere();
    exit(0);
}

/* expect: wrote to a descriptor that it did not open */
BAD(write_everywhere)
{
    write_everywhere();
}

/* expect: ended before its last line */
BAD(flood)
{
    static const char zeros[4096];
    for (int fd = 3; fd < 300; fd++)
        for (int i = 0; i < 100; i++)
            if (write(fd, zeros, sizeof zeros) < 0)
                break;
    exit(0);
}

/* expect: ended before its last line */
BAD(close_everything)
{
    close_everything();
}

/* expect: ended before its last line */
BAD(close_everything_and_reopen)
{
    close_everything();
    while (open("/dev/null", O_RDWR) < 250)
        continue;
}

/* expect: closed descriptor 0, not its own */
BAD(close_input)
{
    close(0);
}

/* expect: ended before its last line, with exit status 0 */
BAD(print_a_report)
{
    printf("ok 1 - all is well\nPpassed\n1 0 0 100 100 forged\n");
    exit(0);
}

/* expect: a child that it forked ran past its last line */
BAD(forgotten_exit_of_a_child)
{
    if (fork() == 0)
        return;
    wait(NULL);
}

/* expect: expected 2 \+ 2 to be 5, but it is 4 */
BAD(failure_in_a_child)
{
    if (fork() == 0) {
        CHECK_INT(2 + 2, 5);
        _exit(0);
    }
    wait(NULL);
}

/* ---- Leaving things behind ---- */

/* expect: left a child running */
BAD_LIMIT(5, child)
{
    if (fork() == 0)
        for (;;)
            pause();
}

/* expect: left child [0-9]+ dead, not waited for */
BAD(zombie)
{
    int ends[2];
    char byte;
    CHECK(pipe(ends) == 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    close(ends[1]);
    CHECK(read(ends[0], &byte, 1) == 0);
    close(ends[0]);
    siginfo_t info;
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
}

static void orphan(void (*body)(void))
{
    if (fork() == 0) {
        if (fork() == 0) {
            body();
            for (;;)
                pause();
        }
        _exit(0);
    }
    wait(NULL);
}

static void nothing(void)
{
}

static void close_pipe(void)
{
    close_everything();
}

/* expect: left a process running in its process group */
BAD_LIMIT(5, orphan_with_the_pipe)
{
    orphan(nothing);
}

/* expect: left a process running in its process group */
BAD_LIMIT(5, orphan_without_the_pipe)
{
    orphan(close_pipe);
}

/* expect: ended before its last line */
BAD_LIMIT(5, orphan_and_exit)
{
    orphan(nothing);
    exit(0);
}

/* expect: left descriptor 3 open */
BAD(descriptor)
{
    CHECK(open("/dev/null", O_RDONLY) >= 0);
}

/* expect: left descriptor 3 open */
BAD(all_descriptors)
{
    struct rlimit limit = {100, 100};
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    while (open("/dev/null", O_RDONLY) >= 0)
        continue;
}

static void *volatile lost;

/* expect: (left [0-9]+ bytes of )?memory behind */
BAD(memory)
{
    if (!CHECK_FINDS_LEAKS)
        SKIP("no way to find leaks here");
    lost = malloc(40);
    lost = NULL;
}

/* expect: (left [0-9]+ bytes of )?memory behind */
BAD(large_memory)
{
    if (!CHECK_FINDS_LEAKS)
        SKIP("no way to find leaks here");
    lost = malloc(4 << 20);
    lost = NULL;
}

/* ---- Not against the rules ---- */

CHECK_TEST(good_prints_a_lot, 1, 50)
{
    for (int i = 0; i < 10 << 20; i += 64)
        printf("%063d\n", i);
}

/* expect: bytes left out */
BAD(prints_a_lot_and_fails)
{
    for (int i = 0; i < 10 << 20; i += 64)
        printf("%063d\n", i);
    CHECK(false);
}

CHECK_TEST(good_reaps_its_orphans, 1, 50)
{
    if (fork() == 0) {
        if (fork() == 0)
            _exit(0);
        _exit(0);
    }
    wait(NULL);
}

CHECK_TEST(good_leaves_what_it_announced, 1, 50)
{
    LEAVES(CHECK_MEMORY | CHECK_DESCRIPTORS, "to prove that it may");
    LEAVES(CHECK_CHILDREN, "to prove that it may");
    lost = malloc(40);
    lost = NULL;
    CHECK(dup(1) >= 0);
    if (fork() == 0)
        for (;;)
            pause();
}

CHECK_TEST(good_uses_memory_and_returns_it, 1, 50)
{
    void *blocks[200];
    for (size_t i = 0; i < 200; i++)
        blocks[i] = malloc(i * i * 8);
    for (size_t i = 0; i < 200; i++)
        free(blocks[i]);
    printf("%f\n", 1.5);
    CHECK(getchar() == EOF);
}

CHECK_TEST(good_lowers_its_limits, 1, 50)
{
    struct rlimit limit = {5, 5};
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit = (struct rlimit){0, 0};
    CHECK(setrlimit(RLIMIT_CORE, &limit) == 0);
}

/* The framework's own state does not show: descriptors begin at 3, signals
 * are not ignored or blocked, input is empty, and the score is no one's. */
__attribute__((constructor)) static void block(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

CHECK_TEST(good_begins_like_a_fresh_process, 1, 50)
{
    struct sigaction action;
    sigset_t blocked;
    int numbers[] = {SIGPIPE, SIGINT, SIGTERM, SIGCHLD};
    for (int i = 0; i < 4; i++) {
        CHECK(sigaction(numbers[i], NULL, &action) == 0);
        CHECK(action.sa_handler == SIG_DFL);
    }
    for (int fd = 3; fd < 10; fd++)
        CHECK_INT(dup(0), fd);
    for (int fd = 3; fd < 10; fd++)
        CHECK(close(fd) == 0);
    CHECK(sigprocmask(SIG_BLOCK, NULL, &blocked) == 0);
    CHECK(!sigismember(&blocked, SIGUSR1));
    CHECK(getenv("CHECK_SCORE") == NULL);
    CHECK(getpgrp() == getpid());
}
