/* sanitizer.h - what AddressSanitizer, ThreadSanitizer and valgrind have to be
 * told of stacks that come and go.
 *
 * They watch the stack pointer, and take a switch to another stack for a jump
 * into the wild.  In a build without them nothing of this is left. */
#ifndef SANITIZER_H
#define SANITIZER_H

#include <stddef.h>

/* ---- Who watches ---- */
#if defined __SANITIZE_ADDRESS__
#define HAS_ASAN 1
#endif
#if defined __SANITIZE_THREAD__
#define HAS_TSAN 1
#endif
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define HAS_TSAN 1
#endif
#endif
#ifdef __has_include
#if __has_include(<valgrind/memcheck.h>)
/* lint: platform header <valgrind/memcheck.h>: its macros, no library */
#include <valgrind/memcheck.h>
#endif
#endif

#ifdef HAS_ASAN
#define NOT_SANITIZED __attribute__((no_sanitize_address))
void __sanitizer_start_switch_fiber(void **, const void *, size_t);
void __sanitizer_finish_switch_fiber(void *, const void **, size_t *);
void __asan_unpoison_memory_region(const volatile void *, size_t);
#else
#define NOT_SANITIZED
#endif
#ifdef HAS_TSAN
void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned);
void __tsan_destroy_fiber(void *);
void __tsan_switch_to_fiber(void *, unsigned);
void __tsan_func_exit(void);
#endif

/* ---- A stack, as they see it ---- */
/* All zeros for a thread's own. */
typedef struct Fiber {
    const void *low;
    size_t size;
    void *fake;      /* ASan: where locals live that outlive their function */
    void *thread;    /* TSan: what it takes for a thread */
} Fiber;

/* Somebody begins at the top of this stack, as if nobody had been there. */
static inline void fiber_begin(Fiber *fiber, const void *low, size_t size)
{
#ifdef HAS_ASAN
    __asan_unpoison_memory_region(low, size);
#endif
#ifdef HAS_TSAN
    if (fiber->thread != NULL)
        __tsan_destroy_fiber(fiber->thread);
    fiber->thread = __tsan_create_fiber(0);
#endif
#ifdef VALGRIND_STACK_REGISTER
    if (fiber->low == NULL)
        (void)VALGRIND_STACK_REGISTER(low, (const char *)low + size);
#endif
    fiber->low = low;
    fiber->size = size;
    fiber->fake = NULL;
}

/* ---- The switch ---- */
/* TSan counts calls and returns, for each fiber: so these three have to be part
 * of whoever calls them.  Whoever calls the first one will not return. */
#define INLINED static inline __attribute__((always_inline))

INLINED void fiber_no_return(void)
{
#ifdef HAS_TSAN
    __tsan_func_exit();
#endif
}

/* Right before the jump, on the old stack. */
INLINED void fiber_leave(Fiber *from, Fiber *to)
{
#ifdef HAS_ASAN
    __sanitizer_start_switch_fiber(&from->fake, to->low, to->size);
#endif
#ifdef HAS_TSAN
    if (from->thread == NULL)
        from->thread = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(to->thread, 0);
#endif
}

/* Right after it, on the new one.  Says where the old one lies, too. */
INLINED void fiber_land(Fiber *to, Fiber *from)
{
#ifdef HAS_ASAN
    __sanitizer_finish_switch_fiber(to->fake, &from->low, &from->size);
#endif
}

/* ---- Looking at what is not in use ---- */
#ifndef VALGRIND_DISABLE_ERROR_REPORTING
#define VALGRIND_DISABLE_ERROR_REPORTING (void)0
#define VALGRIND_ENABLE_ERROR_REPORTING (void)0
#endif

#endif
