/* recording.c - reads a trace, event by event. */
#include "recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- An event ---- */
/* As code/13_runtime/trace.c writes it: a line, its fields in this order. */
typedef struct Event {
    char phase;
    unsigned long long track;
    double time;              /* microseconds */
    char name[64];
    const char *rest;         /* what else the line has */
} Event;

static bool parse(const char *line, Event *event)
{
    int length = 0;
    int n = sscanf(line, "{\"ph\":\"%c\",\"pid\":%*d,\"tid\":%llu,\"ts\":%lf,"
                   "\"name\":\"%63[^\"]\"%n", &event->phase, &event->track,
                   &event->time, event->name, &length);
    event->rest = line + length;
    return n == 4 && length > 0 && event->time >= 0;
}

static void copy_name(char name[NAME], const char *from, size_t length)
{
    length = length < NAME ? length : NAME - 1;
    memcpy(name, from, length);
    name[length] = '\0';
}

/* ---- Lists that grow ---- */
/* Room for one more item of that size.  NULL: no memory, and nothing has
 * changed. */
static void *grow(void *items, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return items;
    size_t wanted = *room != 0 ? 2 * *room : 16;
    void *grown = realloc(items, wanted * size);
    if (grown != NULL)
        *room = wanted;
    return grown;
}

/* ---- Tracks by their ids ---- */
/* A hash table of indices, each plus one; 0 is a free place.  This is the
 * place of a track, or the free one where it belongs. */
static size_t *find_place(const Recording *recording, unsigned long long id)
{
    unsigned long long hash = id * 0x9e3779b97f4a7c15ULL >> 32;
    size_t mask = recording->n_places - 1, at = (size_t)hash & mask;
    const size_t *places = recording->places;
    while (places[at] != 0 && recording->tracks[places[at] - 1].id != id)
        at = (at + 1) & mask;
    return &recording->places[at];
}

/* Room for one more, and half of the places stay free.  false: no memory. */
static bool make_places(Recording *recording)
{
    size_t n = recording->n_places != 0 ? 2 * recording->n_places : 16;
    if (2 * recording->n_tracks < recording->n_places)
        return true;
    size_t *places = calloc(n, sizeof *places);
    if (places == NULL)
        return false;
    free(recording->places);
    recording->places = places;
    recording->n_places = n;
    for (size_t i = 0; i < recording->n_tracks; i++)
        *find_place(recording, recording->tracks[i].id) = i + 1;
    return true;
}

/* ---- Tracks ---- */
static Track *add_track(Recording *recording, unsigned long long id)
{
    Track *tracks = grow(recording->tracks, recording->n_tracks,
                         &recording->room_for_tracks, sizeof *tracks);
    if (tracks == NULL)
        return NULL;
    recording->tracks = tracks;
    Track *track = &tracks[recording->n_tracks++];
    *track = (Track){ .id = id };
    copy_name(track->name, id == 0 ? "callbacks" : "?", id == 0 ? 9 : 1);
    return track;
}

/* NULL: no memory. */
static Track *find_track(Recording *recording, unsigned long long id)
{
    if (!make_places(recording))
        return NULL;
    size_t *place = find_place(recording, id);
    if (*place != 0)
        return &recording->tracks[*place - 1];
    Track *track = add_track(recording, id);
    if (track != NULL)
        *place = recording->n_tracks;
    return track;
}

static int name_track(Track *track, const char *rest)
{
    static const char before[] = ",\"args\":{\"name\":\"";
    size_t length = sizeof before - 1;
    if (strncmp(rest, before, length) != 0)
        return EBADMSG;
    copy_name(track->name, rest + length, strcspn(rest + length, "\""));
    return 0;
}

/* ---- Slices ---- */
static int add_slice(Recording *recording, Track *track, const Event *event)
{
    double duration;
    if (sscanf(event->rest, ",\"dur\":%lf", &duration) != 1 || duration < 0)
        return EBADMSG;
    Slice *slices = grow(track->slices, track->n, &track->room, sizeof *slices);
    if (slices == NULL)
        return ENOMEM;
    track->slices = slices;
    Slice *slice = &slices[track->n++];
    slice->begin = event->time / 1e6;
    slice->end = (event->time + duration) / 1e6;
    slice->runs = track->id == 0 || strcmp(event->name, "run") == 0;
    copy_name(slice->name, event->name, strlen(event->name));
    if (slice->end > recording->end)
        recording->end = slice->end;
    if (slice->begin < recording->begin)
        recording->begin = slice->begin;
    return 0;
}

