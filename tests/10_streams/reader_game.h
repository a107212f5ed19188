/* reader_game.h - random games of a reader: a text, what has come of it, what
 * is called, and what each call has to return. */
#ifndef READER_GAME_H
#define READER_GAME_H

#include "streams.h"

enum { OPS_MAX = 16, TEXT_MAX = 12000 };

/* ---- A game ---- */
typedef struct Op {
    int how;
    size_t n;            /* READ, EXACTLY: so many; UNTIL: which separator */
    bool is_cut;         /* it is cancelled when it waits */
} Op;

static const char *const separators[] = { "\n", ";", "ab", "aba", "\r\n",
                                          "aab;" };
static const char *const names[] = { "read", "readexactly", "read_all",
                                     "readline", "readuntil" };

typedef struct Game {
    uint32_t seed;
    bool is_socket;
    size_t length, limit, piece;    /* a piece is at most so long */
    int count;
    Op ops[OPS_MAX];
} Game;

static Game game;
static char text[TEXT_MAX];
static size_t fed, cursor;          /* in the text */
static bool is_end;                 /* the end has been fed */
static const Op *waiting;
static Task *player;
static int last_words;              /* the child's, to its parent */

/* ---- Faults ---- */
typedef struct Words {
    Game game;
    char fault[100];
} Words;

static void say(const char *fault)
{
    Words words = { .game = game };
    snprintf(words.fault, sizeof words.fault, "%s", fault);
    if (pwrite(last_words, &words, sizeof words, 0) < 0)
        _exit(2);
}

static void demand(bool truth, const char *fault)
{
    if (truth)
        return;
    say(fault);
    _exit(1);
}

/* ---- Chance ---- */
static uint32_t chances;

static size_t chance(size_t n)
{
    chances ^= chances << 13;
    chances ^= chances >> 17;
    chances ^= chances << 5;
    return chances % n;
}

static void make_game(uint32_t seed, bool is_socket)
{
    chances = seed * 2654435761u + 1;
    size_t scale = chance(8) == 0 ? 100 : 1;
    game = (Game){ .seed = seed, .is_socket = is_socket };
    game.length = chance(120 * scale);
    game.limit = 1 + chance(12 * scale);
    game.piece = 1 + chance(10 * scale);
    game.count = 1 + (int)chance(OPS_MAX);
    for (int i = 0; i < game.count; i++) {
        Op *op = &game.ops[i];
        op->how = chance(40) == 0 ? ALL : (int[]){ READ, EXACTLY, LINE, UNTIL,
                                                   UNTIL }[chance(5)];
        op->n = op->how == UNTIL ? chance(6) : chance(12 * scale);
        op->is_cut = chance(4) == 0;
    }
}

/* The same text, whatever the game was shrunk to. */
static void make_text(void)
{
    static const char letters[] = "aaaabbb;\n\r\r\n";
    bool is_rare = game.seed % 2;
    chances = game.seed * 40503 + 7;
    for (size_t i = 0; i < TEXT_MAX; i++)
        text[i] = is_rare && chance(12) > 0 ? 'a' : letters[chance(12)];
}

/* ---- The model ---- */
typedef struct Answer {
    bool goes_on;
    int err;
    size_t got, taken;    /* taken: the cursor moves so far */
} Answer;

static size_t find(size_t have, const char *separator)
{
    size_t n = strlen(separator);
    for (size_t i = 0; i + n <= have; i++)
        if (memcmp(text + cursor + i, separator, n) == 0)
            return i;
    return SIZE_MAX;
}

static Answer answer_until(size_t have, bool at_end, const char *separator,
                           bool is_line)
{
    size_t n = strlen(separator), at = find(have, separator);
    size_t before = at != SIZE_MAX ? at : have >= n ? have - n + 1 : 0;
    if (before > game.limit && is_line)
        return (Answer){ false, E_VALUE, 0, at != SIZE_MAX ? at + 1 : have };
    if (before > game.limit)
        return (Answer){ false, E_LIMIT_OVERRUN, before, 0 };
    if (at != SIZE_MAX)
        return (Answer){ false, 0, at + n, at + n };
    return (Answer){ !at_end, is_line ? 0 : E_INCOMPLETE_READ, have, have };
}

/* What an operation returns when so much has come. */
static Answer answer(const Op *op, size_t have, bool at_end)
{
    size_t some = have < op->n ? have : op->n;
    if (op->how == READ)
        return (Answer){ op->n > 0 && have == 0 && !at_end, 0, some, some };
    if (op->how == EXACTLY)
        return (Answer){ have < op->n && !at_end,
                         have < op->n ? E_INCOMPLETE_READ : 0, some, some };
    if (op->how == ALL)
        return (Answer){ !at_end, 0, have, have };
    return op->how == LINE ? answer_until(have, at_end, "\n", true)
                           : answer_until(have, at_end, separators[op->n],
                                          false);
}

#endif
