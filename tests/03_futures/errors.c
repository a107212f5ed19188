/* What errors are called: the codes, their names, their messages. */
#include "../../code/03_futures/error.h"
#include "../check.h"

/* ---- Codes ---- */
static const struct Code {
    int error, number;
    const char *name;
} codes[] = {
    { E_CANCELLED, 4097, "CancelledError" },
    { E_TIMEOUT, 4098, "TimeoutError" },
    { E_INVALID_STATE, 4099, "InvalidStateError" },
    { E_RUNTIME, 4100, "RuntimeError" },
    { E_VALUE, 4101, "ValueError" },
    { E_QUEUE_EMPTY, 4102, "QueueEmpty" },
    { E_QUEUE_FULL, 4103, "QueueFull" },
    { E_QUEUE_SHUTDOWN, 4104, "QueueShutDown" },
    { E_INCOMPLETE_READ, 4105, "IncompleteReadError" },
    { E_LIMIT_OVERRUN, 4106, "LimitOverrunError" },
    { E_BROKEN_BARRIER, 4107, "BrokenBarrierError" },
    { E_STOP_ITERATION, 4108, "StopAsyncIteration" },
    { E_GENERATOR_EXIT, 4109, "GeneratorExit" },
    { E_GROUP, 4110, "ExceptionGroup" },
    { E_KEYBOARD_INTERRUPT, 4111, "KeyboardInterrupt" },
    { E_LOOKUP, 4112, "LookupError" },
};
enum { CODES = sizeof codes / sizeof *codes, LAST_USER = E_USER + 253 };

TEST(the_codes_of_asyncio_are_a_row_of_fixed_numbers)
{
    for (int i = 0; i < CODES; i++)
        CHECK_INT(codes[i].error, codes[i].number);
    CHECK_INT(E_USER, 8193);
}

TEST(the_codes_of_asyncio_have_the_names_of_its_exceptions)
{
    for (int i = 0; i < CODES; i++)
        CHECK_STR(error_name(codes[i].number), codes[i].name);
}

TEST(each_code_of_asyncio_has_a_message_of_its_own)
{
    for (int i = 0; i < CODES; i++)
        for (int j = 0; j < CODES; j++)
            CHECK(i == j || strcmp(error_message(codes[i].error),
                                   error_message(codes[j].error)) != 0);
    CHECK_STR(error_message(E_CANCELLED), "Cancelled");
    CHECK_STR(error_message(E_TIMEOUT), "Timed out");
    CHECK_STR(error_message(E_LOOKUP), "Not found");
}

TEST(a_code_that_main_returns_is_a_failure)
{
    for (int i = 0; i < CODES; i++)
        CHECK(codes[i].error % 256 != 0);
    for (int error = E_USER; error <= LAST_USER; error++)
        CHECK(error % 256 != 0);
}

/* ---- The system's errors ---- */
/* As CPython 3.13 says: type(OSError(number, "")).__name__.  It has no other
 * classes for errno values. */
static const struct Code system_codes[] = {
    { EPERM, 0, "PermissionError" },
    { ENOENT, 0, "FileNotFoundError" },
    { ESRCH, 0, "ProcessLookupError" },
    { EINTR, 0, "InterruptedError" },
    { ECHILD, 0, "ChildProcessError" },
    { EAGAIN, 0, "BlockingIOError" },
    { EWOULDBLOCK, 0, "BlockingIOError" },
    { EACCES, 0, "PermissionError" },
    { EEXIST, 0, "FileExistsError" },
    { ENOTDIR, 0, "NotADirectoryError" },
    { EISDIR, 0, "IsADirectoryError" },
    { EPIPE, 0, "BrokenPipeError" },
    { ECONNABORTED, 0, "ConnectionAbortedError" },
    { ECONNRESET, 0, "ConnectionResetError" },
#ifdef ESHUTDOWN
    { ESHUTDOWN, 0, "BrokenPipeError" },
#endif
    { ETIMEDOUT, 0, "TimeoutError" },
    { ECONNREFUSED, 0, "ConnectionRefusedError" },
    { EALREADY, 0, "BlockingIOError" },
    { EINPROGRESS, 0, "BlockingIOError" },
};

