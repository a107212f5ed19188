/* ready.c - the ring behind the ready queue: growing, cancelling, shuffling.
 *
 * Growing moves entries but keeps their numbers, so handles stay good. */
#include "ready.h"

#include <stdlib.h>
#include <string.h>

/* ---- Making and freeing ---- */
enum { FIRST_PLACES = 64 };

static bool wants_shuffle(uint64_t *seed)
{
    const char *text = getenv("WEFT_SHUFFLE");
    uint64_t number = text != NULL ? strtoull(text, NULL, 10) : 0;
    *seed = number * 0x9E3779B97F4A7C15;    /* odd: 0 only for 0 */
    return *seed != 0;
}

bool ready_init(Ready *ready)
{
    memset(ready, 0, sizeof *ready);
    ready->head = ready->tail = ready->turn_end = 1;    /* 0 names no entry */
    ready->mask = FIRST_PLACES - 1;
    ready->ring = malloc(FIRST_PLACES * sizeof *ready->ring);
    if (wants_shuffle(&ready->random))
        ready->numbers = malloc(FIRST_PLACES * sizeof *ready->numbers);
    if (ready->ring != NULL && (ready->random == 0 || ready->numbers != NULL))
        return true;
    ready_free(ready);
    return false;
}

void ready_free(Ready *ready)
{
    free(ready->ring);
    free(ready->numbers);
    ready->ring = NULL;
    ready->numbers = NULL;
}

/* ---- Growing ---- */
static bool grow_numbers(Ready *ready, size_t places)
{
    uint64_t *numbers = malloc(places * sizeof *numbers);
    if (numbers == NULL)
        return false;
    for (uint64_t i = ready->head; i < ready->turn_end; i++)
        numbers[i & (places - 1)] = ready->numbers[i & ready->mask];
    free(ready->numbers);
    ready->numbers = numbers;
    return true;
}

bool ready_grow(Ready *ready)
{
    size_t places = 2 * (ready->mask + 1);
    Entry *ring = malloc(places * sizeof *ring);
    if (ring == NULL)
        return false;
    if (ready->numbers != NULL && !grow_numbers(ready, places)) {
        free(ring);
        return false;
    }
    for (uint64_t i = ready->head; i != ready->tail; i++)
        ring[i & (places - 1)] = ready->ring[i & ready->mask];
    free(ready->ring);
    ready->ring = ring;
    ready->mask = places - 1;
    return true;
}

/* ---- Room ---- */
bool ready_reserve(Ready *ready)
{
    if (!ready_make_room(ready))
        return false;
    ready->reserved++;
    return true;
}

/* ---- Cancelling ---- */
/* Where the entry of that number lies; a shuffled turn has to be searched. */
static uint64_t place_of(Ready *ready, Handle number)
{
    if (ready->numbers == NULL || number >= ready->turn_end)
        return number;
    for (uint64_t i = ready->head; i < ready->turn_end; i++)
        if (ready->numbers[i & ready->mask] == number)
            return i;
    return 0;
}

bool ready_cancel(Ready *ready, Handle handle)
{
    uint64_t place = place_of(ready, handle);
    if (place < ready->head || place >= ready->tail)
        return false;
    Entry *entry = &ready->ring[place & ready->mask];
    bool was_waiting = entry->callback != NULL;
    entry->callback = NULL;
    return was_waiting;
}

/* ---- Out of order ---- */
static uint64_t next_random(Ready *ready)
{
    ready->random ^= ready->random << 13;
    ready->random ^= ready->random >> 7;
    ready->random ^= ready->random << 17;
    return ready->random;
}

void ready_shuffle(Ready *ready)
{
    if (ready->numbers == NULL)
        return;
    for (uint64_t i = ready->head; i < ready->turn_end; i++)
        ready->numbers[i & ready->mask] = i;
    for (uint64_t n = ready->turn_end - ready->head; n > 1; n--) {
        size_t a = (ready->head + n - 1) & ready->mask;
        size_t b = (ready->head + next_random(ready) % n) & ready->mask;
        Entry entry = ready->ring[a];
        ready->ring[a] = ready->ring[b];
        ready->ring[b] = entry;
        uint64_t number = ready->numbers[a];
        ready->numbers[a] = ready->numbers[b];
        ready->numbers[b] = number;
    }
}
