/* stack.c - stacks: mapped, guarded, pooled.
 *
 * Sizes are powers of two, and each has a pool.  Fresh stacks are cut off one
 * after the other from a slab, a larger piece of memory, of which only what is
 * touched costs anything. */
#define _DEFAULT_SOURCE    /* for MAP_ANONYMOUS and madvise() */
#include "stack.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "coro.h"
#include "sanitizer.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif
#ifndef MAP_STACK
#define MAP_STACK 0
#endif

/* ---- Pools ---- */
enum {
    DEFAULT = 18,                /* 1 << 18 bytes: 256 KiB */
    SMALLEST = 14,
    LARGEST = 8 * sizeof(size_t) - 3,
    SLAB = 16 * 1024 * 1024      /* or one stack, if that is larger */
};

typedef struct Pool {
    Stack *free;
    char *fresh;                 /* what is left of the slab */
    size_t fresh_count;          /* so many stacks */
} Pool;

static _Thread_local Pool pools[LARGEST + 1];    /* [n]: of 1 << n bytes */

static int pool_for(size_t size)
{
    int n = SMALLEST;
    if (size == 0)
        return DEFAULT;
    while (n <= LARGEST && ((size_t)1 << n < size ||
                            (size_t)1 << n < stack_page()))
        n++;
    return n;
}

/* ---- The guard ---- */
size_t stack_page(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Linux can guard pages without splitting the mapping that they lie in: of
 * mappings a process has 65,530 at most.  Its header may be older than it. */
enum { GUARD_INSTALL = 102, NO_ADVICE = -1 };

static bool can_install;    /* somebody answers, and not to everything yes */

static void ask_for_guards(void)
{
#ifdef __linux__
    can_install = madvise(NULL, 0, GUARD_INSTALL) == 0 &&
                  madvise(NULL, 0, NO_ADVICE) != 0;
#endif
}

static bool guard(char *lowest)
{
    if (can_install && madvise(lowest, stack_page(), GUARD_INSTALL) == 0)
        return true;
    return mprotect(lowest, stack_page(), PROT_NONE) == 0;
}

/* ---- When a thread ends ---- */
/* Its stacks go to whoever needs one next, and so does what another thread
 * gives back.  What was parked on them knows its thread, so coro_new() begins
 * them anew. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static Stack *inherited[LARGEST + 1];

static void leave(Stack *stack)    /* the caller has the mutex */
{
    stack->next = inherited[stack->pool];
    inherited[stack->pool] = stack;
}

static _Thread_local bool is_prepared;

static void bequeath(void *own_pools)
{
    is_prepared = false;
    pthread_mutex_lock(&mutex);
    for (int n = SMALLEST; n <= LARGEST; n++) {
        Pool *pool = &pools[n];
        for (Stack *stack; (stack = pool->free) != NULL; ) {
            pool->free = stack->next;
            leave(stack);
        }
        if (pool->fresh_count > 0)
            munmap(pool->fresh, pool->fresh_count *
                                (((size_t)1 << n) + stack_page()));
        pool->fresh_count = 0;
    }
    pthread_mutex_unlock(&mutex);
    overflow_forget();
}

static pthread_key_t key;
static bool has_key;

static void make_key(void)
{
    ask_for_guards();
    has_key = pthread_key_create(&key, bequeath) == 0;
}

/* Once in each thread. */
static bool prepare_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (is_prepared)
        return true;
    pthread_once(&once, make_key);
    is_prepared = has_key && overflow_watch() &&
                  pthread_setspecific(key, pools) == 0;
    return is_prepared;
}

static Stack *inherit(int n)
{
    pthread_mutex_lock(&mutex);
    Stack *stack = inherited[n];
    if (stack != NULL)
        inherited[n] = stack->next;
    pthread_mutex_unlock(&mutex);
    return stack;
}

/* ---- Fresh ones ---- */
static char *map(size_t size)
{
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK,
                        -1, 0);
    return memory != MAP_FAILED ? memory : NULL;
}

static bool add_slab(Pool *pool, size_t stride)
{
    size_t count = stride < SLAB ? SLAB / stride : 1;
    pool->fresh = map(count * stride);
    if (pool->fresh == NULL && count > 1)
        pool->fresh = map((count = 1) * stride);
    pool->fresh_count = pool->fresh != NULL ? count : 0;
    return pool->fresh != NULL;
}

static Stack *cut_off(int n, size_t block_size)
{
    Pool *pool = &pools[n];
    size_t size = (size_t)1 << n, stride = stack_page() + size;
    if (pool->fresh_count == 0 && !add_slab(pool, stride))
        return NULL;
    if (!guard(pool->fresh))
        return NULL;
    char *low = pool->fresh + stack_page();
    pool->fresh += stride;
    pool->fresh_count--;
    size_t block = (block_size + 63) / 64 * 64;    /* so that it is aligned */
    Stack *stack = (Stack *)(low + size - block);
    stack->low = low;
    stack->size = size;
    stack->pool = n;
    return stack;
}

/* ---- Taking and giving ---- */
Stack *stack_take(size_t size, size_t block_size)
{
    int n = pool_for(size);
    Stack *stack = NULL;
    if (n <= LARGEST && prepare_thread()) {
        stack = pools[n].free;
        if (stack != NULL)
            pools[n].free = stack->next;
        else if ((stack = inherit(n)) == NULL)
            stack = cut_off(n, block_size);
    }
    if (stack == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    stack->owner = pools;
    stack->name = NULL;
    stack->number = 0;
    return stack;
}

void stack_give(Stack *stack)
{
    if (stack->owner != pools || !is_prepared) {
        pthread_mutex_lock(&mutex);
        leave(stack);
        pthread_mutex_unlock(&mutex);
        return;
    }
    stack->next = pools[stack->pool].free;
    pools[stack->pool].free = stack;
}

/* ---- How much of it was used ---- */
/* Fresh memory is zero: what is not was written once.  A Coro begins with its
 * Stack. */
NOT_SANITIZED size_t coro_stack_used(Coro *coro)
{
    Stack *stack = (Stack *)coro;
    const uint64_t *word = (const uint64_t *)stack->low;
    VALGRIND_DISABLE_ERROR_REPORTING;
    while (*word == 0)
        word++;
    VALGRIND_ENABLE_ERROR_REPORTING;
    return stack->size - (size_t)((const char *)word - stack->low);
}
