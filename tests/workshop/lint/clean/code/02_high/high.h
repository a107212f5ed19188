/* high.h - the higher of two layers. */
#ifndef HIGH_H
#define HIGH_H

#include "../01_low/low.h"

SUSPENDS int high_sleep_twice(double delay);

#endif
