/* high.h - a public header that includes another. */
#ifndef HIGH_H
#define HIGH_H

#include "../01_low/low.h"

int high_sum(int put);

#endif
