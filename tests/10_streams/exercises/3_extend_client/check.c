/* The other end is a task in the same process, which answers as the test wants.
 * Its connection is a pair of sockets. */
#include "../../../check.h"
#include "../../../../code/10_streams/exercises/3_extend_client/client.h"

#include <sys/socket.h>

#include "../../../../code/06_gather/gather.h"

enum { MANY = 300 };

static Loop *loop;
static Client *client;
static int client_fd;
static StreamReader *reader;    /* those of the other end */
static StreamWriter *writer;

/* ---- Around each test ---- */
static SUSPENDS void turn(int turns)
{
    while (turns-- > 0)
        CHECK_INT(async_sleep(0), 0);
}

static int run_test(void *arg, Value *result)
{
    int fd[2];
    StreamReader *client_reader;
    StreamWriter *client_writer;
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    client_fd = fd[0];
    CHECK_INT(async_open_fd(fd[0], &client_reader, &client_writer), 0);
    CHECK_INT(async_open_fd(fd[1], &reader, &writer), 0);
    client = client_new(client_reader, client_writer);
    CHECK(client != NULL);
    Call *call = arg;
    CHECK_INT(call->fn(call->arg, result), 0);
    client_free(client);
    reader_free(reader);
    writer_free(writer);
    turn(20);
    CHECK_INT(async_all_tasks(NULL, NULL, 0), 1);
    return 0;
}

static void run(CoroFn *function, void *arg)
{
    unsetenv("WEFT_SHUFFLE");
    loop = loop_new();
    CHECK(loop != NULL);
    Task *task = loop_create_task(loop, run_test, &(Call){ function, arg });
    CHECK(task != NULL);
    CHECK_INT(loop_run_until_complete(loop, task, NULL), 0);
    task_release(task);
    loop_free(loop);
}

/* ---- The other end ---- */
typedef struct Heard {
    long number;
    char text[64];
} Heard;

static SUSPENDS Heard hear(void)
{
    Heard heard;
    char *line, *end;
    size_t length;
    CHECK_INT(reader_readline(reader, &line, &length), 0);
    CHECK(length > 1 && line[length - 1] == '\n');
    line[length - 1] = '\0';
    heard.number = strtol(line, &end, 10);
    CHECK(heard.number > 0 && *end == ' ');
    snprintf(heard.text, sizeof heard.text, "%s", end + 1);
    return heard;
}

static void say(const char *text)
{
    CHECK_INT(writer_write(writer, text, strlen(text)), 0);
}

static void answer(Heard heard)
{
    CHECK_INT(writer_printf(writer, "%ld Re: %s\n", heard.number, heard.text),
              0);
}

/* ---- Who asks ---- */
typedef struct Question {
    const char *text;
    int err;             /* wanted */
    Task *task;
} Question;

static Question about(const char *text, int err)
{
    return (Question){ .text = text, .err = err };
}

static int ask(void *arg, Value *result)
{
    Question *question = arg;
    char *text = (char *)"unset", wanted[80];
    int err = client_ask(client, question->text, &text);
    CHECK_INT(err, question->err);
    if (question->err == 0) {
        snprintf(wanted, sizeof wanted, "Re: %s", question->text);
        CHECK_STR(text, wanted);
    } else {
        CHECK_PTR(text, NULL);
    }
    free(text);
    return 0;
}

static void begin(Question questions[], int n)
{
    for (int i = 0; i < n; i++) {
        questions[i].task = async_create_task(ask, &questions[i]);
        CHECK(questions[i].task != NULL);
    }
}

static SUSPENDS void end(Question questions[], int n)
{
    for (int i = 0; i < n; i++)
        CHECK_INT(task_join(questions[i].task, NULL), 0);
}

/* ---- The tests ---- */
static int answer_backwards(void *arg, Value *result)
{
    Question questions[3] = { about("Who?", 0), about("", 0),
                              about("Why, and when?", 0) };
    Heard heard[3];
    CHECK_INT(client_count(client), 0);
    begin(questions, 3);
    for (int i = 0; i < 3; i++)
        heard[i] = hear();
    CHECK_STR(heard[2].text, "Why, and when?");
    CHECK(heard[0].number != heard[1].number);
    CHECK_INT(client_count(client), 3);
    for (int i = 3; i-- > 0;)
        answer(heard[i]);
    end(questions, 3);
    CHECK_INT(client_count(client), 0);
    Question senseless = about("two\nlines", E_VALUE);
    begin(&senseless, 1);
    end(&senseless, 1);
    CHECK_INT(client_count(client), 0);
    return 0;
}

