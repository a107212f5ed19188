/* faults.c - runs a scenario again and again: each time one system call fails,
 * in one way.  Whatever it does then, it ends in time, leaves nothing behind,
 * and the process is as good as new.
 *
 * What it is to fail like is in faults.table; how often a call is made, a few
 * runs without faults tell. */
#define main check_main
#include "../check.h"
#undef main

#include <netdb.h>
#include <pthread.h>

#include "../../code/03_futures/report.h"
#include "scenario.h"
#include "shim.h"

/* ---- Errors by name ---- */
#define NAMED(error) { #error, error }

static const struct {
    const char *name;
    int error;
} errors[] = {
    NAMED(E2BIG), NAMED(EACCES), NAMED(EADDRINUSE), NAMED(EADDRNOTAVAIL),
    NAMED(EAFNOSUPPORT), NAMED(EAGAIN), NAMED(EBADF), NAMED(EBUSY),
    NAMED(ECHILD), NAMED(ECONNABORTED), NAMED(ECONNREFUSED), NAMED(ECONNRESET),
    NAMED(EDQUOT), NAMED(EFBIG), NAMED(EHOSTUNREACH), NAMED(EINPROGRESS),
    NAMED(EINTR), NAMED(EINVAL), NAMED(EIO), NAMED(EISDIR), NAMED(ELOOP),
    NAMED(EMFILE), NAMED(EMSGSIZE), NAMED(ENAMETOOLONG), NAMED(ENETDOWN),
    NAMED(ENETUNREACH), NAMED(ENFILE), NAMED(ENOBUFS), NAMED(ENOENT),
    NAMED(ENOEXEC), NAMED(ENOMEM), NAMED(ENOPROTOOPT), NAMED(ENOSPC),
    NAMED(ENOSYS), NAMED(ENOTCONN), NAMED(ENOTDIR), NAMED(EOPNOTSUPP),
    NAMED(EOVERFLOW), NAMED(EPERM), NAMED(EPIPE), NAMED(EPROTO),
    NAMED(EPROTONOSUPPORT), NAMED(EPROTOTYPE), NAMED(EROFS), NAMED(ESRCH),
    NAMED(ETIMEDOUT), NAMED(ETXTBSY), NAMED(EAI_AGAIN), NAMED(EAI_FAIL),
    NAMED(EAI_FAMILY), NAMED(EAI_MEMORY), NAMED(EAI_NONAME),
    NAMED(EAI_SERVICE), NAMED(EAI_SOCKTYPE), NAMED(SHORT),
#ifdef EHOSTDOWN
    NAMED(EHOSTDOWN),
#endif
#ifdef ELIBBAD
    NAMED(ELIBBAD),
#endif
};

/* 0: this system has no such error. */
static int error_named(const char *name)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(errors[i].name, name) == 0)
            return errors[i].error;
    if (strcmp(name, "EHOSTDOWN") != 0 && strcmp(name, "ELIBBAD") != 0) {
        fprintf(stderr, "faults.table: what is %s?\n", name);
        exit(2);
    }
    return 0;
}

/* ---- Running it ---- */
static const double LIMIT = 20.0;   /* seconds */

static bool has_lost;    /* a task that nobody waits for any more */

static void note(Loop *loop, const ErrorContext *context, void *arg)
{
    fprintf(stderr, "%s: error %d\n", context->message, context->error);
    if (strstr(context->message, "destroyed") != NULL ||
        strstr(context->message, "never retrieved") != NULL)
        has_lost = true;
}

/* A handler that has returned leaves a turn later. */
static SUSPENDS bool are_all_done(void)
{
    for (int turns = 0; turns < 100; turns++) {
        if (async_all_tasks(NULL, NULL, 0) == 1)
            return true;
        async_sleep(0);
    }
    return false;
}

static int run_limited(void *function, Value *result)
{
    CoroFn *const *run = function;
    Timeout timeout;
    timeout_enter(&timeout, LIMIT);
    int err = timeout_exit(&timeout, (*run)(NULL, result));
    has_lost = has_lost || !are_all_done();
    return err;
}

