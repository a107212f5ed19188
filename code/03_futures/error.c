/* error.c - the names and messages of errors. */
#include "error.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* ---- The codes of asyncio ---- */
_Static_assert(E_INVALID_STATE + 1 == E_RUNTIME && E_RUNTIME + 1 == E_VALUE,
               "the codes of three headers make one row");

typedef struct Text {
    const char *name, *message;
} Text;

static const Text asyncio_texts[] = {
    [E_CANCELLED - E_CANCELLED] = { "CancelledError", "Cancelled" },
    [E_TIMEOUT - E_CANCELLED] = { "TimeoutError", "Timed out" },
    [E_INVALID_STATE - E_CANCELLED] = {
        "InvalidStateError", "Not possible in this state" },
    [E_RUNTIME - E_CANCELLED] = { "RuntimeError", "Not possible here" },
    [E_VALUE - E_CANCELLED] = { "ValueError", "Not a valid value" },
    [E_QUEUE_EMPTY - E_CANCELLED] = { "QueueEmpty", "The queue is empty" },
    [E_QUEUE_FULL - E_CANCELLED] = { "QueueFull", "The queue is full" },
    [E_QUEUE_SHUTDOWN - E_CANCELLED] = {
        "QueueShutDown", "The queue was shut down" },
    [E_INCOMPLETE_READ - E_CANCELLED] = {
        "IncompleteReadError", "The stream ended too early" },
    [E_LIMIT_OVERRUN - E_CANCELLED] = {
        "LimitOverrunError", "No separator within the limit" },
    [E_BROKEN_BARRIER - E_CANCELLED] = {
        "BrokenBarrierError", "The barrier is broken" },
    [E_STOP_ITERATION - E_CANCELLED] = {
        "StopAsyncIteration", "Nothing comes after the last" },
    [E_GENERATOR_EXIT - E_CANCELLED] = {
        "GeneratorExit", "The generator is being closed" },
    [E_GROUP - E_CANCELLED] = { "ExceptionGroup", "Tasks of a group failed" },
    [E_KEYBOARD_INTERRUPT - E_CANCELLED] = {
        "KeyboardInterrupt", "Interrupted" },
    [E_LOOKUP - E_CANCELLED] = { "LookupError", "Not found" },
};

enum { ASYNCIO_ERRORS = sizeof asyncio_texts / sizeof *asyncio_texts };

/* ---- The program's own ---- */
enum { USER_ERRORS = 254 };

static Text user_texts[USER_ERRORS];

int error_define(int error, const char *name, const char *message)
{
    if (error < E_USER || error >= E_USER + USER_ERRORS || name == NULL ||
        message == NULL)
        return E_VALUE;
    user_texts[error - E_USER] = (Text){ name, message };
    return 0;
}

/* ---- The system's ---- */
/* Those for which Python has a class; the others are an OSError. */
static const struct SystemName {
    int error;
    const char *name;
} system_names[] = {
    { EAGAIN, "BlockingIOError" },
    { EWOULDBLOCK, "BlockingIOError" },
    { EALREADY, "BlockingIOError" },
    { EINPROGRESS, "BlockingIOError" },
    { EPIPE, "BrokenPipeError" },
#ifdef ESHUTDOWN
    { ESHUTDOWN, "BrokenPipeError" },
#endif
    { ECHILD, "ChildProcessError" },
    { ECONNABORTED, "ConnectionAbortedError" },
    { ECONNREFUSED, "ConnectionRefusedError" },
    { ECONNRESET, "ConnectionResetError" },
    { EEXIST, "FileExistsError" },
    { ENOENT, "FileNotFoundError" },
    { EINTR, "InterruptedError" },
    { EISDIR, "IsADirectoryError" },
    { ENOTDIR, "NotADirectoryError" },
    { EACCES, "PermissionError" },
    { EPERM, "PermissionError" },
    { ESRCH, "ProcessLookupError" },
    { ETIMEDOUT, "TimeoutError" },
};

static const char *system_name(int error)
{
    size_t n = sizeof system_names / sizeof *system_names;
    for (size_t i = 0; i < n; i++)
        if (system_names[i].error == error)
            return system_names[i].name;
    return "OSError";
}

/* ---- Texts ---- */
static const Text *text_of(int error)
{
    static const Text none = { "None", "No error" };
    static const Text unknown = { "Exception", "An unknown error" };
    if (error == 0)
        return &none;
    if (error >= E_CANCELLED && error < E_CANCELLED + ASYNCIO_ERRORS)
        return &asyncio_texts[error - E_CANCELLED];
    if (error >= E_USER && error < E_USER + USER_ERRORS &&
        user_texts[error - E_USER].name != NULL)
        return &user_texts[error - E_USER];
    return &unknown;
}

static bool is_system(int error)
{
    return error > 0 && error < E_CANCELLED;
}

const char *error_name(int error)
{
    return is_system(error) ? system_name(error) : text_of(error)->name;
}

const char *error_message(int error)
{
    return is_system(error) ? strerror(error) : text_of(error)->message;
}
