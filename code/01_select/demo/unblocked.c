/* The line for two, mended: select() says who has spoken. */
#include "net.h"

#include <sys/select.h>

/* ---- Asking first ---- */
static bool pass_on_what_came(int first, int second)
{
    int highest = first > second ? first : second;
    fd_set set;
    FD_ZERO(&set);
    FD_SET(first, &set);
    FD_SET(second, &set);
    must(select(highest + 1, &set, NULL, NULL, NULL), "select");
    if (FD_ISSET(first, &set) && !pass_on(first, second))
        return false;
    return !FD_ISSET(second, &set) || pass_on(second, first);
}

/* ---- Whoever speaks ---- */
int main(int argc, char **argv)
{
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 4000);
    printf("waiting for two on port %d\n", port_of(listener));
    int first = must(accept(listener, NULL, NULL), "accept");
    printf("the first is here\n");
    int second = must(accept(listener, NULL, NULL), "accept");
    printf("the second is here\n");
    while (pass_on_what_came(first, second))
        continue;
    return 0;
}
