/* listing.c - makes the page that shows a folder: sorted, and what can be
 * fetched, no more. */
#include "listing.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "date.h"

/* ---- Entries ---- */
typedef struct Entry {
    char *name;
    bool is_folder;
    long long size;
    time_t changed;
} Entry;

typedef struct Entries {
    Entry *list;
    size_t n, room;
    bool is_cut;    /* there are more */
} Entries;

static void entries_free(Entries *entries)
{
    for (size_t i = 0; i < entries->n; i++)
        free(entries->list[i].name);
    free(entries->list);
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const Entry *)a)->name, ((const Entry *)b)->name);
}

/* ---- Adding an entry ---- */
static int add(Entries *entries, const char *name, const struct stat *status)
{
    if (entries->n == entries->room) {
        size_t room = entries->room > 0 ? 2 * entries->room : 32;
        Entry *list = realloc(entries->list, room * sizeof *list);
        if (list == NULL)
            return ENOMEM;
        entries->list = list;
        entries->room = room;
    }
    Entry *entry = &entries->list[entries->n];
    *entry = (Entry){ .name = strdup(name),
                      .is_folder = S_ISDIR(status->st_mode),
                      .size = status->st_size,
                      .changed = status->st_mtime };
    if (entry->name == NULL)
        return ENOMEM;
    entries->n++;
    return 0;
}

/* ---- What is listed ---- */
/* Not what nobody could fetch: hidden files, links, devices. */
static int look_at(Entries *entries, DIR *folder, const char *name)
{
    struct stat status;
    if (name[0] == '.' ||
        fstatat(dirfd(folder), name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
        (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)))
        return 0;
    entries->is_cut = entries->n == LISTED_MOST;
    return entries->is_cut ? 0 : add(entries, name, &status);
}

/* ---- All of a folder ---- */
static int read_all(Entries *entries, DIR *folder)
{
    int err = 0;
    while (err == 0 && !entries->is_cut) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (entry == NULL)
            return errno;
        err = look_at(entries, folder, entry->d_name);
    }
    return err;
}

/* closedir() closes what it was given, so it gets a descriptor of its own. */
static int read_folder(Entries *entries, int fd)
{
    int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = own >= 0 ? fdopendir(own) : NULL;
    if (folder == NULL) {
        int err = errno;
        if (own >= 0)
            close(own);
        return err;
    }
    int err = read_all(entries, folder);
    closedir(folder);
    return err;
}

/* ---- Text in a page ---- */
static void put_text(FILE *page, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': fputs("&amp;", page); break;
        case '<': fputs("&lt;", page); break;
        case '>': fputs("&gt;", page); break;
        case '"': fputs("&quot;", page); break;
        default:
            putc(iscntrl((unsigned char)*text) ? '?' : *text, page);
        }
    }
}

/* In a link all is encoded but what has no meaning anywhere. */
static void put_link(FILE *page, const char *name)
{
    for (; *name != '\0'; name++) {
        unsigned char c = (unsigned char)*name;
        bool is_plain = c < 128 && (isalnum(c) || strchr("-._~", c) != NULL);
        if (is_plain)
            putc(c, page);
        else
            fprintf(page, "%%%02X", c);
    }
}

/* ---- The top of the page ---- */
static void put_top(FILE *page, const char *path)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
          "<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width\">\n"
          "<title>/", page);
    put_text(page, path);
    fputs("</title>\n<style>td { padding-right: 2em } "
          "td + td { text-align: right }</style>\n</head>\n<body>\n<h1>/",
          page);
    put_text(page, path);
    fputs("</h1>\n<table>\n", page);
    if (path[0] != '\0')
        fputs("<tr><td><a href=\"../\">../</a></td></tr>\n", page);
}

/* ---- The page ---- */
static void put_entry(FILE *page, const Entry *entry)
{
    const char *slash = entry->is_folder ? "/" : "";
    char changed[DATE_SIZE];
    date_short_text(entry->changed, changed);
    fputs("<tr><td><a href=\"", page);
    put_link(page, entry->name);
    fprintf(page, "%s\">", slash);
    put_text(page, entry->name);
    fprintf(page, "%s</a></td><td>", slash);
    if (!entry->is_folder)
        fprintf(page, "%lld", entry->size);
    fprintf(page, "</td><td>%s</td></tr>\n", changed);
}

static void put_page(FILE *page, const char *path, const Entries *entries)
{
    size_t i = 0;
    put_top(page, path);
    while (i < entries->n && ftell(page) < PAGE_MOST)
        put_entry(page, &entries->list[i++]);
    fputs("</table>\n", page);
    if (entries->is_cut || i < entries->n)
        fputs("<p>There are more.</p>\n", page);
    fputs("</body>\n</html>\n", page);
}

/* ---- Making it ---- */
static int print(Listing *listing, const Entries *entries)
{
    FILE *page = open_memstream(&listing->page, &listing->length);
    if (page == NULL)
        return ENOMEM;
    put_page(page, listing->path, entries);
    bool has_failed = ferror(page) != 0;
    if (fclose(page) == 0 && !has_failed)
        return 0;
    free(listing->page);
    listing->page = NULL;
    return ENOMEM;
}

/* In the thread. */
static int make(void *arg, Value *result)
{
    Listing *listing = arg;
    Entries entries = { .n = 0 };
    int err = read_folder(&entries, listing->folder);
    if (entries.n > 1)
        qsort(entries.list, entries.n, sizeof *entries.list, compare);
    if (err == 0)
        err = print(listing, &entries);
    entries_free(&entries);
    return err;
}

/* ---- Waiting for it ---- */
/* The thread writes where we live, so it has to end first: whoever cancels us
 * waits as well. */
static SUSPENDS int wait_out(Future *made)
{
    bool was_cancelled = false;
    do {
        int err = async_shield(made, NULL);
        if (err == ENOMEM)    /* its own, or none to wait with */
            err = async_sleep(0);
        was_cancelled |= err == E_CANCELLED;
    } while (!future_done(made));
    return was_cancelled ? E_CANCELLED : future_result(made, NULL);
}

SUSPENDS int listing_make(Listing *listing)
{
    listing->page = NULL;
    Future *made = loop_run_in_executor(async_get_running_loop(), NULL, make,
                                        listing);
    if (made == NULL)
        return errno;
    int err = wait_out(made);
    future_release(made);
    if (err != 0)
        free(listing->page);
    return err;
}
