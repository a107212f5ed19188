/* service.c - your work. */
#include "service.h"

int run_service(const Service *service, const RunOptions *options)
{
    return E_INVALID_STATE;    /* your code here */
}
