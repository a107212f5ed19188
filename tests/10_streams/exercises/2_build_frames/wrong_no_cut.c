/* wrong: a cut is taken for an end */
#include "frames.h"

#include <errno.h>
#include <stdlib.h>

/* ---- Sending ---- */
SUSPENDS int send_frame(StreamWriter *writer, const void *message,
                        size_t length)
{
    if (length > FRAME_MOST)
        return E_VALUE;
    unsigned char header[FRAME_HEADER];
    for (int i = 0; i < FRAME_HEADER; i++)
        header[i] = (unsigned char)(length >> (8 * (FRAME_HEADER - 1 - i)));
    struct iovec pieces[2] = {
        { .iov_base = header, .iov_len = sizeof header },
        { .iov_base = (void *)message, .iov_len = length }
    };
    int err = writer_writelines(writer, pieces, 2);
    return err == 0 ? writer_drain(writer) : err;
}

/* ---- Receiving ---- */
/* *is_end: there is none, and there should be none. */
static SUSPENDS int receive_header(FrameReader *frames, bool *is_end)
{
    unsigned char header[FRAME_HEADER];
    size_t got;
    int err = reader_readexactly(frames->reader, header, sizeof header, &got);
    *is_end = err == E_INCOMPLETE_READ;
    if (err != 0)
        return *is_end ? 0 : err;
    frames->length = 0;
    for (int i = 0; i < FRAME_HEADER; i++)
        frames->length = frames->length << 8 | header[i];
    frames->has_header = true;
    return 0;
}

static SUSPENDS int receive_message(FrameReader *frames, char **message)
{
    size_t got;
    if (frames->length > frames->limit)
        return E_LIMIT_OVERRUN;
    char *data = malloc(frames->length + 1);
    if (data == NULL)
        return ENOMEM;
    int err = 0;
    if (frames->length > 0)
        err = reader_readexactly(frames->reader, data, frames->length, &got);
    if (err != 0) {
        free(data);
        return err;
    }
    data[frames->length] = '\0';
    frames->has_header = false;
    *message = data;
    return 0;
}

SUSPENDS int receive_frame(FrameReader *frames, char **message,
                           size_t *length)
{
    bool is_end = false;
    int err = 0;
    *message = NULL;
    *length = 0;
    if (!frames->has_header)
        err = receive_header(frames, &is_end);
    if (err == 0 && !is_end)
        err = receive_message(frames, message);
    if (*message != NULL)
        *length = frames->length;
    return err;
}