static int run(CoroFn *function)
{
    Loop *loop = loop_new();
    if (loop == NULL)
        return errno;
    loop_set_exception_handler(loop, note, NULL);
    Task *task = loop_create_task(loop, run_limited, &function);
    int err = task != NULL ? loop_run_until_complete(loop, task, NULL) : errno;
    if (task != NULL && !task_done(task))
        has_lost = true;
    if (task != NULL)
        task_release(task);
    loop_free(loop);
    return err;
}

/* ---- That nothing is broken for good ---- */
static int visit(void *server, Value *result)
{
    StreamReader *reader;
    StreamWriter *writer;
    int err = async_open_connection("127.0.0.1", server_port(server), &reader,
                                    &writer);
    return err != 0 ? err : talk(reader, writer);
}

static int plain_echo(void *arg, Value *result)
{
    Server *server;
    int err = async_start_server(echo, NULL, "127.0.0.1", 0, &server);
    return err != 0 ? err : serve_two(server, visit, server);
}

/* Linux tells how many there are; elsewhere nothing is seen. */
static int count_threads(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/task");
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        count += entry->d_name[0] != '.';
    if (directory)
        closedir(directory);
    return count;
}

static void *nothing(void *arg)
{
    return arg;
}

/* What the C library keeps of a thread that was detached is freed when the next
 * one is joined.  While threads end, the folder may list too few. */
static bool threads_end(int before)
{
    pthread_t thread;
    bool ended = count_threads() <= before;
    for (int i = 0; i < 5000 && !ended; i++) {
        poll(NULL, 0, 1);
        ended = count_threads() <= before;
    }
    if (pthread_create(&thread, NULL, nothing, NULL) == 0)
        pthread_join(thread, NULL);
    return ended;
}

/* ---- A case ---- */
typedef struct Case {
    struct CheckTest test;    /* first */
    char name[100];
    int index;                /* of the call */
    unsigned nth;             /* 0: nothing fails */
    int error;
    bool is_invisible, is_returned;
} Case;

static void run_once(const Case *it, int *err)
{
    int threads = count_threads();
    shim_arm(it->index, it->nth, it->error);
    *err = run(scenario.run);
    shim_disarm();
    fprintf(stderr, "the scenario returned %d\n", *err);
    CHECK(threads_end(threads) && "of what it started");
    CHECK(*err != WRONG);
    CHECK(*err != E_TIMEOUT);
    CHECK(!has_lost && "a task");
    CHECK(!shim_closed_twice());
}

/* Where threads or processes race the call may not be made so often: then once
 * more. */
static void run_case(void)
{
    Case *it = (Case *)check_run.test;
    int err = 0, threads = count_threads();
    bool has_failed = it->nth == 0;
    run_once(it, &err);
    for (int tries = 1; tries < 20 && !has_failed; tries++) {
        has_failed = shim_has_failed();
        if (!has_failed) {
            CHECK_INT(err, 0);
            run_once(it, &err);
        }
    }
    if (!has_failed)
        SKIP("in 20 runs the call was not made so often");
    if (it->is_invisible)
        CHECK_INT(err, 0);
    if (it->is_returned)
        CHECK_INT(err, it->error);
    CHECK_INT(run(plain_echo), 0);
    threads_end(threads);
}

/* ---- The cases ---- */
static Case *cases;
static size_t n_cases;

static bool is_lenient(const char *call)
{
    const char *found = strstr(scenario.lenient, call);
    size_t n = strlen(call);
    return found != NULL && (found[n] == ' ' || found[n] == '\0');
}

static void add_case(int index, unsigned nth, const char *name, int error)
{
    Case *it = &cases[n_cases++];
    size_t n = strlen(name) - 1;
    *it = (Case){ .index = index, .nth = nth, .error = error };
    bool is_free = nth > 0 && is_lenient(shim_name(index));
    it->is_invisible = nth == 0 || (strchr("*-", name[n]) && !is_free);
    it->is_returned = nth > 0 && name[n] == '=' && !is_free;
    snprintf(it->name, sizeof it->name, "%s %u fails with %s",
             shim_name(index), nth, name);
    it->name[strcspn(it->name, "*-=")] = '\0';
    it->test = (struct CheckTest){ nth > 0 ? it->name : "nothing fails",
                                   run_case, 0, 3 * LIMIT, (int)n_cases,
                                   NULL };
    check_add(&it->test);
}

