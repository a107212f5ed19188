/* relay.h - carries bytes both ways between two connections. */
#ifndef RELAY_H
#define RELAY_H

#include "../../streams.h"

/* One of two connections. */
typedef struct End {
    StreamReader *reader;
    StreamWriter *writer;
} End;

/* Carries what each end sends to the other, until both have ended: an end that
 * has sent all is not one that hears nothing more.  The other one is told of
 * it, and what it still answers is carried.
 *
 * For an end that does not read, no more is kept than its writer's buffer may
 * hold before it has to be drained, and one piece.  If one direction fails, the
 * other is ended, too, and the error of the first returned.  E_CANCELLED.  Both
 * connections stay open, and are the caller's to close. */
SUSPENDS int relay(End a, End b);

#endif
