/* schedule.h - random schedules for what tasks wait for, and the shortest part
 * of one that still fails.
 *
 * A schedule is a list of operations, each of one actor.  An actor is a task
 * that does its own in their order; it may be cancelled wherever it suspends,
 * takes that back, and goes on.  All last whole seconds of virtual time; in
 * between, at each half, the loop is idle, and the game looks at its model.  If
 * nobody gets on for a while, the game lets everybody go.
 *
 * Schedules are played in a child, so that one that crashes can be shrunk, too:
 * operations are dropped as long as what is left fails. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "../../code/06_gather/timeout.h"
#include "../05_tasks/tasks.h"

/* ---- Games ---- */
enum { ACTORS = 5, OPS_MAX = 40, PATIENCE = 6, TRIES = 60 };

typedef struct Op {
    int who, what, n;
    int limit;                /* 0: none; else a timeout of limit - 1 seconds */
} Op;

typedef struct Actor {
    int id;
    Task *task;
    bool has_begun, has_ended;
    bool is_waiting;
    unsigned ticket;          /* of this wait: lower ones came before */
    long long state[4];       /* the game's */
} Actor;

typedef int Call(Actor *, const Op *);

typedef struct OpKind {
    const char *name;         /* NULL: after the last */
    void (*run)(Actor *, const Op *);
    int weight;               /* how often it comes up */
} OpKind;

typedef struct Game {
    const OpKind *kinds;
    void (*set_up)(int size);    /* from 0 to 3 */
    void (*look)(void);       /* the loop is idle */
    void (*leave)(Actor *);   /* it has done all: it gives back what it has */
    void (*let_go)(void);     /* those who wait will, if this does not help */
    void (*clean_up)(void);
} Game;

typedef struct Schedule {
    uint32_t seed;
    int size, count;
    Op ops[OPS_MAX];
} Schedule;

static const Game *game;
static Schedule schedule;
static Actor actors[ACTORS];
static unsigned tickets, progress;    /* they only grow */
static bool is_shuffled;
static int last_words;        /* the child's, to its parent */

/* ---- Faults ---- */
typedef struct Words {
    uint32_t seed;
    char fault[100];
} Words;

