/* A fast writer and a slow reader: what is unsent meanwhile, if the writer
 * never waits, and if it drains. */
#include <sys/socket.h>
#include <unistd.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../streams.h"

enum { PIECE = 4096, PIECES = 256, STEP = PIECES / 8 };    /* 1 MiB in all */

/* ---- One flood ---- */
typedef struct Flood {
    bool drains;
    size_t high;               /* bytes */
    StreamReader *reader;
    StreamWriter *writer;
    size_t unsent[8], most;    /* at every eighth of the way, in bytes */
} Flood;

/* ---- The writer ---- */
static SUSPENDS int write_all(Flood *flood)
{
    static const char piece[PIECE];
    int err = 0;
    for (int i = 1; i <= PIECES && err == 0; i++) {
        err = writer_write(flood->writer, piece, PIECE);
        size_t unsent = writer_get_write_buffer_size(flood->writer);
        if (unsent > flood->most)
            flood->most = unsent;
        if (i % STEP == 0)
            flood->unsent[i / STEP - 1] = unsent;
        if (err == 0 && flood->drains)
            err = writer_drain(flood->writer);
    }
    return err;
}

static int write_flood(void *arg, Value *result)
{
    Flood *flood = arg;
    writer_set_write_buffer_limits(flood->writer, flood->high,
                                   flood->high / 4);
    int err = write_all(flood);
    writer_free(flood->writer);    /* what is unsent is still sent */
    return err;
}

/* ---- The reader ---- */
/* A piece, then a pause of a millisecond. */
static SUSPENDS int read_slowly(StreamReader *reader)
{
    char piece[PIECE];
    size_t got = 1, all = 0;
    int err = 0;
    while (err == 0 && got > 0) {
        err = reader_read(reader, piece, sizeof piece, &got);
        if (err == 0)
            err = async_sleep(0.001);
        if (err == 0)
            all += got;
    }
    return err == 0 && all < (size_t)PIECE * PIECES ? E_INCOMPLETE_READ : err;
}

/* ---- Both ---- */
/* The kernel keeps some of it, too: we let it keep little. */
static int connect_ends(Flood *flood)
{
    int ends[2], few = PIECE;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return errno;
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &few, sizeof few);
    int err = async_open_fd(ends[0], NULL, &flood->writer);
    if (err == 0)
        err = async_open_fd(ends[1], &flood->reader, NULL);
    return err;
}

static int run_flood(void *arg, Value *result)
{
    Flood *flood = arg;
    must_succeed(connect_ends(flood), "connection");
    Task *writer = must_have(async_create_task(write_flood, flood), "task");
    int err = read_slowly(flood->reader);
    int also = task_join(writer, NULL);
    reader_free(flood->reader);
    return err != 0 ? err : also;
}

/* ---- Side by side ---- */
int main(int argc, char **argv)
{
    size_t high = argc > 1 ? strtoul(argv[1], NULL, 10) * 1024 : 64 * 1024;
    Flood hasty = { .drains = false, .high = high };
    Flood patient = { .drains = true, .high = high };
    must_succeed(run(run_flood, &hasty), "run");
    must_succeed(run(run_flood, &patient), "run");
    printf("written    unsent: no drain   drain\n");
    for (int i = 0; i < 8; i++)
        printf("%4d KiB          %4zu KiB  %2zu KiB\n",
               (i + 1) * STEP * PIECE / 1024, hasty.unsent[i] / 1024,
               patient.unsent[i] / 1024);
    printf("at most          %5zu KiB  %2zu KiB\n", hasty.most / 1024,
           patient.most / 1024);
    return 0;
}
