/* Runs programs one behind the other as a shell does, but moves the bytes from
 * each to the next itself: so it can tell how many there were. */
#include <signal.h>

#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../../06_gather/gather.h"
#include "../process.h"

/* ---- A line of programs ---- */
enum { MOST = 8, WORDS = 8 };

typedef struct Stage {
    char *argv[WORDS + 1];
    Process *process;
    StreamWriter *next;    /* where its output goes; NULL: to ours */
    size_t bytes;
    int status;
} Stage;

typedef struct Line {
    int count;
    Stage stages[MOST];
} Line;

/* Its words, at the blanks; `command` is changed. */
static void add(Line *line, char *command)
{
    Stage *stage = &line->stages[line->count++];
    char *word = strtok(command, " ");
    for (int i = 0; i < WORDS && word != NULL; i++) {
        stage->argv[i] = word;
        word = strtok(NULL, " ");
    }
}

/* ---- From one to the next ---- */
static SUSPENDS int pass_on(Stage *stage, const char *data, size_t length)
{
    stage->bytes += length;
    if (stage->next == NULL)
        return fwrite(data, 1, length, stdout) < length ? errno : 0;
    int err = writer_write(stage->next, data, length);
    return err == 0 ? writer_drain(stage->next) : err;
}

/* Where nobody reads on, as behind `head`, those before it are ended, too. */
static int move(void *arg, Value *result)
{
    Stage *stage = arg;
    StreamReader *reader = process_stdout(stage->process);
    char data[4096];
    size_t got;
    int err;
    while ((err = reader_read(reader, data, sizeof data, &got)) == 0 && got > 0)
        if ((err = pass_on(stage, data, got)) != 0)
            break;
    if (err != 0)
        process_send_signal(stage->process, SIGPIPE);
    if (err == EPIPE || err == ECONNRESET)
        err = 0;
    if (stage->next != NULL)
        writer_close(stage->next);
    int also = process_wait(stage->process, &stage->status);
    return err != 0 ? err : also;
}

/* ---- Starting ---- */
/* The first one has our input. */
static SUSPENDS int start(Line *line)
{
    int err = 0;
    for (int i = 0; i < line->count && err == 0; i++) {
        Stage *stage = &line->stages[i];
        SubprocessOptions options = { .output = SUBPROCESS_PIPE };
        options.input = i > 0 ? SUBPROCESS_PIPE : SUBPROCESS_INHERIT;
        err = async_create_subprocess_exec(stage->argv, &options,
                                           &stage->process);
        if (err == 0 && i > 0)
            stage[-1].next = process_stdin(stage->process);
    }
    return err;
}

/* ---- All of it ---- */
static int flow(void *arg, Value *result)
{
    Line *line = arg;
    Call calls[MOST];
    for (int i = 0; i < line->count; i++)
        calls[i] = (Call){ move, &line->stages[i] };
    int err = start(line);
    if (err == 0)
        err = async_gather_calls(calls, line->count, NULL, 0);
    for (int i = 0; i < line->count; i++)
        process_free(line->stages[i].process);
    return err;
}

/* ---- The programs ---- */
int main(int argc, char **argv)
{
    static char counting[][16] = { "sort", "uniq -c", "sort -rn" };
    Line line = { .count = 0 };
    for (int i = 1; i < argc && i <= MOST; i++)
        add(&line, argv[i]);
    for (int i = 0; i < 3 && argc < 2; i++)
        add(&line, counting[i]);
    must_succeed(run(flow, &line), "run");
    must_succeed(fflush(stdout) != 0 ? errno : 0, "output");
    for (Stage *at = line.stages; at < line.stages + line.count; at++)
        fprintf(stderr, "%s: %zu bytes, ended with %d\n", at->argv[0],
                at->bytes, at->status);
    return 0;
}