/* ---- How often a call is made ---- */
/* Not every call can fail with each of these; 0 stands for all others. */
static const int special[] = { 0, EINTR, EAGAIN, ECONNABORTED, SHORT };

enum { MOST_CALLS = 100, N_SPECIAL = sizeof special / sizeof *special };

static unsigned counts[N_SPECIAL][MOST_CALLS];

static unsigned count_of(int index, int error)
{
    for (int i = 1; i < N_SPECIAL; i++)
        if (special[i] == error)
            return counts[i][index];
    return counts[0][index];
}

/* In a process of its own. */
static void count_once(int error, unsigned seen[])
{
    int ends[2];
    if (pipe(ends) < 0)
        exit(2);
    pid_t pid = fork();
    if (pid == 0) {
        shim_arm(0, 0, error);
        run(scenario.run);
        shim_disarm();
        for (int i = 0; shim_name(i) != NULL; i++)
            seen[i] = shim_count(i);
        ssize_t written = write(ends[1], seen, MOST_CALLS * sizeof *seen);
        _exit(written < 0);
    }
    close(ends[1]);
    if (pid < 0 || read(ends[0], seen, MOST_CALLS * sizeof *seen) < 0)
        perror("faults.c: a run that counts");
    close(ends[0]);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* Threads and processes take turns as they like: the fewest count. */
static void count_calls(void)
{
    unsigned seen[MOST_CALLS] = { 0 };
    for (int i = 0; i < N_SPECIAL; i++) {
        count_once(special[i], counts[i]);
        for (int runs = 1; runs < 3; runs++) {
            count_once(special[i], seen);
            for (int k = 0; k < MOST_CALLS; k++)
                counts[i][k] = seen[k] < counts[i][k] ? seen[k] : counts[i][k];
        }
    }
}

/* ---- The table ---- */
enum { MOST_CASES = 2000, FIRST_CALLS = 3 };

static void add_error(int index, const char *name, bool first)
{
    char bare[40];
    snprintf(bare, sizeof bare, "%s", name);
    bare[strcspn(bare, "*-=")] = '\0';
    int error = error_named(bare);
    unsigned often = first || strchr(name, '*') ? FIRST_CALLS : 1;
    unsigned count = error != 0 ? count_of(index, error) : 0;
    for (unsigned nth = 1; nth <= count; nth++)
        if (nth <= often || (often > 1 && nth == count))
            add_case(index, nth, name, error);
}

static void read_line(char *line)
{
    int index;
    line[strcspn(line, "#\n")] = '\0';
    char *word = strtok(line, " ");
    if (word == NULL)
        return;
    if (!shim_find(word, &index)) {
        fprintf(stderr, "faults.table: what is %s()?\n", word);
        exit(2);
    }
    for (bool first = true; (word = strtok(NULL, " ")); first = false)
        add_error(index, word, first);
}

static void read_table(const char *path)
{
    char line[200];
    FILE *file = fopen(path, "r");
    cases = calloc(MOST_CASES, sizeof *cases);
    if (file == NULL || cases == NULL) {
        perror(path);
        exit(2);
    }
    add_case(0, 0, "nothing", 0);
    while (fgets(line, sizeof line, file))
        read_line(line);
    fclose(file);
}

/* ---- The program ---- */
/* The resolver keeps its tables, which are no leak: so it reads them now. */
int main(int argc, char **argv)
{
    struct addrinfo *list;
    if (getaddrinfo("localhost", NULL, NULL, &list) == 0)
        freeaddrinfo(list);
    count_calls();
    read_table("tests/faults/faults.table");
    return check_main(argc, argv);
}
