/* The test framework. Invariant: a test has passed only if its process said so
 * after the last line of the test. Nothing else counts: not the exit status 0
 * (the code under test may call exit()), not the absence of a crash.
 *
 *     #include "../check.h"
 *
 *     TEST(a_new_queue_is_empty)
 *     {
 *         CHECK(queue_is_empty(&queue));          any condition
 *         CHECK_INT(queue_size(&queue), 0);       actual first, then wanted
 *         CHECK_STR(name, "queue");   CHECK_PTR(head, NULL);
 *         CHECK_DOUBLE(elapsed, 1.5, 0.01);       equal within 0.01
 *     }
 *     TEST_FOR(2, a_yielded_value_arrives) { HINT("Where is it kept?"); ... }
 *     TEST_LIMIT(60, a_million_tasks_sleep) { SKIP("no room"); }
 *
 * TEST_FOR gives points, TEST_LIMIT another limit than 10 seconds. A check
 * that fails ends the test, from any function, thread or forked child. The
 * header brings main(): `prog` runs all tests, `prog PATTERN` those whose name
 * contains it, `prog -l` lists them, `prog -d NAME` runs one without fork,
 * capture and limit, for a debugger.
 *
 * Each test has its own process and process group. It may crash, hang, block
 * signals, exit or lower its limits: it alone fails. What it prints is shown
 * if it fails. It must leave behind no open descriptor, no child, no memory
 * (seen with glibc or ASan). One that must do so announces it, for example
 *     LEAVES(CHECK_MEMORY, "the resolver keeps its tables");
 * Not seen are a process that left the group by setsid(), and threads.
 *
 * Environment: CHECK_TIMEOUT multiplies the limits (0.1, 20), CHECK_VERBOSE=1
 * shows the output of passing tests too, CHECK_SCORE names the file to which
 * `passed failed skipped points total name` is appended.
 */
#ifndef CHECK_H
#define CHECK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* ---- Writing tests ---- */

#define TEST(name) CHECK_TEST(name, 0, 10)
#define TEST_FOR(points, name) CHECK_TEST(name, points, 10)
#define TEST_LIMIT(seconds, name) CHECK_TEST(name, 0, seconds)

