/* high.c - suspends by calling what suspends. */
#include "high.h"

int high_sleep_twice(double delay)
{
    int err = low_sleep(delay);
    return err ? err : low_sleep(delay);
}
