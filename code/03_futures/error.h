/* error.h - what errors are called.
 *
 * An error is an int: 0 is none, an errno value is Python's OSError, and the
 * codes below are Python's other exceptions.  From E_USER on they are the
 * program's. */
#ifndef ERROR_H
#define ERROR_H

#include "../02_callbacks/loop.h"

/* ---- Codes ---- */
/* E_RUNTIME and E_VALUE lie between: loop.h and selector.h needed them first.
 * No code has a zero low byte, so one that main() returns is a failure. */
enum {
    E_CANCELLED = 4097,          /* CancelledError */
    E_TIMEOUT,                   /* TimeoutError */
    E_INVALID_STATE,             /* InvalidStateError */
    E_QUEUE_EMPTY = E_VALUE + 1, /* QueueEmpty */
    E_QUEUE_FULL,                /* QueueFull */
    E_QUEUE_SHUTDOWN,            /* QueueShutDown */
    E_INCOMPLETE_READ,           /* IncompleteReadError */
    E_LIMIT_OVERRUN,             /* LimitOverrunError */
    E_BROKEN_BARRIER,            /* BrokenBarrierError */
    E_STOP_ITERATION,            /* StopAsyncIteration */
    E_GENERATOR_EXIT,            /* GeneratorExit */
    E_GROUP,                     /* ExceptionGroup */
    E_KEYBOARD_INTERRUPT,        /* KeyboardInterrupt */
    E_LOOKUP,                    /* LookupError */
    E_USER = 8193                /* the first of a program's own; 254 of them */
};

/* ---- Texts ---- */
/* The name of the exception that Python would raise: "CancelledError", for an
 * errno value "ConnectionRefusedError" or "OSError".  Never NULL. */
const char *error_name(int error);

/* What it means, in a few words; for an errno value those of strerror(). */
const char *error_message(int error);

/* Names one of the program's own errors, from E_USER on.  The strings are
 * borrowed for ever.  Define them before other threads start.
 * E_VALUE: no such code, or a string is NULL. */
int error_define(int error, const char *name, const char *message);

#endif
