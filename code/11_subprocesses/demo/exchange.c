/* As much as one likes goes through a child and back, what it complains about
 * comes apart from that, and so does its exit status. */
#include "../../03_futures/demo/virtual.h"
#include "../../05_tasks/demo/run.h"
#include "../process.h"

/* ---- The input ---- */
static char *make_input(size_t length)
{
    char *input = must_have(malloc(length + 1), "input");
    for (size_t i = 0; i < length; i++)
        input[i] = "weft\n"[i % 5];
    return input;
}

/* ---- What became of it ---- */
typedef struct Job {
    const char *command;
    char *input;
    size_t length;
} Job;

static void print(const Job *job, int status, Bytes output, Bytes errors)
{
    bool is_same = output.length == job->length &&
                   memcmp(output.data, job->input, job->length) == 0;
    printf("%s\n", job->command);
    printf("  in: %zu bytes, out: %zu bytes%s\n", job->length, output.length,
           is_same ? ", the same" : "");
    if (errors.length > 0)
        printf("  error: %s", errors.data);
    if (status < 0)
        printf("  signal: %d\n", -status);
    else
        printf("  status: %d\n", status);
}

/* ---- A child and its three pipes ---- */
static int talk(void *arg, Value *result)
{
    Job *job = arg;
    SubprocessOptions options = { .input = SUBPROCESS_PIPE,
                                  .output = SUBPROCESS_PIPE,
                                  .error = SUBPROCESS_PIPE };
    Process *process;
    Bytes output, errors;
    int status;
    int err = async_create_subprocess_shell(job->command, &options, &process);
    if (err != 0)
        return err;
    err = process_communicate(process, job->input, job->length, &output,
                              &errors);
    if (err == 0 && process_returncode(process, &status)) {
        print(job, status, output, errors);
        free(output.data);
        free(errors.data);
    }
    process_free(process);
    return err;
}

/* ---- Several commands ---- */
static char *several[] = {
    "cat", "cat; echo and a word >&2; exit 3", "head -c 10; exit 0",
    "kill -9 $$", NULL
};

int main(int argc, char **argv)
{
    Job job = { .length = 1000000 };
    job.input = make_input(job.length);
    for (char **at = argc > 1 ? argv + 1 : several; *at != NULL; at++) {
        job.command = *at;
        must_succeed(run(talk, &job), "run");
    }
    free(job.input);
    return 0;
}
