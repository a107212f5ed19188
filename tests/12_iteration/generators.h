/* generators.h - what the tests of iteration share: generators that count, and
 * tell how they end. */
#ifndef GENERATORS_H
#define GENERATORS_H

#include "../05_tasks/tasks.h"
#include "asking.h"

/* ---- Errors ---- */
enum { E_FIRST = E_USER, E_SECOND };

/* ---- One that counts ---- */
/* Yields 1 to count, and ends with `error`.  If it is thrown something, it
 * tells `name`, cleans up, tells "out", and ends with `ends`. */
typedef struct Numbers {
    int count;
    double delay;        /* sleeps so long before each value */
    int error;
    const char *name;
    double cleanup;      /* sleeps so long; 0: not at all */
    int ends;            /* KEEP: with the error that it was thrown */
} Numbers;

enum { KEEP = -1 };

static inline int clean_up(const Numbers *numbers, int err)
{
    if (numbers->name != NULL)
        tell(numbers->name);
    if (numbers->cleanup > 0 && async_sleep(numbers->cleanup) != 0)
        tell("interrupted");
    if (numbers->name != NULL)
        tell("out");
    return numbers->ends == KEEP ? err : numbers->ends;
}

static inline int count(void *arg, Value *result)
{
    const Numbers *numbers = arg;
    int err = 0;
    for (int i = 1; i <= numbers->count && err == 0; i++) {
        if (numbers->delay > 0)
            err = async_sleep(numbers->delay);
        if (err == 0)
            err = async_yield(number(i), NULL);
    }
    return err == 0 ? numbers->error : clean_up(numbers, err);
}

/* Yields whatever it is thrown, for ever. */
static inline int refuse_to_end(void *arg, Value *result)
{
    int err = 0;
    while (err != E_RUNTIME)
        err = async_yield(number(err), NULL);
    return err;
}

/* ---- Making ---- */
static inline AsyncGenerator *new_count(Numbers *numbers)
{
    return new_generator(count, numbers);
}

/* ---- Tasks ---- */
/* As a task: asks for one value. */
static inline int ask(void *generator, Value *result)
{
    return async_generator_next(generator, result);
}

static inline int close_it(void *generator, Value *result)
{
    return async_generator_aclose(generator);
}

/* ---- Stories ---- */
static inline void check_story(const char *wanted)
{
    CHECK_STR(story, wanted);
    story[0] = '\0';
}

#endif
