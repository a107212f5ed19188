/* mailbox.c - your work. */
#include "mailbox.h"

#include <errno.h>
#include <stdlib.h>

/* ---- Making ---- */
struct Mailbox {
    Loop *loop;    /* and what else you need */
};

Mailbox *mailbox_new(Loop *loop, size_t room)
{
    errno = ENOMEM;
    return NULL;    /* your code here */
}

void mailbox_free(Mailbox *mailbox)
{
    /* your code here */
}

/* ---- In any thread ---- */
int mailbox_put_nowait(Mailbox *mailbox, Value value)
{
    return E_RUNTIME;    /* your code here */
}

int mailbox_put(Mailbox *mailbox, Value value)
{
    return E_RUNTIME;    /* your code here */
}

void mailbox_shutdown(Mailbox *mailbox)
{
    /* your code here */
}

/* ---- In a task ---- */
SUSPENDS int mailbox_get(Mailbox *mailbox, Value *value)
{
    return E_RUNTIME;    /* your code here */
}
