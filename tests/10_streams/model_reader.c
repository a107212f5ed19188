/* A reader against a model: a text, a cursor, and how much of it has come.
 * Random pieces, limits, separators and calls, some of which are cancelled; fed
 * by hand, and through a socket.  Games are played in a child, so that one that
 * crashes can be shrunk, too: what fails is printed as short as it gets. */
#include "reader_game.h"

enum { GAMES = 2000 };

/* ---- Feeding ---- */
static void feed_piece(StreamReader *reader, int peer, size_t n)
{
    const char *from = text + fed;
    fed += n;
    if (game.is_socket)
        demand(write(peer, from, n) == (ssize_t)n, "the socket is full");
    else
        demand(reader_feed_data(reader, from, n) == 0, "data is refused");
}

static void feed_end(StreamReader *reader, int *peer)
{
    is_end = true;
    if (game.is_socket)
        close(*peer);
    else
        reader_feed_eof(reader);
    *peer = -1;
}

static int feed_all(void *arg, Value *result)
{
    Stream *stream = arg;
    while (!is_end) {
        size_t n = 1 + chance(game.piece), left = game.length - fed;
        for (size_t turns = chance(3); turns > 0; turns--)
            pause_turns(1);
        if (waiting != NULL && !game.is_socket)
            demand(answer(waiting, fed - cursor, is_end).goes_on,
                   "it waits for what has come");
        if (waiting != NULL && waiting->is_cut && chance(2))
            task_cancel(player);
        if (left > 0)
            feed_piece(stream->reader, stream->peer, n < left ? n : left);
        else
            feed_end(stream->reader, &stream->peer);
        pause_turns(1);
    }
    return 0;
}

/* ---- Reading ---- */
static int call(const Op *op, StreamReader *reader, char *room, char **data,
                size_t *got)
{
    const char *separator = op->how == UNTIL ? separators[op->n] : NULL;
    *data = room;
    if (op->how == READ)
        return reader_read(reader, room, op->n, got);
    if (op->how == EXACTLY)
        return reader_readexactly(reader, room, op->n, got);
    if (op->how == ALL)
        return reader_read_all(reader, data, got);
    if (op->how == LINE)
        return reader_readline(reader, data, got);
    return reader_readuntil(reader, separator, strlen(separator), data, got);
}

/* What it dropped, it dropped at most up to the end of that line. */
static void check_rest_of(StreamReader *reader)
{
    char *rest;
    size_t length, from = cursor;
    demand(reader_read_all(reader, &rest, &length) == 0, "no rest");
    demand(length <= game.length - cursor, "the rest is too long");
    cursor = game.length - length;
    demand(memcmp(rest, text + cursor, length) == 0, "another rest");
    demand(cursor - from > game.limit, "it was dropped within the limit");
    for (size_t i = from; i + 1 < cursor; i++)
        demand(text[i] != '\n', "more than a line was dropped");
    free(rest);
    cursor = game.length;
}

/* Through a socket nobody knows how much has come: but not more than all. */
static void check(const Op *op, int err, const char *data, size_t got,
                  StreamReader *reader)
{
    bool is_socket = game.is_socket;
    Answer wanted = answer(op, (is_socket ? game.length : fed) - cursor,
                           is_socket || is_end);
    demand(!wanted.goes_on, "it went on too early");
    demand(err == wanted.err, "another error");
    if (is_socket && op->how == READ && wanted.got > 0)
        demand(got > 0 && got <= wanted.got, "too much, or nothing");
    else if (is_socket && err == E_LIMIT_OVERRUN)
        demand(got > game.limit && got <= wanted.got, "another length");
    else
        demand(got == wanted.got, "another length");
    if (err == 0 || err == E_INCOMPLETE_READ)
        demand(memcmp(data, text + cursor, got) == 0, "other bytes");
    if (err != E_VALUE && op->how >= ALL && data != NULL)
        demand(data[got] == '\0', "no NUL");
    if (is_socket && err == E_VALUE)
        check_rest_of(reader);
    else
        cursor += is_socket && op->how == READ ? got : wanted.taken;
}

static void play_op(const Op *op, StreamReader *reader)
{
    static char room[TEXT_MAX];
    char *data;
    size_t got;
    waiting = op;
    int err = call(op, reader, room, &data, &got);
    waiting = NULL;
    if (err == E_CANCELLED) {
        demand(op->is_cut, "cancelled by nobody");
        demand(got == 0, "cancelled, and it has taken something");
        while (task_uncancel(player) > 0)
            continue;
    } else {
        check(op, err, data, got, reader);
    }
    if (op->how == ALL)
        free(data);
}

