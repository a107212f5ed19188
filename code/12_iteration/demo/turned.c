/* Five pages, a second each, and a callback that is called with each: what was
 * a loop is a struct and a function now. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"

static void say(const char *what, int number)
{
    printf("%.0f s: %s %d\n", loop_time(async_get_running_loop()), what,
           number);
}

/* ---- A page, and a visitor ---- */
static const char *const pages[] = { "warp and weft", "reed and heddle",
                                     "loom and shuttle", "beam and bobbin",
                                     "yarn and thread" };
enum { PAGES = sizeof pages / sizeof *pages };

typedef bool Visit(const char *page, void *arg);    /* false: no more */

static SUSPENDS int visit_pages(Visit *visit, void *arg)
{
    bool goes_on = true;
    int err = 0;
    for (int i = 0; i < PAGES && goes_on && err == 0; i++) {
        err = async_sleep(1);
        if (err == 0)
            goes_on = visit(pages[i], arg);
    }
    return err;
}

/* ---- What the loop knew ---- */
typedef struct Search {
    const char *word;
    int i;
} Search;

/* ---- What the loop did ---- */
/* It cannot break: it has to return false, and its caller has to obey. */
static bool look_at(const char *page, void *arg)
{
    Search *search = arg;
    search->i++;
    say("page", search->i);
    if (strstr(page, search->word) == NULL)
        return true;
    say("found on page", search->i);
    return false;
}

/* ---- What is left of it ---- */
static int search_pages(void *word, Value *result)
{
    Search search = { word, 0 };
    return visit_pages(look_at, &search);
}

int main(int argc, char **argv)
{
    char loom[] = "loom";
    must_succeed(run_virtual(search_pages, argc > 1 ? argv[1] : loom), "run");
    return 0;
}
