/* The points are for the chapter's main promises; that all of its tests pass
 * is asked, too. */
#include "../../selector.c"

#include <poll.h>

TEST_FOR(1, what_is_ready_is_reported_with_its_data)
{
    HINT("start with one descriptor, and EVENT_READ");
    Selector *s = new_selector();
    Pair p = pair_new();
    SelectorKey ready[2];
    CHECK_INT(selector_register(s, p.a, EVENT_READ, &p), 0);
    CHECK_INT(look(s, ready, 2), 0);
    send_byte(p.b);
    CHECK_INT(look(s, ready, 2), 1);
    CHECK_INT(ready[0].fd, p.a);
    CHECK_INT(ready[0].events, EVENT_READ);
    CHECK_PTR(ready[0].data, &p);
    selector_free(s);
    pair_close(p);
}

TEST_FOR(1, refusals_are_those_of_the_header)
{
    HINT("ask in the order in which the header lists them");
    Selector *s = new_selector();
    Pair p = pair_new();
    CHECK_INT(selector_register(s, p.a, 0, NULL), E_VALUE);
    CHECK_INT(selector_register(s, closed_descriptor(), 1, NULL), EBADF);
    CHECK_INT(selector_modify(s, p.a, EVENT_READ, NULL), ENOENT);
    CHECK_INT(selector_unregister(s, p.a), ENOENT);
    CHECK_INT(selector_register(s, p.a, EVENT_READ, NULL), 0);
    CHECK_INT(selector_register(s, p.a, EVENT_READ, NULL), EEXIST);
    selector_free(s);
    pair_close(p);
}

TEST_FOR(2, removing_one_keeps_the_others)
{
    HINT("the last one moves into the free place: who must know?");
    enum { N = 50 };
    Selector *s = new_selector();
    Pair pairs[N];
    for (int i = 0; i < N; i++) {
        pairs[i] = pair_new();
        CHECK_INT(selector_register(s, pairs[i].a, EVENT_WRITE, &pairs[i]), 0);
    }
    for (int i = 0; i < N; i += 2)
        CHECK_INT(selector_unregister(s, pairs[i].a), 0);
    for (int i = 1; i < N; i += 2) {
        SelectorKey ready[N];
        CHECK_INT(look(s, ready, N), N / 2 - i / 2);
        CHECK_INT(selector_modify(s, pairs[i].a, EVENT_READ, &pairs[i]), 0);
    }
    for (int i = 0; i < N; i++)
        pair_close(pairs[i]);
    selector_free(s);
}

TEST_FOR(2, what_comes_unasked_is_reported_as_what_was_asked)
{
    HINT("POLLHUP, POLLERR and POLLNVAL are never in what you ask for");
    Selector *s = new_selector();
    int ends[2], closed = dup(0);
    SelectorKey ready[2];
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(selector_register(s, ends[0], EVENT_READ, NULL), 0);
    close(ends[1]);
    CHECK_INT(look_at(s, ends[0]), EVENT_READ);
    CHECK_INT(selector_unregister(s, ends[0]), 0);
    close(ends[0]);
    CHECK_INT(selector_register(s, closed, EVENT_WRITE, NULL), 0);
    close(closed);
    CHECK_INT(look(s, ready, 2), 1);
    CHECK_INT(ready[0].events, EVENT_WRITE);
    selector_free(s);
}