static void say(const char *fault)
{
    Words words = { .seed = schedule.seed };
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

static int chance(int n)
{
    chances ^= chances << 13;
    chances ^= chances >> 17;
    chances ^= chances << 5;
    return (int)(chances % (uint32_t)n);
}

static int any_kind(void)
{
    int sum = 0, what = 0;
    for (int i = 0; game->kinds[i].name != NULL; i++)
        sum += game->kinds[i].weight;
    for (int left = chance(sum); left >= game->kinds[what].weight; what++)
        left -= game->kinds[what].weight;
    return what;
}

static void make_schedule(uint32_t seed)
{
    chances = seed * 2654435761u;
    schedule.seed = seed;
    schedule.size = chance(4);
    schedule.count = 4 + chance(OPS_MAX - 3);
    for (int i = 0; i < schedule.count; i++) {
        Op *op = &schedule.ops[i];
        op->who = chance(ACTORS);
        op->what = any_kind();
        op->n = chance(ACTORS);
        op->limit = chance(3) == 0 ? 1 + chance(3) : 0;
    }
}

/* ---- What actors do ---- */
/* Nobody has asked it to end. */
static inline bool is_live(Actor *actor)
{
    return task_cancelling(actor->task) == 0;
}

static inline bool waits(Actor *actor)
{
    return actor->is_waiting && is_live(actor);
}

static void forgive(Actor *self)
{
    while (task_uncancel(self->task) > 0)
        continue;
}

/* Within its limit.  E_TIMEOUT, E_CANCELLED, or what the call returns. */
static inline int wait_in(Actor *self, const Op *op, Call *call)
{
    Timeout timeout;
    self->ticket = ++tickets;
    self->is_waiting = true;
    if (op->limit > 0)
        CHECK_INT(timeout_enter(&timeout, op->limit - 1), 0);
    int err = call(self, op);
    demand(err == 0 || err == E_CANCELLED || err == E_BROKEN_BARRIER ||
           err == E_QUEUE_SHUTDOWN, "an error that cannot be");
    demand(err != 0 || is_live(self), "a request to end was lost");
    demand(err != E_CANCELLED || !is_live(self), "cancelled by nobody");
    if (op->limit > 0)
        err = timeout_exit(&timeout, err);
    self->is_waiting = false;
    forgive(self);
    return err;
}

/* Nobody who came before waits yet. */
static inline void check_order(Actor *self, bool (*waits_for_it)(Actor *))
{
    for (Actor *actor = actors; actor < actors + ACTORS; actor++)
        demand(actor == self || actor->ticket > self->ticket ||
               !waits_for_it(actor), "somebody was overtaken");
}

static inline Actor *first_who(bool (*is_it)(Actor *))
{
    Actor *first = NULL;
    for (Actor *actor = actors; actor < actors + ACTORS; actor++)
        if (is_it(actor) && (first == NULL || actor->ticket < first->ticket))
            first = actor;
    return first;
}

static inline void pause_op(Actor *self, const Op *op)
{
    for (int i = 0; i <= op->n; i++)
        (void)async_sleep(0);
    forgive(self);
}

static inline void sleep_op(Actor *self, const Op *op)
{
    (void)async_sleep(1 + op->n % 3);
    forgive(self);
}

static inline void cancel_op(Actor *self, const Op *op)
{
    Actor *other = &actors[op->n];
    if (other != self && other->has_begun && !other->has_ended)
        task_cancel(other->task);
}

#define COMMON_OPS \
    { "pause", pause_op, 5 }, { "sleep", sleep_op, 4 }, \
    { "cancel", cancel_op, 5 }, { .name = NULL }

/* ---- Playing ---- */
static int act(void *arg, Value *result)
{
    Actor *self = arg;
    self->has_begun = true;
    for (int i = 0; i < schedule.count; i++) {
        const Op *op = &schedule.ops[i];
        if (op->who == self->id)
            game->kinds[op->what].run(self, op);
        progress += op->who == self->id;
    }
    game->leave(self);
    self->has_ended = true;
    progress++;
    return 0;
}

static bool have_ended(void)
{
    int count = 0;
    while (count < ACTORS && actors[count].has_ended)
        count++;
    return count == ACTORS;
}

static inline void look_at_cancelled(void)
{
    for (Actor *actor = actors; actor < actors + ACTORS; actor++)
        demand(actor->has_ended || is_live(actor),
               "cancelled, and does not go on");
}

/* At each half second: then nobody is ready. */
static int watch(void *arg, Value *result)
{
    unsigned before = progress;
    int idle = 0, tries = 0;
    for (rest(0.5); !have_ended(); rest(0.5)) {
        game->look();
        idle = progress == before ? idle + 1 : 0;
        before = progress;
        rest(0.5);
        if (idle > PATIENCE)
            game->let_go();
        demand(idle <= PATIENCE || tries++ < TRIES, "somebody never ends");
    }
    return 0;
}

static void play_schedule(void)
{
    char number[20];
    snprintf(number, sizeof number, "%u", (unsigned)schedule.seed);
    setenv("WEFT_SHUFFLE", is_shuffled ? number : "0", 1);
    Loop *loop = any_loop();
    game->set_up(schedule.size);
    for (int i = 0; i < ACTORS; i++) {
        actors[i] = (Actor){ .id = i };
        actors[i].task = new_task(loop, act, &actors[i]);
    }
    CHECK_INT(run(loop, watch, NULL), 0);
    for (int i = 0; i < ACTORS; i++)
        task_release(actors[i].task);
    game->clean_up();
    loop_free(loop);
}

/* ---- In a child ---- */
/* From 0: the schedule that is there. */
static void play_all(uint32_t from, uint32_t to)
{
    say("");
    if (from == 0 && freopen("/dev/null", "w", stderr) != NULL)
        play_schedule();
    for (uint32_t seed = from; from != 0 && seed < to; seed++) {
        make_schedule(seed);
        say("");
        play_schedule();
    }
}

/* false: a schedule failed, and *words says which and how. */
static bool play_apart(uint32_t from, uint32_t to, Words *words)
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        play_all(from, to);
        _exit(0);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(pread(last_words, words, sizeof *words, 0), sizeof *words);
    if (words->fault[0] == '\0')
        strcpy(words->fault, "it crashed");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- Shrinking ---- */
static bool still_fails_without(int at, int n)
{
    Schedule before = schedule;
    Words words;
    schedule.count -= n;
    memmove(schedule.ops + at, schedule.ops + at + n,
            (size_t)(schedule.count - at) * sizeof *schedule.ops);
    if (!play_apart(0, 0, &words))
        return true;
    schedule = before;
    return false;
}

static void shrink(void)
{
    for (int n = schedule.count / 2; n > 0; n /= 2)
        for (int at = 0; at + n <= schedule.count; )
            if (!still_fails_without(at, n))
                at += n;
            else if (n == 1)
                at = 0;
}

static void print_schedule(const char *fault)
{
    printf("seed %u, size %d%s: %s\n", (unsigned)schedule.seed, schedule.size,
           is_shuffled ? ", shuffled" : "", fault);
    for (int i = 0; i < schedule.count; i++) {
        const Op *op = &schedule.ops[i];
        printf("    %c %s %d", 'A' + op->who, game->kinds[op->what].name,
               op->n);
        printf(op->limit > 0 ? " within %d s\n" : "\n", op->limit - 1);
    }
}

/* ---- Many of them ---- */
static void play_schedules(const Game *which, uint32_t count, bool shuffled)
{
    Words words;
    FILE *file = tmpfile();
    CHECK(file != NULL);
    last_words = fileno(file);
    game = which;
    is_shuffled = shuffled;
    bool all_is_well = play_apart(1, count + 1, &words);
    if (!all_is_well) {
        make_schedule(words.seed);
        print_schedule(words.fault);
        shrink();
        (void)play_apart(0, 0, &words);
        print_schedule(words.fault);
    }
    fclose(file);
    CHECK(all_is_well);
}

#endif
