/* play.c - plays a transcript: a terminal session that is its own script.
 *
 *     play FILE        prints the session anew, as the programs act it now
 *
 * A transcript is right exactly when playing it prints it.  Its lines are:
 *
 *     $ command        runs it and prints what it prints
 *     name $ command   starts it on a terminal of its own, under that name
 *     name < text      types a line into it; ^C, ^D and ^\ are those keys
 *     name > text      the next line that it prints
 *     name . text      it prints nothing for a while
 *     name ! text      it ends, in that way
 *
 * It ends at the first line that does not come, with status 1.
 *
 * Blank lines and lines of one # stand as they are; any other line is output of
 * the `$` above it, and is printed anew.  The number 4000 stands for a TCP port
 * that is free. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { A_WHILE = 300 };    /* milliseconds */
enum { PROGRAMS = 16, LINE = 4096 };

typedef struct Program {
    char name[32];
    pid_t pid;          /* 0: it has ended */
    int fd;             /* its output, and its keyboard */
    size_t length;      /* of what was read and not yet printed */
    char buffer[LINE];
} Program;

static Program programs[PROGRAMS];
static int count;
static char port[8];
static int patience = 30000;    /* milliseconds; PLAY_PATIENCE sets it */
static bool broken;     /* a line did not come: what follows has no sense */

