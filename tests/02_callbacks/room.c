/* The room made of callbacks has to pass the tests of the first one. */
#define ROOM "../../code/02_callbacks/demo/room.c"
#include "../01_select/chat.c"
