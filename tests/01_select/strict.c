/* The same tests over the selector as it is where select() takes no more than
 * FD_SETSIZE descriptors. */
#define SELECTOR_STRICT
#include "../../code/01_select/selector.c"
#include "selector.c"
