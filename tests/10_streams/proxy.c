/* A proxy that hands a dialogue on in pieces, slowly, or cuts it short: the
 * answers are the same whatever the pieces, and who is cut off knows. */
#include "servers.h"

#include "../../code/06_gather/gather.h"

/* ---- The dialogue ---- */
/* A line is answered by its length and itself; "bye" is the last. */
static const char *const lines[] = { "hello\n", "\n", "a longer line\n",
                                     "bye\n" };
static const char answers[] = "5 hello\n0 \n13 a longer line\n3 bye\n";
static const char questions[] = "hello\n\na longer line\nbye\n";

enum { LINES = 4, UP = sizeof questions - 1, DOWN = sizeof answers - 1 };

static int answer_error, client_error, served;

static int answer_lines(StreamReader *reader, StreamWriter *writer)
{
    char *line;
    size_t length;
    for (bool is_last = false; !is_last;) {
        int err = reader_readuntil(reader, "\n", 1, &line, &length);
        if (err != 0)
            return err;
        is_last = strcmp(line, "bye\n") == 0;
        err = writer_printf(writer, "%d %s", (int)length - 1, line);
        if (err == 0)
            err = writer_drain(writer);
        if (err != 0)
            return err;
    }
    return 0;
}

static int answer(StreamReader *reader, StreamWriter *writer, void *arg)
{
    answer_error = answer_lines(reader, writer);
    served++;
    return 0;
}

/* What was answered goes into the text. */
static int hold_dialogue(Client *client, char *text, bool is_hasty)
{
    char *line;
    size_t length;
    text[0] = '\0';
    if (is_hasty)
        send_text(client, questions);
    for (int i = 0; i < LINES; i++) {
        int err = is_hasty ? 0 : writer_write(client->writer, lines[i],
                                              strlen(lines[i]));
        if (err == 0)
            err = reader_readuntil(client->reader, "\n", 1, &line, &length);
        if (err != 0)
            return err;
        strcat(text, line);
    }
    return 0;
}

/* ---- The proxy ---- */
typedef struct Plan {
    size_t piece;         /* bytes at a time */
    int turns;            /* that it waits between two of them */
    int cut_up, cut_down; /* after so many bytes; -1: never */
    bool is_abrupt;       /* with a reset */
} Plan;

static Plan plan;
static Server *target, *proxy;

typedef struct Pump {
    StreamReader *from;
    StreamWriter *to, *back;
    int cut;
} Pump;

static void cut_off(StreamWriter *writer)
{
    struct linger linger = { .l_onoff = 1, .l_linger = 0 };
    int fd = writer_fileno(writer);
    if (plan.is_abrupt && fd >= 0)
        CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger,
                             sizeof linger), 0);
    if (plan.is_abrupt)
        writer_abort(writer);
    else
        writer_close(writer);
}

static int hand_on(Pump *pump, bool *has_ended)
{
    char buffer[64];
    size_t size = plan.piece, got;
    if (pump->cut >= 0 && (size_t)pump->cut < size)
        size = (size_t)pump->cut;
    int err = reader_read(pump->from, buffer, size, &got);
    *has_ended = err == 0 && got == 0;
    if (err != 0 || got == 0)
        return err;
    if (pump->cut > 0)
        pump->cut -= (int)got;
    err = writer_write(pump->to, buffer, got);
    return err == 0 ? writer_drain(pump->to) : err;
}

static int pump_all(void *arg, Value *result)
{
    Pump *pump = arg;
    bool has_ended = false;
    int err = 0;
    while (err == 0 && !has_ended && pump->cut != 0) {
        err = hand_on(pump, &has_ended);
        for (int i = 0; i < plan.turns && err == 0; i++)
            err = async_sleep(0);
    }
    if (has_ended && writer_write_eof(pump->to) == 0)
        return 0;
    cut_off(pump->to);
    cut_off(pump->back);
    return 0;
}

static int pass_on(StreamReader *reader, StreamWriter *writer, void *arg)
{
    Client next = dial(target);
    Pump up = { reader, next.writer, writer, plan.cut_up };
    Pump down = { next.reader, writer, next.writer, plan.cut_down };
    Call calls[] = { { pump_all, &up }, { pump_all, &down } };
    int err = async_gather_calls(calls, 2, NULL, 0);
    hang_up(&next);
    return err;
}

