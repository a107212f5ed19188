/* timers.c - a heap of keys, the slots behind it, and what scheduling makes of
 * them.
 *
 * heap[i] is never later than its children, and where[slot of heap[i]] is i. */
#include "timers.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "loop_inside.h"

/* ---- Keys ---- */
enum { SLOT_BITS = 24, SLOTS = 1 << SLOT_BITS };    /* so many timers at once */
#define GENERATIONS ((TIMER_HANDLE >> SLOT_BITS) - 1)    /* fit into a handle */
#define NONE UINT32_MAX         /* no free slot */
#define DUE (UINT32_MAX - 1)    /* not in the heap: in the ready queue */

static inline uint32_t slot_of(uint64_t order)
{
    return order & (SLOTS - 1);
}

/* Without branches: whether one is earlier, no processor can guess. */
static inline bool is_before(Key a, Key b)
{
    return (a.when < b.when) | ((a.when == b.when) & (a.order < b.order));
}

static inline void put_key(Timers *timers, size_t i, Key key)
{
    timers->heap[i] = key;
    timers->where[slot_of(key.order)] = i;
}

/* ---- Upwards ---- */
/* Puts the key at i, or as far above as it belongs. */
static void rise(Timers *timers, size_t i, Key key)
{
    while (i > 0 && is_before(key, timers->heap[(i - 1) / 4])) {
        put_key(timers, i, timers->heap[(i - 1) / 4]);
        i = (i - 1) / 4;
    }
    put_key(timers, i, key);
}

/* ---- Downwards ---- */
/* Asks the memory for a key that may be needed soon; or for nothing, past the
 * end: hence the number in place of a pointer. */
static inline void ask_for(const Key *heap, size_t i)
{
    __builtin_prefetch((void *)((uintptr_t)heap + i * sizeof *heap));
}

static inline size_t earliest_child(Timers *timers, size_t i)
{
    Key *heap = timers->heap;
    size_t first = 4 * i + 1;
    for (size_t j = 0; j < 4; j++)    /* one of them will be the next step */
        ask_for(heap, 4 * (first + j) + 1);
    if (first + 4 <= timers->count) {
        size_t a = first + is_before(heap[first + 1], heap[first]);
        size_t b = first + 2 + is_before(heap[first + 3], heap[first + 2]);
        return is_before(heap[b], heap[a]) ? b : a;
    }
    size_t earliest = first;
    for (size_t child = first + 1; child < timers->count; child++)
        if (is_before(heap[child], heap[earliest]))
            earliest = child;
    return earliest;
}

/* Fills the hole at i with the key, which was the heap's last.  It came from
 * the bottom and most likely belongs there: so the hole sinks all the way, and
 * the key rises from it, past i if need be. */
static void refill(Timers *timers, size_t i, Key key)
{
    while (4 * i + 1 < timers->count) {
        size_t child = earliest_child(timers, i);
        put_key(timers, i, timers->heap[child]);
        i = child;
    }
    rise(timers, i, key);
}

/* ---- Out of the heap ---- */
static void take_out(Timers *timers, size_t i)
{
    Key last = timers->heap[--timers->count];
    if (i < timers->count)
        refill(timers, i, last);
}

/* ---- Making and freeing ---- */
void timers_init(Timers *timers)
{
    memset(timers, 0, sizeof *timers);
    timers->free = NONE;
}

void timers_free(Timers *timers)
{
    free(timers->memory);
    free(timers->where);
    free(timers->slots);
    timers_init(timers);
}

/* ---- Growing ---- */
/* The four children of a key share a cache line of 64 bytes: heap[1] is at the
 * beginning of one. */
static bool grow_heap(Timers *timers, uint32_t capacity)
{
    enum { LINE = 64, SHIFT = LINE / sizeof(Key) - 1 };
    void *memory = aligned_alloc(LINE, (capacity + 4) * sizeof(Key));
    if (memory == NULL)
        return false;
    Key *heap = (Key *)memory + SHIFT;
    if (timers->count > 0)
        memcpy(heap, timers->heap, timers->count * sizeof *heap);
    free(timers->memory);
    timers->memory = memory;
    timers->heap = heap;
    return true;
}

