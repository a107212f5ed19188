/* stack.h - memory for the stacks of coroutines.
 *
 * A stack grows down, towards a guard: a page that nobody can touch.  What
 * belongs to a coroutine lies in a block at the top of its own stack; a Stack
 * is what that block begins with.  Stacks are kept in a pool and used again,
 * and never unmapped once they were used. */
#ifndef STACK_H
#define STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- A stack ---- */
typedef struct Stack {
    char *low;             /* its lowest byte; the guard lies below */
    size_t size;           /* from there to its end, the block included */
    int pool;              /* in which it is kept */
    void *owner;           /* the pools of the thread that took it */
    struct Stack *next;    /* in the pool */
    const char *name;      /* for the line when it overflows; NULL: none */
    uint64_t number;       /* comes behind the name; 0: none */
} Stack;

/* The block at the top of a stack of `size` bytes or more (0: 256 KiB);
 * block_size is the same in all calls.  It is zeroed but for its Stack if
 * nobody has used it, and else as it was left.  NULL: errno is ENOMEM. */
Stack *stack_take(size_t size, size_t block_size);
void stack_give(Stack *);    /* back into the pool, from any thread */

/* ---- The guard ---- */
size_t stack_page(void);     /* the size of a page, and of a guard */

/* From now on this thread dies of an overflow with a line that says whose. */
bool overflow_watch(void);   /* false: no memory */
void overflow_forget(void);  /* the thread ends */

#endif
