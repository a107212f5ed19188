/* wrong: the end of one direction closes both */
#include "relay.h"

#include <errno.h>

#include "../../../06_gather/taskgroup.h"

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
    writer_close(direction->to);
    return err;
}

/* ---- Both ---- */
static int start(TaskGroup *group, Direction *direction)
{
    return taskgroup_create_task(group, carry, direction) != NULL ? 0 : errno;
}

SUSPENDS int relay(End a, End b)
{
    Direction there = { a.reader, b.writer }, back = { b.reader, a.writer };
    TaskGroup *group = taskgroup_enter();
    if (group == NULL)
        return errno;
    int err = start(group, &there);
    if (err == 0)
        err = start(group, &back);
    err = taskgroup_exit(group, err);
    size_t n;
    if (err == E_GROUP)
        err = taskgroup_errors(group, &n)[0].error;
    taskgroup_free(group);
    return err;
}