static void fail(const char *what)
{
    fprintf(stderr, "play: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* ---- The port ---- */
static void find_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        fail("no free port");
    snprintf(port, sizeof port, "%u", (unsigned)ntohs(address.sin_port));
    close(fd);
}

/* Copies text, with `with` in place of each whole number `number`. */
static char *replace(char *to, size_t size, const char *text,
                     const char *number, const char *with)
{
    size_t n = 0, length = strlen(number);
    const char *digits = "0123456789";
    for (const char *at = text; *at != '\0' && n + 8 < size;) {
        bool inside = at > text && strchr(digits, at[-1]) != NULL;
        if (!inside && strncmp(at, number, length) == 0 &&
            (at[length] == '\0' || strchr(digits, at[length]) == NULL)) {
            n += snprintf(to + n, size - n, "%s", with);
            at += length;
        } else {
            to[n++] = *at++;
        }
    }
    to[n] = '\0';
    return to;
}

static void print_line(const char *before, const char *text)
{
    char line[LINE + 64];
    printf("%s%s\n", before, replace(line, sizeof line, text, port, "4000"));
    fflush(stdout);
}

/* ---- Starting ---- */
/* Whether it names a program by its path, and needs nothing else of a shell. */
static bool is_plain(const char *command)
{
    const char *slash = strchr(command, '/');
    return slash != NULL && slash < command + strcspn(command, " ") &&
           strpbrk(command, "|&;<>()$`\"'=") == NULL;
}

/* Who is run in the background is born deaf to some of them. */
static void hear_signals(void)
{
    int as_at_a_terminal[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM };
    for (int i = 0; i < 5; i++)
        signal(as_at_a_terminal[i], SIG_DFL);
}

/* Past what is said to its environment: NAME=value. */
static const char *after_settings(const char *command)
{
    size_t name;
    while ((name = strspn(command, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")) > 0 &&
           command[name] == '=' && strchr(command, ' ') != NULL)
        command = strchr(command, ' ') + 1;
    return command;
}

/* A plain command takes the place of the shell: some shells stay, and die of a
 * Ctrl-C that was meant for the program. */
static void run_shell(const char *command)
{
    char line[LINE + 64], plain[LINE + 64];
    const char *program = after_settings(command), *before = "";
    if (is_plain(program))
        before = program == command ? "exec " : "exec env ";
    snprintf(plain, sizeof plain, "%s%s", before, command);
    replace(line, sizeof line, plain, "4000", port);
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    fail("/bin/sh");
}

/* A new terminal that neither echoes nor changes line ends; *slave is its name
 * for the program. */
static int open_terminal(char **slave)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0 ||
        (*slave = ptsname(fd)) == NULL)
        fail("no terminal");
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

static void enter_terminal(const char *slave)
{
    struct termios mode;
    setsid();
    int fd = open(slave, O_RDWR);
    if (fd < 0)
        fail(slave);
#ifdef TIOCSCTTY
    ioctl(fd, TIOCSCTTY, 0);
#endif
    tcgetattr(fd, &mode);
    mode.c_lflag &= ~(tcflag_t)ECHO;
    mode.c_oflag &= ~(tcflag_t)OPOST;
    tcsetattr(fd, TCSANOW, &mode);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
}

static Program *start(const char *name, const char *command)
{
    char *slave;
    if (count == PROGRAMS)
        fail("too many programs");
    Program *p = &programs[count++];
    snprintf(p->name, sizeof p->name, "%s", name);
    p->fd = open_terminal(&slave);
    int keep = open(slave, O_RDWR | O_NOCTTY);    /* until the child has it */
    int ready[2];
    if (pipe(ready) < 0)
        fail("pipe");
    p->pid = fork();
    if (p->pid == 0) {
        close(ready[0]);
        hear_signals();
        enter_terminal(slave);
        close(keep);
        close(ready[1]);
        run_shell(command);
    }
    close(ready[1]);
    if (read(ready[0], &(char){ 0 }, 1) < 0)    /* the end: it is set up */
        fail("read");
    close(ready[0]);
    close(keep);
    return p;
}

/* ---- Reading ---- */
/* Takes the next line out of the program's output.  false: none came in time,
 * or the output has ended. */
static bool next_line(Program *p, char *line, int limit)
{
    for (;;) {
        char *end = memchr(p->buffer, '\n', p->length);
        bool full = p->length == LINE - 1;
        if (end != NULL || full) {
            size_t n = end != NULL ? (size_t)(end - p->buffer) : p->length;
            size_t used = end != NULL ? n + 1 : n;
            memcpy(line, p->buffer, n);
            line[n] = '\0';
            p->length -= used;
            memmove(p->buffer, p->buffer + used, p->length);
            return true;
        }
        struct pollfd poller = { p->fd, POLLIN, 0 };
        if (poll(&poller, 1, limit) <= 0)
            return false;
        ssize_t n = read(p->fd, p->buffer + p->length, LINE - 1 - p->length);
        if (n > 0) {
            p->length += n;
        } else {    /* ended: what is left is a line, if a broken one */
            memcpy(line, p->buffer, p->length);
            line[p->length] = '\0';
            return p->length > 0 ? (p->length = 0, true) : false;
        }
    }
}

/* ---- Ending ---- */
/* Waits for the program's end, and sees to it after a while. */
static int await_end(Program *p)
{
    int status = 0;
    for (int i = 0; waitpid(p->pid, &status, WNOHANG) == 0; i++) {
        if (i == patience / 5)
            kill(-p->pid, SIGKILL);
        poll(NULL, 0, 5);
    }
    close(p->fd);
    p->pid = 0;
    return status;
}

/* ---- The verbs ---- */
static void run(const char *command)
{
    static Program p;
    int ends[2];
    char line[LINE];
    if (pipe(ends) < 0)
        fail("pipe");
    p = (Program){ .fd = ends[0], .pid = fork() };
    if (p.pid == 0) {
        setpgid(0, 0);
        dup2(open("/dev/null", O_RDONLY), 0);
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        hear_signals();
        run_shell(command);
    }
    setpgid(p.pid, p.pid);
    close(ends[1]);
    while (next_line(&p, line, 4 * patience))
        print_line("", line);
    await_end(&p);
}

static void type(Program *p, const char *text)
{
    char line[LINE];
    if (strcmp(text, "^C") == 0 || strcmp(text, "^D") == 0 ||
        strcmp(text, "^\\") == 0)
        snprintf(line, sizeof line, "%c", text[1] - '@');
    else
        snprintf(line, sizeof line, "%s\n", text);
    if (write(p->fd, line, strlen(line)) < 0)
        print_line(p->name, " cannot be typed into");
}

/* What a program does beside what it was meant to do shows in the transcript,
 * and makes it a wrong one. */
static void print_rest(Program *p, const char *before)
{
    char line[LINE];
    while (next_line(p, line, patience))
        print_line(before, line);
}

static void end(Program *p, const char *before)
{
    int status;
    char text[64];
    if (p->pid == 0) {
        print_line(p->name, " has ended before");
        return;
    }
    snprintf(text, sizeof text, "%.40s > ", p->name);
    print_rest(p, text);
    status = await_end(p);
    if (WIFEXITED(status))
        snprintf(text, sizeof text, "status %d", WEXITSTATUS(status));
    else
        snprintf(text, sizeof text, "signal %d", WTERMSIG(status));
    print_line(before, text);
}

static void act(Program *p, char verb, const char *before, const char *text)
{
    char line[LINE];
    if (verb == '<') {
        print_line(before, text);
        type(p, text);
    } else if (verb == '>') {
        broken = !next_line(p, line, patience);
        print_line(before, broken ? "(nothing)" : line);
    } else if (verb == '.') {
        broken = next_line(p, line, A_WHILE);
        print_line(before, broken ? "(not silent)" : text);
    } else {
        end(p, before);
    }
}

/* ---- Playing ---- */
static Program *find(const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(programs[i].name, name) == 0)
            return &programs[i];
    return NULL;
}

/* false: the line is no direction, but output of the `$` above. */
static bool play_line(const char *line)
{
    char name[32], verb, before[64];
    int at = 0;
    if (line[0] == '\0' || line[0] == '#') {
        print_line("", line);
    } else if (strncmp(line, "$ ", 2) == 0) {
        print_line("", line);
        run(line + 2);
    } else if (sscanf(line, "%31[a-z0-9] %c %n", name, &verb, &at) == 2 &&
               at > 0 && at < (int)sizeof before && line[at - 1] == ' ' &&
               strchr("$<>.!", verb) != NULL) {
        Program *p = find(name);
        if (p == NULL && verb != '$')
            return false;
        snprintf(before, sizeof before, "%.*s", at, line);
        if (verb == '$') {
            print_line("", line);
            start(name, line + at);
        } else {
            act(p, verb, before, line + at);
        }
    } else {
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    char line[LINE];
    FILE *script = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (script == NULL)
        fail(argc == 2 ? argv[1] : "usage: play FILE");
    fcntl(fileno(script), F_SETFD, FD_CLOEXEC);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);    /* ignored, it would eat the exit statuses */
    if (getenv("PLAY_PATIENCE") != NULL)
        patience = atoi(getenv("PLAY_PATIENCE"));
    find_port();
    while (!broken && fgets(line, sizeof line, script) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        play_line(line);
    }
    fclose(script);
    for (int i = 0; i < count; i++)
        if (programs[i].pid != 0) {
            if (!broken)
                print_line(programs[i].name, " is still running");
            kill(-programs[i].pid, SIGKILL);
            waitpid(programs[i].pid, NULL, 0);
        }
    return broken;
}
