/* The same tests of descriptors over the selector as it is where select() takes
 * no more than FD_SETSIZE of them. */
#undef SELECTOR_STRICT
#define SELECTOR_STRICT
#include "../../code/01_select/selector.c"
#include "descriptors.c"