/* ---- One dialogue ---- */
static void play_plan(bool is_hasty, char *text)
{
    int before = served;
    Client client = dial(proxy);
    client_error = hold_dialogue(&client, text, is_hasty);
    hang_up(&client);
    until_count(&served, before + 1);
}

static void open_both(void)
{
    target = new_server(answer, NULL);
    proxy = new_server(pass_on, NULL);
}

static void close_both(void)
{
    end_server(proxy);
    end_server(target);
}

/* ---- In pieces ---- */
static int in_pieces(void *arg, Value *result)
{
    char text[128];
    open_both();
    for (size_t piece = 1; piece <= 40; piece++)
        for (int turns = 0; turns < 3; turns++) {
            plan = (Plan){ piece, turns, -1, -1, false };
            play_plan(piece % 2 == 0, text);
            CHECK_INT(client_error, 0);
            CHECK_INT(answer_error, 0);
            CHECK_STR(text, answers);
        }
    close_both();
    return 0;
}

TEST_LIMIT(60, the_answers_are_the_same_whatever_the_pieces)
{
    play_real(in_pieces, NULL);
}

/* ---- Cut short ---- */
static bool is_clear(int err)
{
    return err == E_INCOMPLETE_READ || err == ECONNRESET || err == EPIPE;
}

static int cut_up(void *is_abrupt, Value *result)
{
    char text[128];
    open_both();
    for (int k = 0; k < UP; k++)
        for (int hasty = 0; hasty < 2; hasty++) {
            plan = (Plan){ 7, 1, k, -1, is_abrupt != NULL };
            play_plan(hasty, text);
            CHECK(is_clear(client_error));
            CHECK(is_clear(answer_error));
            CHECK(strncmp(text, answers, strlen(text)) == 0);
        }
    close_both();
    return 0;
}

TEST_LIMIT(60, cut_at_any_byte_of_the_questions_both_ends_know)
{
    play_real(cut_up, NULL);
}

TEST_LIMIT(60, and_so_they_do_after_a_reset)
{
    play_real(cut_up, &(int){ 1 });
}

static int cut_down(void *is_abrupt, Value *result)
{
    char text[128];
    open_both();
    for (int k = 0; k < DOWN; k++)
        for (int hasty = 0; hasty < 2; hasty++) {
            plan = (Plan){ 7, 1, -1, k, is_abrupt != NULL };
            play_plan(hasty, text);
            CHECK(is_clear(client_error));
            CHECK(answer_error == 0 || is_clear(answer_error));
            CHECK(strncmp(text, answers, strlen(text)) == 0);
        }
    close_both();
    return 0;
}

TEST_LIMIT(60, cut_at_any_byte_of_the_answers_the_client_knows)
{
    play_real(cut_down, NULL);
}

TEST_LIMIT(60, and_so_it_does_after_a_reset)
{
    play_real(cut_down, &(int){ 1 });
}

static int cut_after(void *arg, Value *result)
{
    char text[128];
    open_both();
    plan = (Plan){ 7, 1, UP + 1, DOWN + 1, false };
    play_plan(false, text);
    CHECK_INT(client_error, 0);
    CHECK_INT(answer_error, 0);
    CHECK_STR(text, answers);
    close_both();
    return 0;
}

TEST(cut_behind_its_end_nobody_notices)
{
    play_real(cut_after, NULL);
}

/* ---- A target that is not there ---- */
static int cut_when_closed(void *arg, Value *result)
{
    char text[128];
    open_both();
    plan = (Plan){ 7, 1, -1, -1, false };
    Client client = dial(proxy);
    send_text(&client, "hello\n");
    expect_text(&client, "5 hello\n");
    server_abort_clients(target);
    CHECK(is_clear(hold_dialogue(&client, text, false)));
    hang_up(&client);
    close_both();
    return 0;
}

TEST(a_target_that_goes_away_ends_the_dialogue)
{
    play_real(cut_when_closed, NULL);
}
