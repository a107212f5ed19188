/* traces.h - reads a trace: a small checker of JSON, and what each event says.
 * read_trace() fails the test if the file is no list of events, one a line, or
 * breaks a rule that holds of all traces. */
#ifndef TRACES_H
#define TRACES_H

#include <inttypes.h>

#include "runtime.h"

/* ---- JSON ---- */
static const char *json_value(const char *at);

static inline const char *json_take(const char *at, char wanted)
{
    if (at == NULL || *at != wanted)
        return NULL;
    return at + 1;
}

static inline const char *json_blanks(const char *at)
{
    return at != NULL ? at + strspn(at, " \n\t\r") : NULL;
}

/* NULL: no character of UTF-8 begins there. */
static inline const char *json_character(const char *at)
{
    unsigned char c = (unsigned char)*at++;
    int more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1
                          : c >= 0xe0 && c < 0xf0   ? 2
                          : c >= 0xf0 && c < 0xf5   ? 3 : -1;
    if (c < ' ' || more < 0)
        return NULL;
    while (more-- > 0)
        if (((unsigned char)*at++ & 0xc0) != 0x80)
            return NULL;
    return at;
}

static inline const char *json_string(const char *at)
{
    at = json_take(at, '"');
    while (at != NULL && *at != '"')
        at = *at == '\\' ? NULL : json_character(at);    /* none is written */
    return json_take(at, '"');
}

static inline const char *json_digits(const char *at)
{
    size_t n = at != NULL ? strspn(at, "0123456789") : 0;
    return n > 0 ? at + n : NULL;
}

static inline const char *json_number(const char *at)
{
    at = json_digits(*at == '-' ? at + 1 : at);
    return at != NULL && *at == '.' ? json_digits(at + 1) : at;
}

/* A list, or an object if keys are wanted. */
static inline const char *json_items(const char *at, char last, bool has_keys)
{
    at = json_blanks(at + 1);
    if (*at == last)
        return at + 1;
    for (;;) {
        if (has_keys)
            at = json_take(json_blanks(json_string(at)), ':');
        at = at != NULL ? json_blanks(json_value(json_blanks(at))) : NULL;
        if (at == NULL || *at != ',')
            return json_take(at, last);
        at = json_blanks(at + 1);
    }
}

/* Past it; NULL: it is none. */
static inline const char *json_value(const char *at)
{
    if (*at == '[' || *at == '{')
        return json_items(at, *at == '[' ? ']' : '}', *at == '{');
    return *at == '"' ? json_string(at) : json_number(at);
}

/* ---- Events ---- */
typedef struct TraceEvent {
    char phase;             /* X slice, s and f arrow, i instant, M name */
    uint64_t track, id;
    int64_t begin, end;     /* nanoseconds */
    char name[80], label[80];
} TraceEvent;

enum { MOST_EVENTS = 4000 };

typedef struct Events {
    size_t n;
    TraceEvent event[MOST_EVENTS];
    char text[MOST_EVENTS * 120];
} Events;

static inline const char *field(const char *line, const char *key)
{
    char quoted[20];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *at = strstr(line, quoted);
    return at != NULL ? at + strlen(quoted) : NULL;
}

/* Microseconds with three digits. */
static inline int64_t nanoseconds(const char *at)
{
    int64_t whole, part;
    CHECK(at != NULL);
    CHECK(sscanf(at, "%" SCNd64 ".%3" SCNd64, &whole, &part) == 2);
    return whole * 1000 + part;
}

static inline void copy_string(char to[80], const char *at)
{
    CHECK(at != NULL && *at == '"');
    size_t n = strcspn(at + 1, "\"");
    snprintf(to, 80, "%.*s", (int)(n < 79 ? n : 79), at + 1);
}