/* ---- Arrows ---- */
static int begin_arrow(Recording *recording, Track *track, const Event *event,
                       unsigned long long id)
{
    Arrow *arrows = grow(recording->arrows, recording->n_arrows,
                         &recording->room_for_arrows, sizeof *arrows);
    if (arrows == NULL)
        return ENOMEM;
    recording->arrows = arrows;
    arrows[recording->n_arrows++] = (Arrow){
        .id = id, .from = track - recording->tracks,
        .begin = event->time / 1e6
    };
    return 0;
}

static int compare_ids(const void *a, const void *b)
{
    unsigned long long one = ((const Arrow *)a)->id;
    unsigned long long other = ((const Arrow *)b)->id;
    return (one > other) - (one < other);
}

/* Where nobody woke it, the loop did: a descriptor was ready. */
static void end_arrow(Recording *recording, Track *track, const Event *event,
                      unsigned long long id)
{
    Arrow wanted = { .id = id }, *arrow = NULL;
    if (recording->n_arrows > 0)
        arrow = bsearch(&wanted, recording->arrows, recording->n_arrows,
                        sizeof wanted, compare_ids);
    if (arrow == NULL)
        return;
    arrow->to = track - recording->tracks;
    arrow->end = event->time / 1e6;
    arrow->has_end = true;
}

static int take_arrow(Recording *recording, Track *track, const Event *event)
{
    unsigned long long id;
    const char *at = strstr(event->rest, "\"id\":");
    if (at == NULL || sscanf(at, "\"id\":%llu", &id) != 1)
        return EBADMSG;
    if (event->phase == 's')
        return begin_arrow(recording, track, event, id);
    end_arrow(recording, track, event, id);
    return 0;
}

/* ---- A line ---- */
static int take_event(Recording *recording, const char *line)
{
    Event event;
    if (!parse(line, &event))
        return EBADMSG;
    Track *track = find_track(recording, event.track);
    if (track == NULL)
        return ENOMEM;
    switch (event.phase) {
    case 'M':
        return name_track(track, event.rest);
    case 'X':
        return add_slice(recording, track, &event);
    case 's':
    case 'f':
        return take_arrow(recording, track, &event);
    default:
        return 0;    /* a moment: it is not drawn */
    }
}

/* One that was cut off at the end of the file is none. */
static int take_line(Recording *recording, const char *line, bool is_whole)
{
    if (!is_whole)
        return 0;
    if (strcmp(line, "[\n") == 0 || strcmp(line, "]\n") == 0)
        return 0;
    return take_event(recording, line);
}

/* ---- All of it ---- */
/* Its clock begins with it, and not with the machine's. */
static void begin_at_zero(Recording *recording)
{
    double begin = recording->begin < recording->end ? recording->begin
                                                     : recording->end;
    for (size_t i = 0; i < recording->n_tracks; i++)
        for (size_t k = 0; k < recording->tracks[i].n; k++) {
            recording->tracks[i].slices[k].begin -= begin;
            recording->tracks[i].slices[k].end -= begin;
        }
    for (size_t i = 0; i < recording->n_arrows; i++) {
        recording->arrows[i].begin -= begin;
        recording->arrows[i].end -= begin;
    }
    recording->end -= begin;
    recording->begin = 0;
}

int recording_read(Recording *recording, FILE *file)
{
    char line[512];
    int err = 0;
    *recording = (Recording){ .begin = 1e300 };
    while (err == 0 && fgets(line, sizeof line, file) != NULL) {
        recording->line++;
        bool is_whole = strchr(line, '\n') != NULL;
        err = is_whole || feof(file) ? take_line(recording, line, is_whole)
                                     : EBADMSG;
    }
    begin_at_zero(recording);
    return err == 0 && ferror(file) ? EIO : err;
}

void recording_free(Recording *recording)
{
    for (size_t i = 0; i < recording->n_tracks; i++)
        free(recording->tracks[i].slices);
    free(recording->tracks);
    free(recording->places);
    free(recording->arrows);
}
