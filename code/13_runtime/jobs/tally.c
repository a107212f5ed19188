/* tally.c - counts the jobs as they begin and end. */
#include "tally.h"

#include <string.h>

/* ---- Counting ---- */
void tally_init(Tally *tally, const List *list, double now)
{
    *tally = (Tally){ .begun = now };
    tally->last = &tally->first;
    for (size_t i = 0; i < list->count; i++)
        tally->skipped += list->jobs[i].fate == SKIPPED;
    tally->total = list->count - tally->skipped;
}

void tally_begin(Tally *tally, Worker *worker)
{
    worker->next = NULL;
    worker->where = tally->last;
    *tally->last = worker;
    tally->last = &worker->next;
}

/* ---- An end ---- */
void tally_end(Tally *tally, Worker *worker)
{
    *worker->where = worker->next;
    if (worker->next != NULL)
        worker->next->where = worker->where;
    else
        tally->last = worker->where;
    tally->ok += job_is_ok(worker->job);
    tally->failed += job_has_failed(worker->job);
    tally->stopped += worker->job->fate == STOPPED;
    tally->work += worker->job->seconds;
}

static size_t ended(const Tally *tally)
{
    return tally->ok + tally->failed + tally->stopped;
}

/* ---- A text that grows ---- */
/* What does not fit is cut off. */
typedef struct Text {
    char *at, *end;    /* end: where its NUL goes at the latest */
} Text;

static void add(Text *text, const char *more)
{
    while (*more != '\0' && text->at < text->end)
        *text->at++ = *more++;
    *text->at = '\0';
}

static void add_count(Text *text, size_t count, const char *what)
{
    char number[32];
    if (count == 0)
        return;
    snprintf(number, sizeof number, ", %zu ", count);
    add(text, number);
    add(text, what);
}

/* ---- The sum ---- */
void tally_sum(const Tally *tally, char *to, size_t size)
{
    char all[256];
    size_t running = 0;
    for (Worker *at = tally->first; at != NULL; at = at->next)
        running++;
    snprintf(all, sizeof all, "%zu ok", tally->ok);
    Text text = { all + strlen(all), all + sizeof all - 1 };
    add_count(&text, tally->failed, "failed");
    add_count(&text, tally->stopped, "stopped");
    add_count(&text, tally->total - ended(tally) - running, "not begun");
    add_count(&text, tally->skipped, "skipped");
    snprintf(to, size, "%s", all);
}

/* ---- How long it takes ---- */
/* As if the rest took as long as what has ended. */
static void add_time(Text *text, const Tally *tally, double now)
{
    char words[48];
    double taken = now - tally->begun;
    size_t done = ended(tally), left = tally->total - done;
    double seconds = done > 0 ? taken / (double)done * (double)left : taken;
    unsigned long whole = (unsigned long)seconds;
    snprintf(words, sizeof words, ", %lu:%02lu%s", whole / 60, whole % 60,
             done > 0 ? " left" : "");
    add(text, words);
}

/* ---- Columns ---- */
/* A terminal gives one to a character of ASCII, and at most two to any other,
 * which is a byte >= 0xC0 with those below that follow it. */
static bool add_character(Text *text, const char **from, int *columns)
{
    const char *at = *from;
    bool is_ascii = (unsigned char)*at < 0x80;
    *columns -= is_ascii ? 1 : 2;
    if (*columns < 0)
        return false;
    char one[8] = { *at++ };
    for (int i = 1; i < 4 && ((unsigned char)*at & 0xC0) == 0x80; i++)
        one[i] = *at++;
    add(text, one);
    *from = at;
    return true;
}

/* ---- The line ---- */
static void add_running(Text *text, const Tally *tally)
{
    char number[32];
    for (Worker *at = tally->first; at != NULL; at = at->next) {
        snprintf(number, sizeof number, "%s%zu: ",
                 at == tally->first ? "] " : " | ", at->job->number);
        add(text, number);
        add(text, at->job->shown);
    }
    if (tally->first == NULL)
        add(text, "]");
}

void tally_line(const Tally *tally, double now, int columns, char *to,
                size_t size)
{
    char all[2048];
    snprintf(all, sizeof all, "[%zu/%zu", ended(tally), tally->total);
    Text whole = { all + strlen(all), all + sizeof all - 1 };
    Text cut = { to, to + size - 1 };
    const char *from = all;
    add_count(&whole, tally->failed, "failed");
    add_time(&whole, tally, now);
    add_running(&whole, tally);
    columns--;    /* in the last one a terminal may go to the next line */
    *to = '\0';
    while (*from != '\0' && add_character(&cut, &from, &columns))
        continue;
}
