/* rwlock.c - your work. */
#include "rwlock.h"

SUSPENDS int rwlock_read(RWLock *lock)
{
    return E_VALUE;    /* your code here */
}

SUSPENDS int rwlock_write(RWLock *lock)
{
    return E_VALUE;    /* your code here */
}

SUSPENDS int rwlock_read_done(RWLock *lock)
{
    return E_VALUE;    /* your code here */
}

SUSPENDS int rwlock_write_done(RWLock *lock)
{
    return E_VALUE;    /* your code here */
}
