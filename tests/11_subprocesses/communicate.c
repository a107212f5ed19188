/* process_communicate(): all that a child reads and writes, at the same time
 * and in any size; and what ends it early. */
#include "children.h"

/* ---- One that talks ---- */
typedef struct Talk {
    Process *process;
    const char *input;
    size_t length;
    Bytes output, error;
} Talk;

static Talk with(Process *process, const char *input, size_t length)
{
    return (Talk){ .process = process, .input = input, .length = length };
}

static int talk(void *arg, Value *result)
{
    Talk *of = arg;
    return process_communicate(of->process, of->input, of->length, &of->output,
                               &of->error);
}

static void expect_nothing(const Bytes *bytes)
{
    CHECK_PTR(bytes->data, NULL);
    CHECK_INT(bytes->length, 0);
}

/* ---- Any size ---- */
enum { MILLIONS = 10000000 };

static char *make_input(size_t length)
{
    char *input = malloc(length);
    CHECK(input != NULL);
    for (size_t i = 0; i < length; i++)
        input[i] = (char)(i * 7 + i / 256 + i / 65536);
    return input;
}

static int echo(void *arg, Value *result)
{
    size_t length = *(size_t *)arg;
    char *input = make_input(length + 1);
    Talk all = with(exec(ARGV("cat"), &all_pipes), input, length);
    CHECK_INT(talk(&all, NULL), 0);
    CHECK_INT(all.output.length, length);
    CHECK(memcmp(all.output.data, input, length) == 0);
    CHECK_INT(all.output.data[length], 0);
    expect_bytes(&all.error, "");
    free(all.output.data);
    free(input);
    CHECK(has_ended(all.process));
    expect_end(all.process, 0);
    return 0;
}

TEST_LIMIT(60, P2_no_byte_there_and_back)
{
    live(echo, &(size_t){ 0 });
}

TEST_LIMIT(60, P2_one_byte_there_and_back)
{
    live(echo, &(size_t){ 1 });
}

TEST_LIMIT(120, P2_ten_million_bytes_there_and_back)
{
    live(echo, &(size_t){ MILLIONS });
}

/* ---- Both outputs ---- */
static const char lines_to_both[] =
    "i=0; while [ $i -lt 5000 ]; do i=$((i + 1));"
    " echo to the output, the line of the number $i;"
    " echo to the errors, the line of the number $i >&2; done; cat";

static int read_both(void *arg, Value *result)
{
    enum { LENGTH = 300000 };
    char *input = make_input(LENGTH);
    Talk all = with(shell(lines_to_both, &all_pipes), input, LENGTH);
    CHECK_INT(talk(&all, NULL), 0);
    CHECK(all.output.length > LENGTH + 5000 * 36);
    CHECK(all.error.length > 5000 * 36);
    CHECK_INT(all.output.length - LENGTH, all.error.length);
    CHECK(memcmp(all.output.data, "to the output, ", 15) == 0);
    CHECK(memcmp(all.error.data, "to the errors, ", 15) == 0);
    CHECK(memcmp(all.output.data + all.error.length, input, LENGTH) == 0);
    free(all.output.data);
    free(all.error.data);
    free(input);
    expect_end(all.process, 0);
    return 0;
}

TEST_LIMIT(120, P2_one_that_writes_much_to_both_before_it_reads)
{
    live(read_both, NULL);
}

/* ---- One that does not read ---- */
static int feed_the_deaf(void *arg, Value *result)
{
    char *input = make_input(MILLIONS);
    Talk all = with(exec(ARGV("true"), &all_pipes), input, MILLIONS);
    CHECK_INT(talk(&all, NULL), 0);
    expect_bytes(&all.output, "");
    expect_bytes(&all.error, "");
    expect_end(all.process, 0);
    all.process = shell("read line; echo one line; exit 5", &all_pipes);
    input[100] = '\n';
    CHECK_INT(talk(&all, NULL), 0);
    expect_bytes(&all.output, "one line\n");
    expect_bytes(&all.error, "");
    expect_end(all.process, 5);
    free(input);
    return 0;
}

