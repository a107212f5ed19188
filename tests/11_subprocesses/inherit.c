/* What a child has of its parent: descriptors 0, 1 and 2, and no other of the
 * library's, however many are open. */
#include <pthread.h>

#include "../../code/09_threads/threads.h"
#include "../../code/10_streams/server.h"
#include "children.h"

/* ---- What is open in a child ---- */
/* The shell opens one itself, to read that directory. */
static const char list_descriptors[] = "echo /dev/fd/*";
static char wanted[1000];

/* Before anything is open: as any child sees it. */
static void look_before(void)
{
    FILE *pipe = popen(list_descriptors, "r");
    CHECK(pipe != NULL);
    CHECK(fgets(wanted, sizeof wanted, pipe) != NULL);
    CHECK_INT(pclose(pipe), 0);
    CHECK(strchr(wanted, '\n') != NULL);
}

static void look_now(void)
{
    SubprocessOptions output_only = { .output = SUBPROCESS_PIPE };
    expect_output(shell(list_descriptors, &output_only), wanted);
    Process *process = shell(list_descriptors, &all_pipes);
    Bytes output, error;
    CHECK_INT(process_communicate(process, "", 0, &output, &error), 0);
    expect_bytes(&output, wanted);
    expect_bytes(&error, "");
    expect_end(process, 0);
    SubprocessOptions mixed = { .input = SUBPROCESS_DEVNULL,
                                .output = SUBPROCESS_PIPE,
                                .error = SUBPROCESS_STDOUT };
    expect_output(shell(list_descriptors, &mixed), wanted);
}

/* ---- Other children ---- */
static int beside_other_children(void *arg, Value *result)
{
    Process *others[5];
    for (int i = 0; i < 5; i++)
        others[i] = exec(ARGV("cat"), &all_pipes);
    look_now();
    for (int i = 0; i < 5; i++) {
        CHECK_INT(process_communicate(others[i], NULL, 0, NULL, NULL), 0);
        expect_end(others[i], 0);
    }
    return 0;
}

TEST_LIMIT(60, a_child_has_no_pipe_of_another)
{
    look_before();
    live(beside_other_children, NULL);
}

/* Were a pipe of the one open in the other, this would hang. */
static int close_in_order(void *arg, Value *result)
{
    Process *first = exec(ARGV("cat"), &all_pipes);
    Process *second = exec(ARGV("cat"), &all_pipes);
    writer_close(process_stdin(first));
    expect_line(first, "");
    expect_end(first, 0);
    CHECK(!has_ended(second));
    writer_close(process_stdin(second));
    expect_line(second, "");
    expect_end(second, 0);
    return 0;
}

TEST_LIMIT(60, a_child_sees_the_end_of_its_input_while_another_runs)
{
    live(close_in_order, NULL);
}

/* ---- Threads, servers, connections ---- */
static int serve(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char byte;
    size_t got;
    return reader_read(reader, &byte, 1, &got);
}

static int do_nothing(void *arg, Value *result)
{
    return 0;
}

static int beside_a_server(void *arg, Value *result)
{
    Loop *other = real_loop();
    Server *server;
    StreamReader *reader;
    StreamWriter *writer;
    char directory[] = "/tmp/weft-XXXXXX", path[40];
    CHECK(mkdtemp(directory) != NULL);
    snprintf(path, sizeof path, "%s/socket", directory);
    CHECK_INT(async_to_thread(do_nothing, NULL, NULL), 0);
    CHECK_INT(async_start_unix_server(serve, NULL, path, &server), 0);
    CHECK_INT(async_open_unix_connection(path, &reader, &writer), 0);
    pause_turns(5);
    look_now();
    writer_free(writer);
    reader_free(reader);
    server_close(server);
    pause_turns(5);
    server_free(server);
    CHECK_INT(loop_shutdown_default_executor(async_get_running_loop()), 0);
    loop_free(other);
    CHECK_INT(rmdir(directory), 0);
    return 0;
}

TEST_LIMIT(60, a_child_has_nothing_of_loops_threads_and_connections)
{
    look_before();
    live(beside_a_server, NULL);
}

/* ---- A descriptor that is given ---- */
/* Closed on exec here, it is open there; and only under its new number. */
static int give_a_private_one(void *arg, Value *result)
{
    int both[2];
    open_both(both);
    for (int i = 0; i < 2; i++)
        CHECK_INT(fcntl(both[i], F_SETFD, FD_CLOEXEC), 0);
    SubprocessOptions options = { .input = SUBPROCESS_PIPE, .output = both[1] };
    Process *process = shell(list_descriptors, &options);
    CHECK_INT(fcntl(both[1], F_GETFD), FD_CLOEXEC);
    close(both[1]);
    expect_end(process, 0);
    expect_in_pipe(both[0], wanted);
    close(both[0]);
    return 0;
}

TEST_LIMIT(60, one_that_is_given_is_there_once)
{
    look_before();
    live(give_a_private_one, NULL);
}

/* ---- Blocking ---- */
/* Our end of a pipe does not block; the child's does, as programs expect. */
static int write_too_much(void *arg, Value *result)
{
    static char text[300000];
    Process *process = shell("cat", &all_pipes);
    Bytes output, error;
    memset(text, 'x', sizeof text);
    CHECK(fcntl(writer_fileno(process_stdin(process)), F_GETFL) & O_NONBLOCK);
    CHECK_INT(process_communicate(process, text, sizeof text, &output, &error),
              0);
    CHECK_INT(output.length, sizeof text);
    free(output.data);
    expect_bytes(&error, "");
    expect_end(process, 0);
    return 0;
}

TEST_LIMIT(60, our_end_of_a_pipe_does_not_block_and_the_childs_does)
{
    live(write_too_much, NULL);
}

static int keep_blocking(void *arg, Value *result)
{
    int before = fcntl(1, F_GETFL);
    SubprocessOptions options = { .input = SUBPROCESS_PIPE, .error = 1 };
    expect_end(exec(ARGV("true"), &options), 0);
    CHECK_INT(fcntl(1, F_GETFL), before);
    return 0;
}

TEST_LIMIT(60, what_is_inherited_is_left_as_it_was)
{
    live(keep_blocking, NULL);
}
