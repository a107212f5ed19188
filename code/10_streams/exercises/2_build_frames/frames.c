/* frames.c - your work. */
#include "frames.h"

SUSPENDS int send_frame(StreamWriter *writer, const void *message,
                        size_t length)
{
    return E_INVALID_STATE;    /* your code here */
}

SUSPENDS int receive_frame(FrameReader *frames, char **message,
                           size_t *length)
{
    return E_INVALID_STATE;    /* your code here */
}
