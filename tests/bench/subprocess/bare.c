/* bare.c - children by posix_spawn() and wait(), and nothing else. */
#include <spawn.h>
#include <sys/wait.h>

#include "parent.h"

extern char **environ;

static void start(void)
{
    char *argv[] = { "true", NULL };
    pid_t pid;
    require(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ) == 0,
            "no child");
}

static void measure(const char *name, int together)
{
    int begun = 0, status;
    begin_wall();
    for (int ended = 0; ended < CHILDREN; ended++) {
        for (; begun < CHILDREN && begun - ended < together; begun++)
            start();
        require(wait(&status) > 0 && status == 0, "a child failed");
    }
    report_wall(name, CHILDREN);
}

int main(void)
{
    measure("one", 1);
    measure("together_32", TOGETHER);
    grow_large();
    measure("large_one", 1);
    measure("large_32", TOGETHER);
    return 0;
}
