/* outcome.h - how one of several things has ended, and how to list them. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "../05_tasks/task.h"

/* ---- How it ended ---- */
/* 0 with the result, or an error with its detail; E_INVALID_STATE: it still
 * runs. */
typedef struct Outcome {
    int error;
    Value value;
} Outcome;

/* ---- Several ---- */
/* A coroutine object: a coroutine that has not begun. */
typedef struct Call {
    CoroFn *fn;
    void *arg;
} Call;

/* For the first two arguments of a function that takes an array and its size:
 * async_gather(FUTURES(a, b), outcomes, 0). */
#define FUTURES(...)                                                          \
    (Future *[]){ __VA_ARGS__ },                                              \
        sizeof((Future *[]){ __VA_ARGS__ }) / sizeof(Future *)
#define CALLS(...)                                                            \
    (Call[]){ __VA_ARGS__ }, sizeof((Call[]){ __VA_ARGS__ }) / sizeof(Call)

#endif
