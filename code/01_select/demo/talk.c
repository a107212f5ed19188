/* A terminal and a connection, each served as soon as it has something. */
#include "../selector.h"
#include "net.h"

#include <math.h>

int main(int argc, char **argv)
{
    int connection = connect_to(argc > 1 ? atoi(argv[1]) : 4000);
    Selector *selector = selector_new();
    must(selector != NULL ? 0 : -1, "selector");
    must_be_0(selector_register(selector, STDIN_FILENO, EVENT_READ, NULL),
              "terminal");
    must_be_0(selector_register(selector, connection, EVENT_READ, NULL),
              "connection");
    for (bool connected = true; connected;) {
        SelectorKey ready[2];
        int count;
        must_be_0(selector_select(selector, INFINITY, ready, 2, &count),
                  "select");
        for (int i = 0; i < count; i++)
            if (ready[i].fd == connection) {
                connected = pass_on(connection, STDOUT_FILENO);
            } else if (!pass_on(STDIN_FILENO, connection)) {
                selector_unregister(selector, STDIN_FILENO);
                shutdown(connection, SHUT_WR);    /* we have said all */
            }
    }
    selector_free(selector);
    return 0;
}
