/* Prints the checksums of files as the tool cksum does, in the order in which
 * they are named, with as many threads as are asked for. */
#include <stdatomic.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../threads.h"

/* ---- A checksum ---- */
/* The one of POSIX: a CRC of 32 bits over the bytes, then over their number. */
typedef struct Sum {
    uint32_t crc;
    unsigned long length;
} Sum;

static void add(Sum *sum, unsigned byte)
{
    sum->crc ^= (uint32_t)byte << 24;
    for (int bit = 0; bit < 8; bit++)
        sum->crc = sum->crc << 1 ^ (sum->crc >> 31 ? 0x04c11db7 : 0);
}

static uint32_t finish(Sum *sum)
{
    for (unsigned long rest = sum->length; rest > 0; rest >>= 8)
        add(sum, rest & 0xff);
    return ~sum->crc;
}

/* ---- The threads ---- */
static atomic_int threads;    /* that have worked */

static void count_thread(void)
{
    static _Thread_local bool is_counted;
    if (!is_counted)
        atomic_fetch_add(&threads, 1);
    is_counted = true;
}

/* ---- The job of a thread ---- */
/* It may read, and compute, as long as it likes. */
typedef struct Document {
    const char *path;
    Sum sum;
} Document;

static int hash(void *arg, Value *result)
{
    Document *document = arg;
    FILE *file = fopen(document->path, "rb");
    if (file == NULL)
        return errno;
    count_thread();
    int byte;
    while ((byte = getc(file)) != EOF) {
        add(&document->sum, byte);
        document->sum.length++;
    }
    result->i = finish(&document->sum);
    fclose(file);
    return 0;
}

/* ---- All of them at once ---- */
enum { MOST = 64 };

typedef struct Work {
    Executor *pool;
    Document documents[MOST];
    Outcome outcomes[MOST];
    int count;
} Work;

static int hash_all(void *arg, Value *result)
{
    Work *work = arg;
    Loop *loop = async_get_running_loop();
    Future *jobs[MOST];
    for (int i = 0; i < work->count; i++)
        jobs[i] = must_have(loop_run_in_executor(loop, work->pool, hash,
                                                 &work->documents[i]), "job");
    int err = async_gather(jobs, work->count, work->outcomes,
                           RETURN_EXCEPTIONS);
    for (int i = 0; i < work->count; i++)
        future_release(jobs[i]);
    return err;
}

/* ---- In the order asked ---- */
static int print(Work *work)
{
    int failed = 0;
    for (int i = 0; i < work->count; i++) {
        Document *document = &work->documents[i];
        Outcome *outcome = &work->outcomes[i];
        if (outcome->error != 0)
            failed = fprintf(stderr, "%s: %s\n", document->path,
                             error_message(outcome->error));
        else
            printf("%lu %lu %s\n", (unsigned long)outcome->value.i,
                   document->sum.length, document->path);
    }
    return failed != 0;
}

/* ---- How many threads, which files ---- */
int main(int argc, char **argv)
{
    static Work work;
    int workers = argc > 1 ? atoi(argv[1]) : 0;
    if (workers < 1 || argc > MOST + 2) {
        fprintf(stderr, "usage: hash THREADS FILE...\n");
        return 2;
    }
    for (int i = 2; i < argc; i++)
        work.documents[work.count++].path = argv[i];
    work.pool = must_have(thread_pool_executor_new(workers), "pool");
    must_succeed(run(hash_all, &work), "run");
    executor_free(work.pool);
    int status = print(&work);
    fflush(stdout);
    fprintf(stderr, "threads that have worked: %d\n", atomic_load(&threads));
    return status;
}