TEST_FOR(1, each_gets_the_answer_to_its_question)
{
    HINT("the number tells whose answer it is, not the order");
    run(answer_backwards, NULL);
}

static int answer_many(void *arg, Value *result)
{
    static char texts[MANY][16];
    static Question questions[MANY];
    static Heard heard[MANY];
    for (int i = 0; i < MANY; i++) {
        snprintf(texts[i], sizeof texts[i], "number %d", i);
        questions[i] = about(texts[i], 0);
    }
    begin(questions, MANY);
    for (int i = 0; i < MANY; i++)
        heard[i] = hear();
    CHECK_INT(client_count(client), MANY);
    for (int i = 0; i < MANY; i++)
        answer(heard[(i * 7 + 3) % MANY]);
    end(questions, MANY);
    return 0;
}

TEST_FOR(1, many_may_ask_before_one_is_answered)
{
    HINT("a task for each who asks waits; one task reads for all");
    run(answer_many, NULL);
}

/* Until the client has taken all that came. */
static SUSPENDS void wait_until_taken(void)
{
    char byte;
    while (recv(client_fd, &byte, 1, MSG_PEEK) == 1)
        turn(1);
}

/* The second is cancelled before its answer, or so many turns after it. */
static int cancel_one(void *arg, Value *result)
{
    int turns = *(int *)arg;
    Question questions[3] = { about("one", 0), about("two", 0),
                              about("three", 0) };
    Heard heard[3];
    begin(questions, 3);
    for (int i = 0; i < 3; i++)
        heard[i] = hear();
    if (turns >= 0) {
        answer(heard[1]);
        wait_until_taken();
        turn(turns);
    }
    if (task_cancel(questions[1].task))
        questions[1].err = E_CANCELLED;
    turn(2);
    CHECK(questions[1].err == 0 || client_count(client) == 2);
    if (turns < 0)
        answer(heard[1]);
    answer(heard[0]);
    answer(heard[2]);
    end(questions, 3);
    Question another = about("four", 0);
    begin(&another, 1);
    answer(hear());
    end(&another, 1);
    return 0;
}

TEST_FOR(1, an_answer_for_somebody_who_has_gone_is_dropped)
{
    HINT("to know nobody of that number is no error, if there was somebody");
    for (int turns = -1; turns < 5; turns++)
        run(cancel_one, &turns);
}

static int end_it(void *arg, Value *result)
{
    Question questions[2] = { about("one", ECONNRESET),
                              about("two", ECONNRESET) };
    begin(questions, 2);
    hear();
    hear();
    say("2 half of an ans");
    reader_free(reader);
    writer_free(writer);
    reader = NULL;
    writer = NULL;
    end(questions, 2);
    begin(questions, 1);    /* and from now on nobody has to wait */
    end(questions, 1);
    CHECK_INT(client_count(client), 0);
    return 0;
}

TEST_FOR(1, the_end_of_the_connection_is_told_to_all)
{
    HINT("who reads knows first, and wakes all others");
    run(end_it, NULL);
}

static int say_nonsense(void *arg, Value *result)
{
    Question questions[2] = { about("one", E_INVALID_STATE),
                              about("two", E_INVALID_STATE) };
    begin(questions, 2);
    Heard heard = hear();
    hear();
    CHECK_INT(writer_printf(writer, arg, heard.number), 0);
    end(questions, 2);
    begin(questions, 2);
    end(questions, 2);
    return 0;
}

TEST_FOR(1, who_talks_nonsense_is_asked_no_more)
{
    HINT("a line without a number, or with one that nobody ever had");
    static const char *lines[] = { "hello\n", "%ld\n", "\n", " %ld hello\n",
                                   "99%ld hello\n", "0 hello\n",
                                   "-%ld hello\n" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        run(say_nonsense, (void *)lines[i]);
}

static int free_it(void *arg, Value *result)
{
    Question questions[3] = { about("one", 0), about("two", ECONNRESET),
                              about("three", E_CANCELLED) };
    begin(questions, 3);
    answer(hear());
    hear();
    hear();
    CHECK_INT(task_join(questions[0].task, NULL), 0);
    CHECK(task_cancel(questions[2].task));
    turn(2);
    client_free(client);
    client = NULL;
    end(&questions[1], 2);
    char byte;
    size_t got;
    CHECK_INT(reader_read(reader, &byte, 1, &got), 0);
    CHECK_INT(got, 0);    /* the other end reads the end, too */
    return 0;
}

TEST_FOR(1, it_can_be_freed_while_tasks_wait)
{
    HINT("who still has to look at it keeps it until then");
    run(free_it, NULL);
}
