/* A site is read, page by page: each page that is read may bring more work.
 * queue_join() waits for that, too. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../queue.h"

/* ---- The site ---- */
typedef struct Page {
    const char *name;
    int links[4];    /* to pages[i]; 0 ends them: all know the way home */
} Page;

static const Page pages[] = {
    { "home", { 1, 2 } },   { "news", { 3, 4, 5 } }, { "shop", { 6, 5 } },
    { "monday", { 4 } },    { "tuesday", { 3 } },    { "imprint", { 0 } },
    { "basket", { 2, 7 } }, { "pay", { 6 } },
};
enum { PAGES = sizeof pages / sizeof *pages };

/* ---- A page is found ---- */
static bool is_seen[PAGES];

static int find(Queue *queue, int number)
{
    if (is_seen[number])
        return 0;
    is_seen[number] = true;
    return queue_put_nowait(queue, (Value){ .i = number });
}

/* ---- A page is read ---- */
static SUSPENDS int read_page(Queue *queue, int number)
{
    int err = async_sleep(1);
    if (err != 0)
        return err;
    printf("%.0f s: %s\n", loop_time(async_get_running_loop()),
           pages[number].name);
    for (int i = 0; err == 0 && pages[number].links[i] != 0; i++)
        err = find(queue, pages[number].links[i]);
    return err;
}

/* ---- A worker ---- */
/* Says that a page is done after it has put what the page led to: so the count
 * is not 0 before all is read.  If it fails, what is left counts as done: so
 * nobody waits for it. */
static int crawler(void *queue, Value *result)
{
    Value number;
    int err;
    while ((err = queue_get(queue, &number)) == 0) {
        err = read_page(queue, number.i);
        queue_task_done(queue);
        if (err != 0)
            break;
    }
    queue_shutdown(queue, true);
    return err == E_QUEUE_SHUTDOWN ? 0 : err;
}

/* ---- The end ---- */
static int end_crawl(void *queue, Value *result)
{
    int err = queue_join(queue);
    queue_shutdown(queue, false);
    return err;
}

/* ---- All of it ---- */
enum { MOST = 10 };

static int crawl(void *arg, Value *result)
{
    int count = *(int *)arg;
    Call calls[MOST + 1];
    Queue *queue = must_have(queue_new(0), "queue");
    for (int i = 0; i < count; i++)
        calls[i] = (Call){ crawler, queue };
    calls[count] = (Call){ end_crawl, queue };
    int err = find(queue, 0);
    if (err == 0)
        err = async_gather_calls(calls, count + 1, NULL, 0);
    if (err == 0)
        printf("all is read after %.0f s\n",
               loop_time(async_get_running_loop()));
    queue_free(queue);
    return err;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 3;
    if (count < 1 || count > MOST)
        count = MOST;
    must_succeed(run_virtual(crawl, &count), "run");
    return 0;
}