TEST_LIMIT(60, P8_that_it_does_not_read_all_is_no_error)
{
    live(feed_the_deaf, NULL);
}

/* ---- One that closes its pipes ---- */
static int outlive_the_pipes(void *arg, Value *result)
{
    int both[2];
    char command[100], *input = make_input(MILLIONS);
    open_both(both);
    fcntl(both[1], F_SETFD, FD_CLOEXEC);
    snprintf(command, sizeof command,
             "exec 3<&%d 0<&- 1>&- 2>&-; read line <&3; exit 6", both[0]);
    Talk all = with(shell(command, &all_pipes), input, MILLIONS);
    Task *task = begin(talk, &all);
    while (!reader_at_eof(process_stdout(all.process)) ||
           !reader_at_eof(process_stderr(all.process)) ||
           !writer_is_closing(process_stdin(all.process)))
        rest(0.002);
    pause_turns(5);
    CHECK(!task_done(task) && !has_ended(all.process));
    CHECK_INT(write(both[1], "\n", 1), 1);
    CHECK_INT(task_join(task, NULL), 0);
    expect_bytes(&all.output, "");
    expect_bytes(&all.error, "");
    expect_end(all.process, 6);
    close_both(both);
    free(input);
    return 0;
}

TEST_LIMIT(60, P2_one_that_closes_its_pipes_is_waited_for)
{
    live(outlive_the_pipes, NULL);
}

/* ---- What is not wanted, and what is no pipe ---- */
static int want_less(void *arg, Value *result)
{
    Bytes bytes = { (char *)"", 99 };
    Process *process = shell("echo one; echo two >&2", &all_pipes);
    CHECK_INT(process_communicate(process, NULL, 0, NULL, NULL), 0);
    expect_end(process, 0);
    process = shell("echo one; echo two >&2", &all_pipes);
    CHECK_INT(process_communicate(process, NULL, 0, NULL, &bytes), 0);
    expect_bytes(&bytes, "two\n");
    expect_end(process, 0);
    process = shell("echo one; echo two >&2", &all_pipes);
    CHECK_INT(process_communicate(process, "", 0, &bytes, NULL), 0);
    expect_bytes(&bytes, "one\n");
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, either_output_may_be_unwanted)
{
    live(want_less, NULL);
}

static int without_pipes(void *arg, Value *result)
{
    Talk all = { exec(ARGV("true"), NULL), "nobody reads this", 17,
                 { (char *)"", 1 }, { (char *)"", 1 } };
    CHECK_INT(talk(&all, NULL), 0);
    expect_nothing(&all.output);
    expect_nothing(&all.error);
    CHECK_PTR(process_stdin(all.process), NULL);
    CHECK_PTR(process_stdout(all.process), NULL);
    CHECK_PTR(process_stderr(all.process), NULL);
    expect_end(all.process, 0);
    all.process = shell("echo alone", &output_pipe);
    CHECK_INT(talk(&all, NULL), 0);
    expect_bytes(&all.output, "alone\n");
    expect_nothing(&all.error);
    expect_end(all.process, 0);
    return 0;
}

TEST_LIMIT(60, what_is_no_pipe_gives_nothing)
{
    live(without_pipes, NULL);
}

static int close_at_once(void *arg, Value *result)
{
    Talk all = with(shell("cat; echo end", &all_pipes), NULL, 0);
    CHECK_INT(talk(&all, NULL), 0);
    expect_bytes(&all.output, "end\n");
    expect_bytes(&all.error, "");
    expect_end(all.process, 0);
    return 0;
}

TEST_LIMIT(60, P2_without_input_it_closes_that_pipe)
{
    live(close_at_once, NULL);
}

