/* terminal.c - runs a program with a terminal of its own as standard error, and
 * tells what it does there:
 *
 *     terminal COLUMNS SIGNALS PROGRAM [ARGUMENT...]
 *
 * Standard output stays what it is.  SIGNALS is how many times Ctrl-C is
 * pressed: each time a line ends there with `ready`, or with `kills them`.
 * What comes is printed with \r and \e written out, and the exit status is the
 * program's; 99 if what is between those two does not fit the terminal. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int columns, presses, column;
static bool is_too_wide;
static char recent[8];    /* the last bytes */

/* ---- The program ---- */
static void be_the_program(const char *slave, char **argv)
{
    struct termios mode;
    setsid();
    int fd = open(slave, O_RDWR);
    if (fd < 0)
        _exit(98);
#ifdef TIOCSCTTY
    ioctl(fd, TIOCSCTTY, 0);
#endif
#ifdef TIOCSWINSZ
    struct winsize size = { .ws_row = 24, .ws_col = (unsigned short)columns };
    ioctl(fd, TIOCSWINSZ, &size);
#endif
    tcgetattr(fd, &mode);
    mode.c_oflag &= ~(tcflag_t)OPOST;
    tcsetattr(fd, TCSANOW, &mode);
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    dup2(fd, 2);
    close(fd);
    execvp(argv[0], argv);
    _exit(98);
}

static int start(char **argv, pid_t *pid)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0)
        exit(98);
    const char *slave = ptsname(fd);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    int keep = open(slave, O_RDWR | O_NOCTTY);    /* until the child has it */
    fcntl(keep, F_SETFD, FD_CLOEXEC);
    *pid = fork();
    if (*pid == 0)
        be_the_program(slave, argv);
    if (read(fd, recent, 1) == 1)    /* it has begun to speak */
        recent[7] = recent[0];
    close(keep);
    return fd;
}

/* ---- What it writes ---- */
/* In columns, from \r to \e; bytes that follow in a character of UTF-8 take
 * none. */
static void measure(unsigned char byte)
{
    static bool is_line;
    if (byte == '\r')
        column = 0;
    if (byte == '\r' || byte == 033)
        is_line = byte == '\r';
    else if (is_line && (byte & 0xC0) != 0x80 && ++column >= columns)
        is_too_wide = true;
}

static bool is_time_to_press(void)
{
    return presses > 0 && (memcmp(recent + 2, "ready\n", 6) == 0 ||
                           memcmp(recent + 3, "them\n", 5) == 0);
}

static void show(int fd, char byte)
{
    measure((unsigned char)byte);
    if (byte == '\r')
        fputs("\\r", stdout);
    else if (byte == 033)
        fputs("\\e", stdout);
    else
        putchar(byte);
    memmove(recent, recent + 1, sizeof recent - 1);
    recent[sizeof recent - 1] = byte;
    if (is_time_to_press()) {
        presses--;
        if (write(fd, "\003", 1) < 0)
            exit(98);
    }
    fflush(stdout);
}

/* ---- Both ---- */
int main(int argc, char **argv)
{
    pid_t pid;
    int status;
    char byte;
    if (argc < 4)
        return 98;
    columns = atoi(argv[1]);
    presses = atoi(argv[2]);
    int fd = start(argv + 3, &pid);
    show(fd, recent[7]);
    while (read(fd, &byte, 1) == 1)    /* EIO: nobody has it any more */
        show(fd, byte);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (is_too_wide)
        return 99;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
