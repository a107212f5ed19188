/* The same tests of descriptors over the selector as it is where select() takes
 * no more than FD_SETSIZE of them. */
#define SELECTOR_STRICT
#include "../../code/01_select/selector.c"
#include "descriptors.c"