/* ---- Again ---- */
static int talk_twice(void *arg, Value *result)
{
    Talk all = with(exec(ARGV("cat"), &all_pipes), "once", 4);
    CHECK_INT(talk(&all, NULL), 0);
    expect_bytes(&all.output, "once");
    expect_bytes(&all.error, "");
    all.input = NULL;
    CHECK_INT(talk(&all, NULL), 0);
    expect_bytes(&all.output, "");
    expect_bytes(&all.error, "");
    all.input = "twice";
    all.length = 5;
    CHECK_INT(talk(&all, NULL), 0);    /* a closed pipe reads nothing */
    expect_bytes(&all.output, "");
    expect_bytes(&all.error, "");
    expect_end(all.process, 0);
    return 0;
}

TEST_LIMIT(60, a_second_time_there_is_no_more)
{
    live(talk_twice, NULL);
}

static int after_a_line(void *arg, Value *result)
{
    Talk all = with(exec(ARGV("cat"), &all_pipes), "three\n", 6);
    StreamWriter *writer = process_stdin(all.process);
    CHECK_INT(writer_write(writer, "one\ntwo\n", 8), 0);
    expect_line(all.process, "one");
    CHECK_INT(talk(&all, NULL), 0);
    expect_bytes(&all.output, "two\nthree\n");
    expect_bytes(&all.error, "");
    expect_end(all.process, 0);
    return 0;
}

TEST_LIMIT(60, P7_after_a_line_it_reads_the_rest)
{
    live(after_a_line, NULL);
}

/* ---- Cut short ---- */
static int cut_short(void *arg, Value *result)
{
    char *input = make_input(MILLIONS);
    Talk all = with(shell("echo first; exec sleep 1000", &all_pipes), input,
                    MILLIONS);
    Task *task = begin(talk, &all);
    while (writer_get_write_buffer_size(process_stdin(all.process)) == 0)
        rest(0.002);
    task_cancel(task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    expect_nothing(&all.output);
    expect_nothing(&all.error);
    CHECK(!has_ended(all.process));
    CHECK_INT(process_kill(all.process), 0);
    free(input);
    expect_end(all.process, -SIGKILL);
    return 0;
}

TEST_LIMIT(60, cancelled_it_leaves_the_child_alive)
{
    live(cut_short, NULL);
}

/* It would take a part for the whole. */
static int cut_in_the_input(void *arg, Value *result)
{
    char *input = make_input(MILLIONS);
    Talk all = with(shell("read line; cat | tail -c 4", &all_pipes), input,
                    MILLIONS);
    StreamWriter *writer = process_stdin(all.process);
    memset(input, '-', MILLIONS);
    Task *task = begin(talk, &all);
    while (writer_get_write_buffer_size(writer) == 0)
        rest(0.002);
    task_cancel(task);
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    CHECK(!writer_is_closing(writer));
    all.input = "\nthe end";
    all.length = 8;
    CHECK_INT(talk(&all, NULL), 0);
    expect_bytes(&all.output, " end");
    expect_bytes(&all.error, "");
    free(input);
    expect_end(all.process, 0);
    return 0;
}

TEST_LIMIT(60, cancelled_it_does_not_close_the_input)
{
    live(cut_in_the_input, NULL);
}

static int time_out(void *arg, Value *result)
{
    Talk all = with(shell("echo first; exec sleep 1000", &all_pipes), NULL, 0);
    pid_t pid = process_pid(all.process);
    CHECK_INT(async_wait_for_call(talk, &all, 0.01, NULL), E_TIMEOUT);
    expect_nothing(&all.output);
    CHECK(!has_ended(all.process) && !is_nobody(pid));
    CHECK_INT(process_kill(all.process), 0);
    CHECK_INT(talk(&all, NULL), 0);
    free(all.output.data);
    expect_bytes(&all.error, "");
    CHECK(is_nobody(pid));
    expect_end(all.process, -SIGKILL);
    return 0;
}

TEST_LIMIT(60, timed_out_it_can_be_killed_and_reaped)
{
    live(time_out, NULL);
}
