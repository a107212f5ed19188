/* Futures against a model: thousands of random operations, also from inside
 * done callbacks, on both; states, order of calls, counts and reports agree
 * after each.  A failure prints its seed and its step. */
#include "../../code/03_futures/report.h"
#include "../check.h"

/* ---- Chance ---- */
static uint32_t seed, state;
static int step;

/* From 0 to n - 1. */
static int chance(int n)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % (uint32_t)n;
}

static void agree(int line, const char *what, intmax_t actual, intmax_t wanted)
{
    if (actual != wanted)
        printf("seed %u, step %d\n", (unsigned)seed, step);
    check_int(__FILE__, line, what, actual, wanted);
}
#define AGREE(actual, wanted) agree(__LINE__, #actual, (actual), (wanted))

/* ---- The model ---- */
enum { PENDING, FINISHED, CANCELLED };
enum { PLACES = 8, LIST = 400, QUEUE = 4000, WORDS = 3 };

typedef struct Model {
    Future *real;           /* NULL: the place is free */
    int references;         /* the program's */
    int queued;             /* calls that hold it, too */
    int state, error;
    long long value;
    bool is_retrieved;
    int list[LIST], count;  /* which words wait for it */
} Model;

typedef struct Call {
    Model *model;
    int word;
} Call;

static Model models[PLACES];
static Call queue[QUEUE];
static int head, tail;
static Model *running;       /* whose done callback runs, or has run last */
static int reports, wanted_reports;
static Loop *loop;

/* ---- Lives and deaths ---- */
static void bury_if_dead(Model *model)
{
    if (model->references > 0 || model->queued > 0)
        return;
    if (model->state == FINISHED && model->error != 0 && !model->is_retrieved)
        wanted_reports++;
    *model = (Model){ .real = NULL };
}

/* A done callback gives its reference back after it has returned. */
static void end_running(void)
{
    Model *model = running;
    running = NULL;
    if (model == NULL)
        return;
    model->queued--;
    bury_if_dead(model);
}

static void see(Loop *where, const ErrorContext *context, void *arg)
{
    reports++;
}

/* ---- Calls ---- */
static void operate(void);
static int words[WORDS];    /* only their addresses matter */

static void push(Model *model, int word)
{
    CHECK(tail < QUEUE);
    queue[tail++] = (Call){ model, word };
    model->queued++;
}

static void called(Future *future, void *word)
{
    end_running();
    CHECK(head < tail);
    Call call = queue[head++];
    AGREE(future == call.model->real, true);
    AGREE((int *)word - words, call.word);
    AGREE(future_done(future), true);
    running = call.model;
    for (int n = chance(3); n > 0; n--)
        operate();
}

static void complete(Model *model, int as, int error, long long value)
{
    model->state = as;
    model->error = error;
    model->value = value;
    model->is_retrieved = false;
    for (int i = 0; i < model->count; i++)
        push(model, model->list[i]);
    model->count = 0;
}

/* ---- Operations on one ---- */
static void add(Model *model)
{
    int word = chance(WORDS);
    if (model->count == LIST || tail + PLACES * LIST > QUEUE)
        return;
    AGREE(future_add_done_callback(model->real, called, &words[word]), 0);
    if (model->state == PENDING)
        model->list[model->count++] = word;
    else
        push(model, word);
}

static void take_out(Model *model)
{
    int word = chance(WORDS), left = 0;
    for (int i = 0; i < model->count; i++)
        if (model->list[i] != word)
            model->list[left++] = model->list[i];
    int removed = model->count - left;
    model->count = left;
    AGREE(future_remove_done_callback(model->real, called, &words[word]),
          removed);
}

static void set_result(Model *model)
{
    int value = chance(1000);
    AGREE(future_set_result(model->real, (Value){ .i = value }),
          model->state == PENDING ? 0 : E_INVALID_STATE);
    if (model->state == PENDING)
        complete(model, FINISHED, 0, value);
}