/* ---- Playing ---- */
static int play_ops(void *arg, Value *result)
{
    Stream *stream = arg;
    Op all = { .how = ALL };
    reader_set_limit(stream->reader, game.limit);
    for (int i = 0; i < game.count; i++)
        play_op(&game.ops[i], stream->reader);
    play_op(&all, stream->reader);
    demand(cursor == game.length, "some of it never came");
    demand(reader_at_eof(stream->reader), "it is not at its end");
    return 0;
}

static int play_game(void *arg, Value *result)
{
    Stream stream = { .peer = -1 };
    if (game.is_socket)
        stream = open_stream();
    else
        stream.reader = new_reader(0);
    player = begin(play_ops, &stream);
    Task *feeder = begin(feed_all, &stream);
    CHECK_INT(task_join(player, NULL), 0);
    CHECK_INT(task_join(feeder, NULL), 0);
    reader_free(stream.reader);
    writer_free(stream.writer);
    return 0;
}

static void play_in(Loop *loop)
{
    make_text();
    chances = game.seed + 99;
    fed = cursor = 0;
    is_end = false;
    waiting = NULL;
    say("");
    CHECK_INT(run(loop, play_game, NULL), 0);
}

/* From 0: the game that is there. */
static void play_all(uint32_t from, uint32_t to, bool is_socket)
{
    for (uint32_t seed = from; seed < to; seed++) {
        Loop *loop = seed % 2 ? ordered_loop() : loop_new();
        if (from != 0)
            make_game(seed, is_socket);
        play_in(loop);
        loop_free(loop);
    }
}

/* false: a game failed, and *words says which and how. */
static bool play_apart(uint32_t from, uint32_t to, bool is_socket, Words *words)
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(20);
        play_all(from, to, is_socket);
        _exit(0);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(pread(last_words, words, sizeof *words, 0), sizeof *words);
    if (words->fault[0] == '\0')
        strcpy(words->fault, "it crashed, or never ended");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- Shrinking ---- */
static bool still_fails(const Game *before)
{
    Words words;
    if (!play_apart(0, 1, false, &words))
        return true;
    game = *before;
    return false;
}

static bool shrink_ops(int at)
{
    Game before = game;
    game.count--;
    memmove(game.ops + at, game.ops + at + 1,
            (size_t)(game.count - at) * sizeof *game.ops);
    return still_fails(&before);
}

static bool shrink_size(size_t *size, size_t to)
{
    Game before = game;
    *size = to;
    return still_fails(&before);
}

static void shrink(void)
{
    for (int at = 0; at < game.count; )
        at += !shrink_ops(at);
    for (size_t by = game.length / 2; by > 0; )
        if (by > game.length || !shrink_size(&game.length, game.length - by))
            by /= 2;
    for (int i = 0; i < game.count; i++) {
        Game before = game;
        game.ops[i].is_cut = false;
        (void)still_fails(&before);
    }
    (void)shrink_size(&game.piece, game.length + 1);
    (void)shrink_size(&game.piece, 1);
}

static void print_game(const char *fault)
{
    printf("seed %u%s, limit %zu, pieces to %zu: %s\n    text \"",
           (unsigned)game.seed, game.is_socket ? ", socket" : "", game.limit,
           game.piece, fault);
    make_text();
    for (size_t i = 0; i < game.length && i < 400; i++)
        printf("%s", text[i] == '\n'   ? "\\n"
                     : text[i] == '\r' ? "\\r"
                                       : (char[]){ text[i], '\0' });
    printf("\"\n");
    for (int i = 0; i < game.count; i++)
        printf("    %s %zu%s\n", names[game.ops[i].how], game.ops[i].n,
               game.ops[i].is_cut ? ", may be cancelled" : "");
}

/* ---- Many of them ---- */
static void play_games(bool is_socket)
{
    Words words;
    FILE *file = tmpfile();
    CHECK(file != NULL);
    last_words = fileno(file);
    bool all_is_well = play_apart(1, GAMES + 1, is_socket, &words);
    if (!all_is_well) {
        game = words.game;
        print_game(words.fault);
        shrink();
        (void)play_apart(0, 1, is_socket, &words);
        print_game(words.fault);
    }
    fclose(file);
    CHECK(all_is_well);
}

TEST_LIMIT(60, a_fed_reader_is_as_its_model)    /* ST2-ST5 */
{
    play_games(false);
}

TEST_LIMIT(60, a_reader_of_a_socket_is_as_its_model)    /* ST2-ST5 */
{
    play_games(true);
}