#define CHECK(condition) \
    ((condition) ? (void)0 : check_fail(__FILE__, __LINE__, #condition))
#define CHECK_INT(actual, wanted) \
    check_int(__FILE__, __LINE__, #actual, (actual), (wanted))
#define CHECK_DOUBLE(actual, wanted, within) \
    check_double(__FILE__, __LINE__, #actual, (actual), (wanted), (within))
#define CHECK_STR(actual, wanted) \
    check_str(__FILE__, __LINE__, #actual, (actual), (wanted))
#define CHECK_PTR(actual, wanted) \
    check_ptr(__FILE__, __LINE__, #actual, (uintptr_t)(actual), \
              (uintptr_t)(wanted))

#define HINT(text) check_report('H', "%s", text)
#define SKIP(reason) check_skip(reason)

enum { CHECK_MEMORY = 1, CHECK_DESCRIPTORS = 2, CHECK_CHILDREN = 4 };
#define LEAVES(what, why) check_leave(what, why)

/* Tests add themselves to a list before main(), in the order of the file. */
#define CHECK_TEST(name, points, limit) \
    static void test_##name(void); \
    static struct CheckTest entry_of_##name = { \
        #name, test_##name, points, limit, __LINE__, NULL \
    }; \
    __attribute__((constructor)) static void add_test_##name(void) \
    { \
        check_add(&entry_of_##name); \
    } \
    static void test_##name(void)

struct CheckTest {
    const char *name; /* an identifier; shown with spaces for underscores */
    void (*body)(void);
    int points;
    double limit; /* seconds */
    int line;
    struct CheckTest *next;
};

static struct CheckTest *check_tests;

/* By their lines: who links calls constructors in an order of their own. */
static inline void check_add(struct CheckTest *test)
{
    struct CheckTest **at = &check_tests;
    while (*at != NULL && (*at)->line < test->line)
        at = &(*at)->next;
    test->next = *at;
    *at = test;
}

/* ---- In the test: reporting ---- */

/* A report is lines of a token, a letter and text: H hint, S skipped, F
 * failure, L may leave children, P passed. The token differs each time, so
 * that what a test writes to any descriptor is not mistaken for a report. */
static char check_token[17] = "# ";
static int check_fd = 2; /* to the parent; with -d, there is none */
static int check_faults; /* reported by this process */
static int check_leaves; /* what this test may leave behind */

__attribute__((format(printf, 2, 3)))
static void check_report(char kind, const char *format, ...)
{
    char line[2048];
    size_t size = (size_t)snprintf(line, 32, "%s%c ", check_token, kind);
    va_list args;
    va_start(args, format);
    vsnprintf(line + size, sizeof line - size - 1, format, args);
    va_end(args);
    strcat(line, "\n");
    while (write(check_fd, line, strlen(line)) < 0 && errno == EINTR)
        continue;
    check_faults += kind == 'F';
}

/* The caller may be anywhere, on any stack and in any thread, so a test is
 * not left by return; and the handlers of exit() are not to run. */
_Noreturn static void check_end(int status)
{
    fflush(stdout);
    _exit(status);
}

_Noreturn static inline void check_skip(const char *reason)
{
    check_report('S', "%s", reason);
    check_end(0);
}

static inline void check_leave(int what, const char *why)
{
    check_leaves |= what;
    if (what & CHECK_CHILDREN)
        check_report('L', "%s", why);
}

_Noreturn static inline void check_fail(const char *file, int line,
                                        const char *condition)
{
    check_report('F', "%s:%d: expected %s", file, line, condition);
    check_end(1);
}

_Noreturn static inline void check_differ(const char *file, int line,
                                          const char *what, const char *actual,
                                          const char *wanted)
{
    check_report('F', "%s:%d: expected %s to be %s, but it is %s", file, line,
                 what, wanted, actual);
    check_end(1);
}

static inline void check_int(const char *file, int line, const char *what,
                             intmax_t actual, intmax_t wanted)
{
    char is[24], should[24];
    snprintf(is, sizeof is, "%jd", actual);
    snprintf(should, sizeof should, "%jd", wanted);
    if (actual != wanted)
        check_differ(file, line, what, is, should);
}

static inline void check_double(const char *file, int line, const char *what,
                                double actual, double wanted, double within)
{
    char is[32], should[32];
    snprintf(is, sizeof is, "%.15g", actual);
    snprintf(should, sizeof should, "%.15g", wanted);
    /* Written so that a NaN fails. */
    if (!(actual >= wanted - within && actual <= wanted + within))
        check_differ(file, line, what, is, should);
}

static inline void check_ptr(const char *file, int line, const char *what,
                             uintptr_t actual, uintptr_t wanted)
{
    char is[32], should[32];
    snprintf(is, sizeof is, "%#jx", (uintmax_t)actual);
    snprintf(should, sizeof should, "%#jx", (uintmax_t)wanted);
    if (actual != wanted)
        check_differ(file, line, what, is, should);
}

/* Writes the text as C would, so that blanks and line ends can be seen. */
static inline const char *check_quote(char *to, size_t size, const char *text)
{
    static const char special[] = "\n\t\r\"\\", letter[] = "ntr\"\\";
    char *at = to, *end = to + size - 8;
    if (!text)
        return "NULL";
    for (*at++ = '"'; *text && at < end; text++) {
        const char *found = strchr(special, *text);
        if (found)
            at += snprintf(at, 8, "\\%c", letter[found - special]);
        else if ((unsigned char)*text < ' ' || *text == 127)
            at += snprintf(at, 8, "\\%03o", (unsigned char)*text);
        else
            *at++ = *text;
    }
    strcpy(at, *text ? "\"..." : "\"");
    return to;
}

static inline void check_str(const char *file, int line, const char *what,
                             const char *actual, const char *wanted)
{
    char is[600], should[600];
    if (actual != wanted && (!actual || !wanted || strcmp(actual, wanted)))
        check_differ(file, line, what, check_quote(is, sizeof is, actual),
                     check_quote(should, sizeof should, wanted));
}

/* ---- In the test: what it left behind ---- */

/* From here on, descriptors are not ours: valgrind has some at the top. */
static int check_ceiling = INT_MAX;

/* The lowest open descriptor that is at least `from`, or -1. */
static int check_next_open(int from)
{
    int lowest = check_ceiling;
    DIR *directory = opendir("/dev/fd");
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        int fd = atoi(entry->d_name);
        if (fd >= from && fd < lowest && fd != dirfd(directory) &&
            entry->d_name[0] != '.')
            lowest = fd;
    }
    if (directory)
        closedir(directory);
    /* No such directory, one that lists only 0 to 2, or no free descriptor. */
    for (int fd = from; fd < lowest && fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            lowest = fd;
    return lowest < check_ceiling ? lowest : -1;
}

/* The test began with descriptors 0, 1, 2 and check_fd. */
static void check_descriptors(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            check_report('F', "closed descriptor %d, not its own", fd);
    int seen = 0;
    for (int fd = 3; (fd = check_next_open(fd)) >= 0 && seen < 9; fd++) {
        char link[40], target[200] = ""; /* stays empty but on Linux */
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        if (fd == check_fd)
            continue;
        if (readlink(link, target, sizeof target - 1) < 0)
            target[0] = 0;
        check_report('F', "left descriptor %d open: %s", fd, target);
        seen++;
    }
}

static void check_children(void)
{
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        check_report('F', "left child %ld dead, not waited for", (long)pid);
    if (pid == 0)
        check_report('F', "left a child running");
}

#ifndef __has_feature /* is clang's; gcc defines macros */
#define __has_feature(name) 0
#endif
#if __has_feature(address_sanitizer) || defined(__SANITIZE_ADDRESS__)
#define CHECK_ASAN
#endif
#if __has_feature(thread_sanitizer) || defined(__SANITIZE_THREAD__)
#define CHECK_TSAN
#endif

#if defined(CHECK_ASAN) && defined(__linux__)
#define CHECK_FINDS_LEAKS 1
int __lsan_do_recoverable_leak_check(void);
static void check_exact_memory(char **argv) {}
static size_t check_memory(void) { return 0; }

static bool check_leaks(size_t before)
{
    return __lsan_do_recoverable_leak_check();
}
#elif defined(__GLIBC__) && __GLIBC_MINOR__ >= 33 && !defined(CHECK_TSAN)
#define CHECK_FINDS_LEAKS 1
/* The figures of malloc are exact only without its caches, which an
 * environment variable turns off that is read at start: so start once more. */
static bool check_is_exact;

static void check_exact_memory(char **argv)
{
    const char *preload = getenv("LD_PRELOAD"), *set = getenv("GLIBC_TUNABLES");
    if (preload && strstr(preload, "vgpreload"))
        return; /* valgrind brings its own malloc */
    check_is_exact = set && strstr(set, "tcache_count=0");
    if (!check_is_exact) {
        setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0:"
               "glibc.malloc.arena_max=1:glibc.pthread.stack_cache_size=0", 1);
        execv(argv[0], argv);
    }
    unsetenv("GLIBC_TUNABLES");
}

static size_t check_memory(void)
{
    struct mallinfo2 info = mallinfo2();
    return check_is_exact ? info.uordblks + info.hblkhd : 0;
}

static bool check_leaks(size_t before)
{
    return check_memory() > before;
}
#else
#define CHECK_FINDS_LEAKS 0
static void check_exact_memory(char **argv) {}
static size_t check_memory(void) { return 0; }
static bool check_leaks(size_t before) { return false; }
#endif

/* ---- In the test: running it ---- */

_Noreturn static void check_body(struct CheckTest *test)
{
    size_t before = check_memory();
    pid_t pid = getpid();
    test->body();
    if (getpid() != pid) {
        check_report('F', "a child that it forked ran past its last line");
        check_end(1);
    }
    if (!(check_leaves & CHECK_DESCRIPTORS))
        check_descriptors();
    if (!(check_leaves & CHECK_CHILDREN))
        check_children();
    if (!(check_leaves & CHECK_MEMORY) && check_leaks(before))
        check_report('F', "left %zu bytes of memory behind",
                     check_memory() - before);
    if (check_faults == 0)
        check_report('P', "passed");
    check_end(check_faults > 0);
}

static void check_interrupted(int number);

/* In the new process: makes it look like a fresh one, then runs the test. */
_Noreturn static void check_child(struct CheckTest *test, int report,
                                  FILE *output)
{
    struct sigaction action;
    sigset_t none;
    setpgid(0, 0);
    /* A sanitizer's handlers stay. */
    for (int number = 1; number < 32; number++)
        if (sigaction(number, NULL, &action) == 0 &&
            (action.sa_handler == SIG_IGN ||
             action.sa_handler == check_interrupted))
            signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(open("/dev/null", O_RDONLY), 0);
    if (output) {
        fcntl(fileno(output), F_SETFL, O_APPEND | O_RDWR);
        dup2(fileno(output), 1);
        dup2(fileno(output), 2);
    }
    /* High up, so that the test's own descriptors begin at 3. */
    check_fd = fcntl(report, F_DUPFD, 200);
    if (check_fd < 0)
        check_fd = report;
    for (int fd = 3; (fd = check_next_open(fd)) >= 0; fd++)
        if (fd != check_fd && close(fd) < 0)
            check_ceiling = fd;
    check_body(test);
}

/* ---- Watching the test from outside ---- */

static struct CheckRun {
    struct CheckTest *test;
    char sentence[200]; /* its name */
    double limit;
    pid_t pid; /* of the test and of its process group */
    int status;
    bool is_late, has_orphans;
    size_t size; /* of the report */
    char report[1 << 16];
} check_run;

static int check_count, check_passed, check_failed, check_skipped;
static int check_points, check_total;

static void check_interrupted(int number)
{
    if (check_run.pid > 0)
        kill(-check_run.pid, SIGKILL);
    signal(number, SIG_DFL);
    raise(number);
}

static double check_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Appends what there is to read; false at the end. Leaves room for our own
 * notes: who floods the pipe loses the end of the report, and so fails. */
static bool check_read(struct CheckRun *run, int fd)
{
    char buf[4096];
    ssize_t n = read(fd, buf, sizeof buf);
    for (ssize_t i = 0; i < n && run->size < sizeof run->report - 4096; i++)
        run->report[run->size++] = buf[i] ? buf[i] : '?';
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* Until the test's process is dead or its time is up. The end of the pipe says
 * little: a child that was left behind may hold it open, and the test may have
 * closed it. */
static void check_watch(struct CheckRun *run, int fd)
{
    double deadline = check_now() + run->limit;
    bool is_open = true;
    while (!run->is_late && waitpid(run->pid, &run->status, WNOHANG) == 0) {
        struct pollfd end = { is_open ? fd : -1, POLLIN, 0 };
        if (poll(&end, 1, is_open ? 10 : 1) > 0)
            is_open = check_read(run, fd);
        run->is_late = check_now() >= deadline;
    }
    if (run->is_late) {
        kill(-run->pid, SIGKILL);
        while (waitpid(run->pid, &run->status, 0) < 0 && errno == EINTR)
            continue;
    }
    for (size_t before = 1; is_open && before != run->size;) {
        before = run->size;
        check_read(run, fd);
    }
}

/* Others of the group may be dying: they have a moment to do so. */
static void check_watch_orphans(struct CheckRun *run)
{
    double deadline = check_now() + run->limit / 10;
    if (run->is_late)
        kill(-run->pid, SIGKILL);
    while (kill(-run->pid, 0) == 0 && check_now() < deadline) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        poll(NULL, 0, 1);
    }
    run->has_orphans = kill(-run->pid, SIGKILL) == 0;
}

/* ---- Judging ---- */

/* Counts the lines of a kind in the report, and prints them after a prefix if
 * there is one. Kind 0: the lines that check_report() did not write. */
static int check_lines(const char *line, char kind, const char *prefix)
{
    int count = 0;
    size_t length, token = strlen(check_token);
    for (; *line; line += length + (line[length] == '\n')) {
        length = strcspn(line, "\n");
        bool is_ours = strncmp(line, check_token, token) == 0;
        if (kind != (is_ours ? line[token] : 0))
            continue;
        if (prefix)
            printf("%s%.*s\n", prefix, (int)(length - token - 2),
                   line + token + 2);
        count++;
    }
    return count;
}

/* Adds a failure that is seen only from outside to the report. */
__attribute__((format(printf, 2, 3)))
static void check_note(struct CheckRun *run, const char *format, ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    run->size += (size_t)snprintf(run->report + run->size, 300, "\n%sF %s\n",
                                  check_token, text);
}

static void check_judge(struct CheckRun *run)
{
    bool is_done = check_lines(run->report, 'P', NULL) > 0 ||
                   check_lines(run->report, 'S', NULL) > 0;
    bool has_strays = check_lines(run->report, 0, NULL) > 0;
    int status = run->status;
    if (run->is_late)
        check_note(run, "still ran after %g seconds", run->limit);
    else if (WIFSIGNALED(status))
        check_note(run, "killed by signal %d (%s)", WTERMSIG(status),
                   strsignal(WTERMSIG(status)));
    else if (is_done && status != 0)
        check_note(run, "exit status %d after its end", WEXITSTATUS(status));
    else if (!is_done && check_lines(run->report, 'F', NULL) == 0)
        check_note(run, "ended before its last line, with exit status %d",
                   WEXITSTATUS(status));
    if (has_strays)
        check_note(run, "wrote to a descriptor that it did not open");
    if (run->has_orphans && check_lines(run->report, 'L', NULL) == 0)
        check_note(run, "left a process running in its process group");
}

/* What the test printed; of a long output only the end. */
static void check_show(FILE *output)
{
    long most = 16 << 10, size;
    int last = '\n';
    if (!output || fseek(output, 0, SEEK_END) < 0)
        return;
    size = ftell(output);
    if (size > most)
        printf("# | [%ld bytes left out]\n", size - most);
    fseek(output, size > most ? size - most : 0, SEEK_SET);
    for (int c; (c = getc(output)) != EOF; last = putchar(c))
        if (last == '\n')
            fputs("# | ", stdout);
    if (last != '\n')
        putchar('\n');
}

static void check_result(struct CheckRun *run, FILE *output)
{
    bool has_failed = check_lines(run->report, 'F', NULL) > 0;
    bool is_skipped = !has_failed && check_lines(run->report, 'S', NULL) > 0;
    int points = run->test->points;
    check_failed += has_failed;
    check_skipped += is_skipped;
    check_passed += !has_failed && !is_skipped;
    check_points += has_failed || is_skipped ? 0 : points;
    check_total += is_skipped ? 0 : points;
    printf("%sok %d - %s", has_failed ? "not " : "", check_count,
           run->sentence);
    if (is_skipped)
        check_lines(run->report, 'S', " # skip ");
    else
        putchar('\n');
    check_lines(run->report, 'F', "# ");
    if (has_failed || getenv("CHECK_VERBOSE"))
        check_show(output);
    if (has_failed)
        check_lines(run->report, 'H', "# hint: ");
}

/* ---- The run ---- */

static void check_run_test(struct CheckRun *run)
{
    FILE *output = tmpfile(); /* without it, what is printed is not held */
    int ends[2];
    check_count++;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(check_token, sizeof check_token, "%08lx%08lx",
             (unsigned long)getpid() * 40503 & 0xffffffff,
             (unsigned long)now.tv_nsec);
    fflush(stdout);
    /* Who is interrupted must know already whom to take along. */
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    if (pipe(ends) < 0 || (run->pid = fork()) < 0) {
        perror("check.h: no process for a test");
        exit(2);
    }
    if (run->pid == 0)
        check_child(run->test, ends[1], output);
    setpgid(run->pid, run->pid);
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    check_watch(run, ends[0]);
    check_watch_orphans(run);
    run->pid = 0;
    check_judge(run);
    check_result(run, output);
    close(ends[0]);
    if (output)
        fclose(output);
}

/* The suite is named by the last two parts of the program's path. */
static bool check_write_score(const char *path, const char *program)
{
    const char *name = program + strlen(program);
    for (int slashes = 0; name > program; name--)
        if (name[-1] == '/' && ++slashes == 2)
            break;
    FILE *file = fopen(path, "a");
    if (file)
        fprintf(file, "%d %d %d %d %d %s\n", check_passed, check_failed,
                check_skipped, check_points, check_total, name);
    if (file && fclose(file) == 0)
        return true;
    perror(path);
    return false;
}

static void check_prepare(void)
{
    /* Static buffers, because a test's first printf is not its leak; lines,
     * because a crash should not swallow what was printed before. */
    static char out[BUFSIZ], in[BUFSIZ];
    static const int numbers[] = { SIGHUP, SIGINT, SIGTERM };
    setvbuf(stdout, out, _IOLBF, sizeof out);
    setvbuf(stdin, in, _IOFBF, sizeof in);
    tzset();
    signal(SIGCHLD, SIG_DFL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (signal(numbers[i], check_interrupted) == SIG_IGN)
            signal(numbers[i], SIG_IGN);
#ifdef PR_SET_CHILD_SUBREAPER
    /* Orphans become ours, so that a dead one is not taken for running. */
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
}

static void check_spaces(char *to, size_t size, const char *name)
{
    snprintf(to, size, "%s", name);
    while ((to = strchr(to, '_')))
        *to = ' ';
}

int main(int argc, char **argv)
{
    char option = argc > 1 && argv[1][0] == '-' ? argv[1][1] : 0;
    char score[PATH_MAX] = "", pattern[200];
    const char *path = getenv("CHECK_SCORE"), *times = getenv("CHECK_TIMEOUT");
    struct CheckRun *run = &check_run;
    if (!option)
        check_exact_memory(argv);
    snprintf(score, sizeof score, "%s", path ? path : "");
    unsetenv("CHECK_SCORE"); /* is not for the programs that tests run */
    check_prepare();
    check_spaces(pattern, sizeof pattern,
                 argc > 1 && option != 'l' ? argv[argc - 1] : "");
    for (struct CheckTest *test = check_tests; test; test = test->next) {
        memset(run, 0, sizeof *run);
        run->test = test;
        run->limit = test->limit * (times ? strtod(times, NULL) : 1);
        check_spaces(run->sentence, sizeof run->sentence, test->name);
        if (!strstr(run->sentence, pattern))
            continue;
        if (option == 'l')
            puts(run->sentence);
        else if (option == 'd')
            check_body(test);
        else
            check_run_test(run);
    }
    if (option == 'l')
        return 0;
    if (check_count == 0)
        fprintf(stderr, "%s: no test has '%s' in its name\n", argv[0], pattern);
    if (check_count == 0 || (score[0] && !check_write_score(score, argv[0])))
        return 2;
    return check_failed > 0;
}

#endif
