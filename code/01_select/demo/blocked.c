/* A line for two, who are read in turn: whoever speaks out of turn waits. */
#include "net.h"

int main(int argc, char **argv)
{
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 4000);
    printf("waiting for two on port %d\n", port_of(listener));
    int first = must(accept(listener, NULL, NULL), "accept");
    printf("the first is here\n");
    int second = must(accept(listener, NULL, NULL), "accept");
    printf("the second is here\n");
    while (pass_on(first, second) && pass_on(second, first))
        continue;
    return 0;
}