/* Whatever fails, what has grown before does no harm. */
static bool grow_timers(Timers *timers)
{
    uint32_t capacity = timers->capacity > 0 ? 2 * timers->capacity : 64;
    if (capacity > SLOTS || !grow_heap(timers, capacity))
        return false;
    uint32_t *where = realloc(timers->where, capacity * sizeof *where);
    if (where == NULL)
        return false;
    timers->where = where;
    Timer *slots = realloc(timers->slots, capacity * sizeof *slots);
    if (slots == NULL)
        return false;
    timers->slots = slots;
    timers->capacity = capacity;
    return true;
}

/* ---- Slots ---- */
static uint32_t new_slot(Timers *timers)
{
    uint32_t slot = timers->free;
    if (slot != NONE) {
        timers->free = timers->where[slot];
        return slot;
    }
    if (timers->used == timers->capacity && !grow_timers(timers))
        return NONE;
    timers->slots[timers->used].generation = 0;
    return timers->used++;
}

/* A slot whose generations are used up is not given out again. */
static void free_slot(Loop *loop, uint32_t slot)
{
    Timers *timers = &loop->timers;
    if (++timers->slots[slot].generation < GENERATIONS) {
        timers->where[slot] = timers->free;
        timers->free = slot;
    }
    loop_unreserve(loop);
}

/* ---- Scheduling ---- */
Handle loop_call_at(Loop *loop, double when, Callback *callback, void *arg)
{
    Timers *timers = &loop->timers;
    if (isnan(when) || callback == NULL ||
        (loop_alerts(loop) != 0 && !loop_accepts(loop))) {
        errno = EINVAL;
        return 0;
    }
    if (!loop_reserve(loop)) {
        errno = ENOMEM;
        return 0;
    }
    uint32_t slot = new_slot(timers);
    if (slot == NONE) {
        loop_unreserve(loop);
        errno = ENOMEM;
        return 0;
    }
    Timer *timer = &timers->slots[slot];
    timer->callback = callback;
    timer->arg = arg;
    uint64_t order = timers->created++ << SLOT_BITS | slot;
    rise(timers, timers->count++, (Key){ when, order });
    return TIMER_HANDLE | timer->generation << SLOT_BITS | slot;
}

Handle loop_call_later(Loop *loop, double delay, Callback *callback, void *arg)
{
    return loop_call_at(loop, loop_time(loop) + delay, callback, arg);
}

/* ---- Cancelling ---- */
bool timers_cancel(Loop *loop, Handle handle)
{
    Timers *timers = &loop->timers;
    uint32_t slot = slot_of(handle);
    if (slot >= timers->used)
        return false;
    Timer *timer = &timers->slots[slot];
    if (handle != (TIMER_HANDLE | timer->generation << SLOT_BITS | slot))
        return false;
    if (timers->where[slot] == DUE) {
        bool was_waiting = timer->callback != NULL;
        timer->callback = NULL;
        return was_waiting;
    }
    take_out(timers, timers->where[slot]);
    free_slot(loop, slot);
    return true;
}

/* ---- Running ---- */
/* What the ready queue calls for a timer that is due. */
void timer_run(void *number)
{
    Loop *loop = async_get_running_loop();
    uint32_t slot = (uintptr_t)number;
    Timer timer = loop->timers.slots[slot];
    free_slot(loop, slot);
    if (timer.callback != NULL)
        timer.callback(timer.arg);
}

void timers_expire(Loop *loop, double now)
{
    Timers *timers = &loop->timers;
    while (timers->count > 0 && timers->heap[0].when <= now) {
        uint32_t slot = slot_of(timers->heap[0].order);
        __builtin_prefetch(&timers->slots[slot]);
        take_out(timers, 0);
        timers->where[slot] = DUE;
        loop_push(loop, timer_run, (void *)(uintptr_t)slot);
    }
}
