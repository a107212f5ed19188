/* Ten pages are fetched at the same time, and one of them fails at once.  Who
 * hears of it, when, and what becomes of the other nine? */
#include "work.h"

enum { PAGES = 10 };

/* ---- One page ---- */
typedef struct Page {
    double seconds;
    int error;
} Page;

static int fetched;

static int fetch_page(void *arg, Value *result)
{
    Page *page = arg;
    int err = async_sleep(page->seconds);
    if (err == 0)
        err = page->error;
    fetched += err == 0;
    return err;
}

/* ---- Awaited in a row ---- */
static int in_a_row(void *arg, Value *result)
{
    Page *pages = arg;
    Task *tasks[PAGES];
    int err = 0;
    for (int i = 0; i < PAGES; i++)
        tasks[i] = start(fetch_page, &pages[i]);
    for (int i = 0; i < PAGES; i++) {
        if (err == 0)
            err = task_join(tasks[i], NULL);
        else
            task_release(tasks[i]);    /* we have given up */
    }
    return err;
}

/* ---- In a group ---- */
static int in_a_group(void *arg, Value *result)
{
    Page *pages = arg;
    TaskGroup *group = must_have(taskgroup_enter(), "group");
    for (int i = 0; i < PAGES; i++)
        must_have(taskgroup_create_task(group, fetch_page, &pages[i]), "task");
    int err = taskgroup_exit(group, 0);
    taskgroup_free(group);
    return err;
}

/* ---- Who hears of it ---- */
typedef struct Case {
    const char *how;
    CoroFn *fetch_all;
    int failing;
} Case;

/* Those that nobody waits for need their pages for longer than this call. */
static Page pages[PAGES];

static int main_task(void *arg, Value *result)
{
    Case *one = arg;
    for (int i = 0; i < PAGES; i++)
        pages[i] = (Page){ i + 1, 0 };
    pages[one->failing - 1] = (Page){ 0.5, E_LOOKUP };
    fetched = 0;
    int err = one->fetch_all(pages, result);
    int before = fetched;
    printf("%s, page %d fails at 0.5 s\n", one->how, one->failing);
    printf("    main gives up at %.1f s: %s\n", now(), ending(err));
    err = async_sleep(60);
    printf("    fetched in vain: %d before main heard of it, %d after\n",
           before, fetched - before);
    return err;
}

/* ---- Four times ---- */
static void show(const char *how, CoroFn *fetch_all, int failing)
{
    Case one = { how, fetch_all, failing };
    must_succeed(run_virtual(main_task, &one), "run");
}

int main(int argc, char **argv)
{
    int failing = argc > 1 ? atoi(argv[1]) : PAGES;
    if (failing < 1 || failing > PAGES)
        failing = PAGES;
    show("In a row", in_a_row, failing);
    show("In a row", in_a_row, PAGES + 1 - failing);
    show("In a group", in_a_group, failing);
    show("In a group", in_a_group, PAGES + 1 - failing);
    return 0;
}
