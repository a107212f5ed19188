/* Coroutines against a model: thousands of random operations, from outside and
 * from inside of other coroutines.  A failure prints its seed and its step. */
#include "coros.h"

/* ---- Chance ---- */
static uint32_t seed, state;
static int step;

/* From 0 to n - 1. */
static int chance(int n)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (int)(state % (uint32_t)n);
}

static void agree(int line, const char *what, intmax_t actual, intmax_t wanted)
{
    if (actual != wanted)
        printf("seed %u, step %d\n", (unsigned)seed, step);
    check_int(__FILE__, line, what, actual, wanted);
}
#define AGREE(actual, wanted) agree(__LINE__, #actual, (actual), (wanted))

/* ---- The model ---- */
enum { FREE, FRESH, WAITING, RUNNING, OVER };
enum { PLACES = 12, DEPTH = 8 };

typedef struct Model {
    Coro *real;
    int state, error;
    long long sum;       /* of all that it was sent */
    long long out;       /* what it yields next, or returns */
} Model;

static Model models[PLACES];
static Model *running[DEPTH];    /* each was resumed by the one before */
static int depth;

static Model *innermost(void)
{
    return depth > 0 ? running[depth - 1] : NULL;
}

/* ---- In the coroutine ---- */
static void operate(void);

static int act(void *arg, Value *result)
{
    Model *model = arg;
    long long sum = 0;    /* kept on the stack, as the model's is in memory */
    char text[40] = "";
    while (chance(6) > 0) {
        for (int n = chance(4); n > 0; n--)
            operate();
        AGREE(innermost() == model, true);
        AGREE(coro_current() == model->real, true);
        model->state = WAITING;
        model->out = chance(1000);
        sum += coro_yield(of(model->out)).i;
        snprintf(text, sizeof text, "%lld", sum);
        AGREE(strtoll(text, NULL, 10), model->sum);
    }
    AGREE(result->i, 0);
    model->state = OVER;
    model->error = chance(3);
    result->i = model->out = sum;
    return model->error;
}

/* ---- Operations on one, as the model has it ---- */
static void resume(Model *model)
{
    Value out = of(-1), in = of(chance(1000));
    if (model->state != FRESH && model->state != WAITING) {
        AGREE(coro_resume(model->real, in, &out), false);
        AGREE(out.i, -1);
        return;
    }
    if (depth == DEPTH)
        return;
    model->sum += model->state == WAITING ? in.i : 0;
    model->state = RUNNING;
    running[depth++] = model;
    bool has_yielded = coro_resume(model->real, in, &out);
    depth--;
    AGREE(has_yielded, model->state == WAITING);
    AGREE(out.i, has_yielded ? model->out : -1);
}

static void ask(Model *model)
{
    Value result = of(-1);
    bool is_over = model->state == OVER;
    AGREE(coro_done(model->real), is_over);
    AGREE(coro_result(model->real, &result),
          is_over ? model->error : E_INVALID_STATE);
    AGREE(result.i, is_over ? model->out : -1);
}

static void give_up(Model *model)
{
    coro_free(model->real);
    if (model->state != RUNNING)
        model->state = FREE;
}

static void make(Model *model)
{
    model->real = coro_new(act, model, chance(4) > 0 ? 65536 : 0);
    CHECK(model->real != NULL);
    for (int i = 0; i < PLACES; i++)
        AGREE(&models[i] != model && models[i].state != FREE &&
              models[i].real == model->real, false);
    model->state = FRESH;
    model->sum = 0;
}

/* ---- A random one ---- */
static void operate(void)
{
    Model *model = &models[chance(PLACES)];
    step++;
    AGREE(coro_current() == (depth > 0 ? innermost()->real : NULL), true);
    if (model->state == FREE)
        make(model);
    else if (chance(8) == 0)
        give_up(model);
    else if (chance(4) == 0)
        ask(model);
    else
        resume(model);
}

static void play(int steps)
{
    step = 0;
    while (step < steps) {
        operate();
        AGREE(depth, 0);
    }
    for (int i = 0; i < PLACES; i++)
        if (models[i].state != FREE)
            give_up(&models[i]);
}

TEST_LIMIT(60, random_operations_agree_with_the_model)
{
    for (seed = 1; seed <= (uint32_t)many(100); seed++) {
        state = seed * 2654435761u;
        play(500);
    }
}

static void *play_here(void *arg)
{
    play(2000);
    return NULL;
}

TEST_LIMIT(60, in_thread_after_thread_too)    /* on inherited stacks */
{
    for (seed = 1001; seed <= 1000u + (unsigned)many(20); seed++) {
        state = seed * 2654435761u;
        in_thread(play_here, NULL);
    }
}
