/* Four traps of readiness, each of them sprung on purpose. */
#include "../selector.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static Selector *selector;

static void show(const char *call, ssize_t result)
{
    printf("   %s: %s\n", call, result < 0 ? strerror(errno) : "worked");
}

static void new_pipe(int ends[2])
{
    if (pipe(ends) < 0)
        exit(1);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

/* Looks once, and says whose turn it is. */
static void look(void)
{
    SelectorKey ready[4];
    int count;
    if (selector_select(selector, 0, ready, 4, &count) != 0)
        exit(1);
    for (int i = 0; i < count; i++)
        printf("   ready: %s\n", (char *)ready[i].data);
}

/* ---- Somebody else was faster ---- */
static void two_readers(void)
{
    int ends[2];
    char byte;
    new_pipe(ends);
    int second = dup(ends[0]);
    selector_register(selector, ends[0], EVENT_READ, "the first reader");
    selector_register(selector, second, EVENT_READ, "the second reader");
    show("write one byte", write(ends[1], "x", 1));
    look();
    show("the first reads", read(ends[0], &byte, 1));
    show("the second reads", read(second, &byte, 1));
    selector_unregister(selector, ends[0]);
    selector_unregister(selector, second);
}

/* ---- Closed too early ---- */
static void closed_early(void)
{
    int ends[2];
    char byte;
    new_pipe(ends);
    selector_register(selector, ends[0], EVENT_READ, "the old pipe");
    close(ends[0]);
    look();
    show("read it", read(ends[0], &byte, 1));
}

/* ---- The number of another ---- */
static void same_number(void)
{
    int ends[2];
    new_pipe(ends);    /* takes the lowest free number: that of the old pipe */
    show("write to the new pipe", write(ends[1], "x", 1));
    look();
    int err = selector_register(selector, ends[0], EVENT_READ, "the new pipe");
    printf("   register the new pipe: %s\n", strerror(err));
}

/* ---- Nobody listens ---- */
static void nobody_listens(void)
{
    int ends[2], status;
    new_pipe(ends);
    close(ends[0]);
    pid_t child = fork();
    if (child == 0)
        _exit(write(ends[1], "x", 1) < 0);
    waitpid(child, &status, 0);
    printf("   write: %s\n", WIFSIGNALED(status) ? "killed" : "survived");
    signal(SIGPIPE, SIG_IGN);
    show("write again, with SIGPIPE ignored", write(ends[1], "x", 1));
}

/* ---- All four ---- */
int main(void)
{
    selector = selector_new();
    if (selector == NULL)
        return 1;
    printf("1. Ready, and yet nothing to read:\n");
    two_readers();
    printf("2. Closed before it was unregistered:\n");
    closed_early();
    printf("3. And then its number is given to another:\n");
    same_number();
    printf("4. Writing to somebody who has left:\n");
    nobody_listens();
    selector_free(selector);
    return 0;
}
