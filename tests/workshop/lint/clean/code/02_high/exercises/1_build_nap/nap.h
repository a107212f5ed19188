/* nap.h - what the exercise asks for. */
#ifndef NAP_H
#define NAP_H

#include "../../high.h"

SUSPENDS int nap(double delay);

#endif
