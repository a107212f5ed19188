/* What errors are called: asyncio's, the system's, and a program's own. */
#include "../error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- Codes and their names in C ---- */
enum { E_NO_PARCEL = E_USER };

static const struct { const char *code; int error; } known[] = {
    { "E_CANCELLED", E_CANCELLED },
    { "E_TIMEOUT", E_TIMEOUT },
    { "E_INVALID_STATE", E_INVALID_STATE },
    { "E_LOOKUP", E_LOOKUP },
    { "E_NO_PARCEL", E_NO_PARCEL },
    { "ECONNREFUSED", ECONNREFUSED },
    { "ENOENT", ENOENT },
    { "EINVAL", EINVAL },
};

/* ---- Asked by the command line ---- */
static int find(const char *code)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].code, code) == 0)
            return known[i].error;
    return -1;
}

int main(int argc, char **argv)
{
    const char *message = "No parcel of that number";
    if (error_define(E_NO_PARCEL, "NoSuchParcel", message) != 0)
        return 1;
    for (int i = 1; i < argc; i++) {
        int error = find(argv[i]);
        printf("%s is %s: %s\n", argv[i], error_name(error),
               error_message(error));
    }
    return 0;
}