static inline void read_entry(TraceEvent *event, const char *line)
{
    const char *pid = field(line, "pid"), *id = field(line, "id");
    const char *dur = field(line, "dur"), *args = field(line, "args");
    *event = (TraceEvent){ .phase = field(line, "ph")[1] };
    CHECK(pid != NULL);
    event->track = strtoull(field(line, "tid"), NULL, 10);
    event->id = id != NULL ? strtoull(id, NULL, 10) : 0;
    event->begin = event->end = nanoseconds(field(line, "ts"));
    if (dur != NULL)
        event->end += nanoseconds(dur);
    copy_string(event->name, field(line, "name"));
    if (args != NULL)
        copy_string(event->label, field(args, "name"));
    CHECK_INT(dur != NULL, event->phase == 'X');
    CHECK_INT(args != NULL, event->phase == 'M');
    CHECK_INT(id != NULL, event->phase == 's' || event->phase == 'f');
}

/* ---- What holds of all ---- */
/* Slices of a track come one after the other; each track of a task has had its
 * name before, once. */
static inline void check_entry(const Events *all, const TraceEvent *event)
{
    bool has_name = event->track == 0;
    CHECK(event->end >= event->begin);
    for (const TraceEvent *e = all->event; e < event; e++) {
        has_name |= e->phase == 'M' && e->track == event->track;
        if (e->track != event->track)
            continue;
        CHECK(!(e->phase == 'M' && event->phase == 'M'));
        if (e->phase == 'X' && event->phase == 'X')
            CHECK(e->end <= event->begin);
    }
    CHECK(has_name || event->phase == 'M');
    CHECK(strchr("XsfiM", event->phase) != NULL);
    CHECK(event->name[0] != '\0');
}

/* ---- The file ---- */
static inline void read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    size_t n = fread(text, 1, size, file);
    CHECK(n < size);
    text[n] = '\0';
    fclose(file);
}

static inline void read_lines(Events *all)
{
    char *line = all->text + 2;
    for (char *end; *line == '{'; line = end + 1) {
        CHECK(all->n < MOST_EVENTS);
        end = strchr(line, '\n');
        CHECK(end != NULL);
        *end = '\0';
        CHECK(end[-1] == (end[1] == '{' ? ',' : '}'));
        read_entry(&all->event[all->n], line);
        check_entry(all, &all->event[all->n]);
        all->n++;
    }
    CHECK_STR(line, "]\n");
}

static inline Events *read_trace(const char *path)
{
    Events *all = calloc(1, sizeof *all);
    CHECK(all != NULL);
    read_text(path, all->text, sizeof all->text);
    const char *end = json_value(all->text);
    CHECK(end != NULL);
    CHECK_STR(end, "\n");
    CHECK(strncmp(all->text, "[\n", 2) == 0);
    read_lines(all);
    unlink(path);
    return all;
}

/* ---- Looking for events ---- */
/* The i-th with this phase and name; NULL: there are not so many. */
static inline TraceEvent *find_event(Events *all, char phase, const char *name,
                                size_t i)
{
    for (TraceEvent *e = all->event; e < all->event + all->n; e++)
        if (e->phase == phase && strcmp(e->name, name) == 0 && i-- == 0)
            return e;
    return NULL;
}

static inline size_t count_events(Events *all, char phase, const char *name)
{
    size_t n = 0;
    while (find_event(all, phase, name, n) != NULL)
        n++;
    return n;
}

/* The number of the track with this label. */
static inline uint64_t track_of(Events *all, const char *label)
{
    for (TraceEvent *e = all->event; e < all->event + all->n; e++)
        if (e->phase == 'M' && strcmp(e->label, label) == 0)
            return e->track;
    CHECK_STR("no track", label);
    return 0;
}

/* The arrow's beginning, before its end; NULL: there is none. */
static inline TraceEvent *origin_of(Events *all, const TraceEvent *end)
{
    for (TraceEvent *e = all->event; e < end; e++)
        if (e->phase == 's' && e->id == end->id)
            return e;
    return NULL;
}

#endif
