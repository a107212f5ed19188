/* waitlist.h - tasks in the order in which they began to wait. */
#ifndef WAITLIST_H
#define WAITLIST_H

#include "../05_tasks/task.h"

/* ---- The list ---- */
/* Its fields are private; zeroed, it is empty. */
typedef struct WaitList {
    void *first, *last;
} WaitList;

#endif