static void set_error(Model *model)
{
    int error = chance(4) > 0 ? EPIPE : 0, value = chance(1000);
    int wanted = model->state != PENDING ? E_INVALID_STATE
                                         : error == 0 ? E_VALUE : 0;
    AGREE(future_set_error(model->real, error, (Value){ .i = value }), wanted);
    if (wanted == 0)
        complete(model, FINISHED, error, value);
}

static void cancel(Model *model)
{
    AGREE(future_cancel_with(model->real, "m"), model->state == PENDING);
    if (model->state == PENDING)
        complete(model, CANCELLED, E_CANCELLED, 0);
    else
        model->is_retrieved = true;    /* whoever cancels does not care */
}

static void ask(Model *model)
{
    Value value = { .i = -1 };
    AGREE(future_result(model->real, &value),
          model->state == PENDING ? E_INVALID_STATE : model->error);
    if (model->state == FINISHED)
        AGREE(value.i, model->value);
    model->is_retrieved = model->state != PENDING;
}

static void retain(Model *model)
{
    AGREE(future_retain(model->real) == model->real, true);
    model->references++;
}

static void release(Model *model)
{
    Future *real = model->real;
    model->references--;
    bury_if_dead(model);
    future_release(real);
    AGREE(reports, wanted_reports);
}

static void check_state(Model *model)
{
    AGREE(future_done(model->real), model->state != PENDING);
    AGREE(future_cancelled(model->real), model->state == CANCELLED);
    AGREE(future_cancel_message(model->real) != NULL,
          model->state == CANCELLED);
}

/* ---- A random one ---- */
static void operate(void)
{
    static void (*const operations[])(Model *) = {
        add, add, add, take_out, set_result, set_error, cancel, ask,
        retain, release, release, check_state
    };
    Model *model = &models[chance(PLACES)];
    if (model->references > 0) {
        operations[chance(12)](model);
    } else if (model->real == NULL) {
        model->references = 1;
        model->real = future_new(loop);
        CHECK(model->real != NULL);
    }
}

static void turn(void)
{
    int end = tail;
    loop_stop(loop);
    AGREE(loop_run_forever(loop), 0);
    end_running();
    AGREE(head, end);
    AGREE(reports, wanted_reports);
    memmove(queue, queue + head, (tail - head) * sizeof *queue);
    tail -= head;
    head = 0;
}

/* ---- Playing ---- */
static void play(int steps, bool debug)
{
    loop = loop_new();
    loop_set_debug(loop, debug);
    loop_set_exception_handler(loop, see, NULL);
    for (step = 0; step < steps; step++) {
        operate();
        if (chance(8) == 0 || tail > QUEUE / 2)
            turn();
    }
    for (int i = 0; i < PLACES; i++)
        while (models[i].references > 0)
            release(&models[i]);
    for (int i = 0; i < PLACES; i++) {
        models[i].queued = 0;    /* the loop drops those calls */
        bury_if_dead(&models[i]);
    }
    loop_free(loop);
    AGREE(reports, wanted_reports);
    head = tail = reports = wanted_reports = 0;
}

TEST_LIMIT(60, random_operations_agree_with_the_model)    /* F1 F2 F3 D1 */
{
    unsetenv("WEFT_SHUFFLE");
    for (seed = 1; seed <= 300; seed++) {
        state = seed * 2654435761u;
        play(400, false);
    }
}

TEST_LIMIT(60, long_games_agree_with_the_model)    /* F1 F2 F3 D1 */
{
    unsetenv("WEFT_SHUFFLE");
    for (seed = 1001; seed <= 1004; seed++) {
        state = seed * 2654435761u;
        play(20000, false);
    }
}

TEST_LIMIT(60, in_debug_mode_too)    /* F1 F2 F3 D1 */
{
    unsetenv("WEFT_SHUFFLE");
    for (seed = 2001; seed <= 2050; seed++) {
        state = seed * 2654435761u;
        play(400, true);
    }
}
