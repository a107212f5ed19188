/* wrong: one that fails leaves the other alone */
#include "relay.h"

#include "../../../06_gather/gather.h"

/* ---- One direction ---- */
typedef struct Direction {
    StreamReader *from;
    StreamWriter *to;
} Direction;

enum { PIECE = 16 * 1024 };

static int carry(void *arg, Value *result)
{
    Direction *direction = arg;
    char piece[PIECE];
    size_t got = 1;
    int err = 0;
    while (err == 0 && got > 0) {
        err = reader_read(direction->from, piece, sizeof piece, &got);
        if (err == 0)
            err = writer_write(direction->to, piece, got);
        if (err == 0)
            err = writer_drain(direction->to);
    }
    return err == 0 ? writer_write_eof(direction->to) : err;
}

/* ---- Both ---- */
SUSPENDS int relay(End a, End b)
{
    Direction there = { a.reader, b.writer }, back = { b.reader, a.writer };
    return async_gather_calls(CALLS({ carry, &there }, { carry, &back }),
                              NULL, 0);
}
