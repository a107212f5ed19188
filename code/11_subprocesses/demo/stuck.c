/* A child gets more than a pipe holds, from a parent that writes all of it
 * before it reads: so both wait for ever, and an alarm has to end it. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "../../01_select/demo/net.h"

/* ---- A child with two pipes ---- */
static pid_t start_cat(int *to, int *from)
{
    int input[2], output[2];
    must(pipe(input), "pipe");
    must(pipe(output), "pipe");
    pid_t pid = must(fork(), "fork");
    if (pid == 0) {
        must(dup2(input[0], 0), "dup2");
        must(dup2(output[1], 1), "dup2");
        close(input[1]);
        close(output[0]);
        execlp("cat", "cat", (char *)NULL);
        perror("cat");
        _exit(127);
    }
    close(input[0]);
    close(output[1]);
    *to = input[1];
    *from = output[0];
    return pid;
}

/* ---- An alarm ---- */
static void ring(int signo)
{
}

/* Without SA_RESTART: it interrupts what the program stands in. */
static void catch_alarm(void)
{
    struct sigaction action = { .sa_handler = ring };
    must(sigaction(SIGALRM, &action, NULL), "sigaction");
}

/* ---- First all is written ---- */
/* If no byte goes for two seconds, none will. */
static long write_all(int fd, long size)
{
    static char data[1024];
    long written = 0;
    while (written < size) {
        size_t next = size - written < 1024 ? size - written : 1024;
        alarm(2);
        ssize_t n = write(fd, data, next);
        if (n < 0)
            break;
        written += n;
    }
    if (written < size)
        printf("stuck after %ld bytes: %s\n", written,
               errno == EINTR ? "the alarm rang" : "an error");
    alarm(0);
    close(fd);
    return written;
}

/* ---- Then all is read ---- */
static long read_all(int fd)
{
    static char data[1024];
    long total = 0;
    ssize_t n;
    while ((n = read(fd, data, sizeof data)) > 0)
        total += n;
    close(fd);
    return total;
}

/* ---- One after the other ---- */
int main(int argc, char **argv)
{
    long size = argc > 1 ? atol(argv[1]) : 200000;
    int to, from;
    pid_t pid = start_cat(&to, &from);
    catch_alarm();
    long written = write_all(to, size);
    printf("wrote %ld of %ld bytes\n", written, size);
    printf("read %ld bytes\n", read_all(from));
    waitpid(pid, NULL, 0);
    return 0;
}
