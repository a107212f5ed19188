/* Five pages, a second each.  Who looks for a word gets them all at the end, or
 * each one when it comes. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../generator.h"

static void say(const char *what, int number)
{
    printf("%.0f s: %s %d\n", loop_time(async_get_running_loop()), what,
           number);
}

/* ---- One page ---- */
static const char *const pages[] = { "warp and weft", "reed and heddle",
                                     "loom and shuttle", "beam and bobbin",
                                     "yarn and thread" };
enum { PAGES = sizeof pages / sizeof *pages };

static SUSPENDS int fetch_page(int number, const char **page)
{
    *page = pages[number];
    return async_sleep(1);
}

/* ---- All at once ---- */
static SUSPENDS int fetch_all(const char *all[])
{
    int err = 0;
    for (int i = 0; i < PAGES && err == 0; i++)
        err = fetch_page(i, &all[i]);
    return err;
}

static int search_all(void *word, Value *result)
{
    const char *all[PAGES];
    int err = fetch_all(all);
    for (int i = 0; i < PAGES && err == 0; i++) {
        say("page", i + 1);
        if (strstr(all[i], word) != NULL) {
            say("found on page", i + 1);
            break;
        }
    }
    return err;
}

/* ---- A page when it comes ---- */
static int fetch_pages(void *arg, Value *result)
{
    const char *page;
    int err = 0;
    for (int i = 0; i < PAGES && err == 0; i++) {
        err = fetch_page(i, &page);
        if (err == 0)
            err = async_yield((Value){ .s = page }, NULL);
    }
    return err;
}

/* ---- The same loop ---- */
static SUSPENDS int search(AsyncGenerator *all, const char *word)
{
    Value page;
    int err;
    for (int i = 0; (err = async_generator_next(all, &page)) == 0; i++) {
        say("page", i + 1);
        if (strstr(page.s, word) != NULL) {
            say("found on page", i + 1);
            break;
        }
    }
    return err == E_STOP_ITERATION ? 0 : err;
}

static int search_each(void *word, Value *result)
{
    AsyncGenerator *all = must_have(async_generator_new(fetch_pages, NULL),
                                    "generator");
    int err = search(all, word);
    int also = async_generator_aclose(all);
    async_generator_free(all);
    return err != 0 ? err : also;
}

/* ---- Both ---- */
static void show(const char *title, CoroFn *function, char *word)
{
    puts(title);
    must_succeed(run_virtual(function, word), "run");
}

int main(int argc, char **argv)
{
    char loom[] = "loom", *word = argc > 1 ? argv[1] : loom;
    show("All at once:", search_all, word);
    show("Each when it comes:", search_each, word);
    return 0;
}