static const char *python_name(int error)
{
    for (size_t i = 0; i < sizeof system_codes / sizeof *system_codes; i++)
        if (system_codes[i].error == error)
            return system_codes[i].name;
    return "OSError";
}

TEST(an_errno_value_is_called_as_python_calls_it)
{
    for (int error = 1; error < E_CANCELLED; error++)
        CHECK_STR(error_name(error), python_name(error));
}

TEST(an_errno_value_without_a_class_of_its_own_is_an_OSError)
{
    CHECK_STR(error_name(ENOMEM), "OSError");
    CHECK_STR(error_name(EDEADLK), "OSError");
    CHECK_STR(error_name(EMFILE), "OSError");
}

TEST(the_message_of_an_errno_value_is_that_of_strerror)
{
    int errors[] = { EPERM, ENOENT, ENOMEM, EAGAIN, ECONNREFUSED, ETIMEDOUT };
    for (int i = 0; i < 6; i++) {
        char wanted[200];
        snprintf(wanted, sizeof wanted, "%s", strerror(errors[i]));
        CHECK_STR(error_message(errors[i]), wanted);
    }
}

/* ---- Neither ---- */
TEST(no_error_has_a_text_too)
{
    CHECK_STR(error_name(0), "None");
    CHECK_STR(error_message(0), "No error");
}

TEST(a_number_that_is_no_error_has_a_name_and_a_message)
{
    int numbers[] = { -1, INT_MIN, INT_MAX, E_LOOKUP + 1, E_USER - 1,
                      E_USER + 7, LAST_USER, LAST_USER + 1 };
    for (int i = 0; i < 8; i++) {
        CHECK_STR(error_name(numbers[i]), "Exception");
        CHECK_STR(error_message(numbers[i]), "An unknown error");
    }
}

/* ---- The program's own ---- */
TEST(a_program_names_254_errors_of_its_own)
{
    static char names[254][16];
    for (int i = 0; i < 254; i++) {
        snprintf(names[i], sizeof names[i], "Own%d", i);
        CHECK_INT(error_define(E_USER + i, names[i], names[i] + 3), 0);
    }
    for (int i = 0; i < 254; i++) {
        CHECK_PTR(error_name(8193 + i), names[i]);    /* borrowed */
        CHECK_PTR(error_message(8193 + i), names[i] + 3);
    }
}

TEST(other_codes_cannot_be_named)
{
    int numbers[] = { INT_MIN, -1, 0, ENOENT, E_CANCELLED, E_LOOKUP,
                      E_USER - 1, LAST_USER + 1, INT_MAX };
    for (int i = 0; i < 9; i++) {
        const char *before = error_name(numbers[i]);
        CHECK_INT(error_define(numbers[i], "Mine", "It is mine"), E_VALUE);
        CHECK_STR(error_name(numbers[i]), before);
    }
}

TEST(a_name_and_a_message_are_needed)
{
    CHECK_INT(error_define(E_USER, NULL, "It is mine"), E_VALUE);
    CHECK_INT(error_define(E_USER, "Mine", NULL), E_VALUE);
    CHECK_STR(error_name(E_USER), "Exception");
    CHECK_STR(error_message(E_USER), "An unknown error");
}

TEST(an_error_can_be_named_again)
{
    CHECK_INT(error_define(E_USER, "First", "The first"), 0);
    CHECK_INT(error_define(E_USER, "Second", "The second"), 0);
    CHECK_INT(error_define(E_USER, NULL, "Nothing"), E_VALUE);
    CHECK_STR(error_name(E_USER), "Second");
    CHECK_STR(error_message(E_USER), "The second");
}
