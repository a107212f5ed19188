/* http.h - starts the program in a folder of its own, and talks to it as its
 * clients do: byte by byte, with no library between that could mend anything.
 * SERVE names the program. */
#ifndef HTTP_H
#define HTTP_H

#include "../../../check.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* ---- The folder ---- */
static char folder[PATH_MAX];

static inline const char *in_folder(const char *name)
{
    static char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static inline void put(const char *name, const char *content)
{
    FILE *file = fopen(in_folder(name), "w");
    CHECK(file != NULL);
    CHECK(fputs(content, file) >= 0 && fclose(file) == 0);
}

/* Full of zeros, which need no room on the disk. */
static inline void put_large(const char *name, long size)
{
    put(name, "");
    CHECK_INT(truncate(in_folder(name), size), 0);
}

static inline void put_folder(const char *name)
{
    CHECK_INT(mkdir(in_folder(name), 0777), 0);
}

static inline void new_folder(void)
{
    const char *where = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/serve.XXXXXX",
             where != NULL ? where : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
    put("a.txt", "hello\n");
}

static inline int remove_one(const char *path, const struct stat *status,
                             int kind, struct FTW *at)
{
    return remove(path);
}

/* ---- The program ---- */
static pid_t server;
static FILE *output;    /* what it prints: both streams */
static int port;
static rlim_t most_files;    /* not 0: descriptors that it may have */

static inline void run(const char *const arguments[])
{
    const char *program = getenv("SERVE");
    int ends[2];
    CHECK(program != NULL);
    CHECK_INT(pipe(ends), 0);
    server = fork();
    if (server == 0) {
        struct rlimit limit = { most_files, most_files };
        if (most_files > 0)
            setrlimit(RLIMIT_NOFILE, &limit);
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        execv(program, (char *const *)arguments);
        _exit(127);
    }
    close(ends[1]);
    output = fdopen(ends[0], "r");
    CHECK(output != NULL);
}

static inline char *next_line(void)
{
    static char line[8192];
    return fgets(line, sizeof line, output);
}

#define START(...) start((const char *[]){ "serve", "--port", "0", \
                         __VA_ARGS__, folder, NULL })

static inline void start(const char *const arguments[])
{
    run(arguments);
    char *line = next_line();
    CHECK(line != NULL);
    CHECK(strncmp(line, "Serving ", 8) == 0);
    char *colon = strrchr(line, '(');
    while (colon > line && *colon != ':')
        colon--;
    port = atoi(colon + 1);
    CHECK(port > 0);
}

static inline int status_of_end(void)
{
    int status;
    while (waitpid(server, &status, 0) < 0)
        CHECK_INT(errno, EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static inline void clean_up(void)
{
    fclose(output);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void stop(void)
{
    kill(server, SIGTERM);
    CHECK_INT(status_of_end(), 0);
    clean_up();
}

/* ---- A client ---- */
static inline int try_to_connect(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int small = 128 * 1024;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static inline int dial(void)
{
    int fd = try_to_connect();
    CHECK(fd >= 0);
    return fd;
}

static inline void tell_bytes(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t n = send(fd, text, length, MSG_NOSIGNAL);
        CHECK(n > 0);
        text += n;
        length -= (size_t)n;
    }
}

static inline void tell(int fd, const char *text)
{
    tell_bytes(fd, text, strlen(text));
}

/* ---- An answer ---- */
static struct Heard {
    int status;           /* 0: none came */
    char head[16384];
    char *body;           /* of so many bytes, and a NUL */
    size_t length;
} heard;

static inline void forget(void)
{
    free(heard.body);
    memset(&heard, 0, sizeof heard);
}

/* The value of a field; NULL: the answer has none. */
static inline const char *field(const char *name)
{
    static char value[200];
    size_t length = strlen(name);
    for (char *line = heard.head; (line = strstr(line, "\r\n")) != NULL;) {
        line += 2;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            line += length + 2;
            snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\r"),
                     line);
            return value;
        }
    }
    return NULL;
}

/* false: the connection has ended before it was whole. */
static inline bool hear_head(int fd)
{
    size_t n = 0;
    forget();
    while (n < 4 || memcmp(heard.head + n - 4, "\r\n\r\n", 4) != 0) {
        CHECK(n < sizeof heard.head - 1);
        if (recv(fd, heard.head + n, 1, 0) != 1)
            return false;
        n++;
    }
    CHECK(sscanf(heard.head, "HTTP/1.1 %d ", &heard.status) == 1);
    return true;
}

static inline void hear_body(int fd, size_t length)
{
    heard.body = malloc(length + 1);
    CHECK(heard.body != NULL);
    while (heard.length < length) {
        ssize_t n = recv(fd, heard.body + heard.length, length - heard.length,
                         0);
        if (n <= 0)
            break;
        heard.length += (size_t)n;
    }
    heard.body[heard.length] = '\0';
}

/* ---- Asking ---- */
static inline void hear_rest(int fd)
{
    const char *length = field("Content-Length");
    hear_body(fd, length != NULL ? strtoul(length, NULL, 10) : 0);
}

static inline int hear(int fd)
{
    if (!hear_head(fd))
        return 0;
    hear_rest(fd);
    return heard.status;
}

static inline bool has_ended(int fd)
{
    char byte;
    return recv(fd, &byte, 1, 0) == 0;
}

/* An impatient server may close the connection before a slow machine has come
 * to the request: then once more, until the head of an answer comes. */
static inline int ask_in_time(const char *text)
{
    for (;;) {
        int fd = dial();
        if (send(fd, text, strlen(text), MSG_NOSIGNAL) > 0 && hear_head(fd))
            return fd;
        close(fd);
    }
}

/* What is sent is this and nothing more; what comes first is heard. */
static inline int ask_bytes(const char *text, size_t length)
{
    int fd = dial();
    tell_bytes(fd, text, length);
    int status = hear(fd);
    close(fd);
    return status;
}

static inline int ask(const char *text)
{
    return ask_bytes(text, strlen(text));
}

/* GET, with more fields, each with its CR LF. */
static inline int get(const char *target, const char *fields)
{
    char text[4096];
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", target,
             fields);
    return ask(text);
}

#endif
