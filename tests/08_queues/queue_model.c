/* Queues of each order against a model: random schedules of tasks that put,
 * get, join and finish, with and without a limit, are cancelled, and shut the
 * queue.  What comes out is what the model has next: none is lost, none comes
 * twice.  Nobody waits for what is there. */
#include "../07_sync/schedule.h"

#include "../../code/08_queues/queue.h"

enum { SCHEDULES = 2000, VALUES_MAX = 1000 };

/* ---- The model ---- */
enum { FIRST, LAST, SMALLEST };
enum { DOES, STEALS };    /* of an actor: the first is one of the next three */
enum { PUTS, GETS, JOINS };

static int order;
static Queue *queue;
static size_t maxsize;
static long long values[VALUES_MAX];    /* in the order in which they came */
static size_t value_count;
static long long made;        /* so many values: each has another number */
static size_t unfinished;
static unsigned finishes;     /* how often there were none left */
static int steals[2];         /* who did not wait went before who did */
static bool is_shut;

/* Many are equal. */
enum { PRIORITY = 1000 };

static int compare(Value a, Value b)
{
    long long one = a.i / PRIORITY, other = b.i / PRIORITY;
    return (one > other) - (one < other);
}

static void set_up(int size)
{
    static Queue *(*const makers[])(size_t) = { queue_new, lifo_queue_new };
    maxsize = (size_t)size;
    queue = order == SMALLEST ? priority_queue_new(maxsize, compare)
                              : makers[order](maxsize);
    demand(queue != NULL, "it cannot be made");
    value_count = unfinished = 0;
    made = 0;
    finishes = 0;
    steals[PUTS] = steals[GETS] = 0;
    is_shut = false;
}

static size_t next_one(void)
{
    size_t next = order == LAST ? value_count - 1 : 0;
    for (size_t i = 0; order == SMALLEST && i < value_count; i++)
        if (values[i] / PRIORITY < values[next] / PRIORITY)
            next = i;
    return next;
}

static bool is_full(void)
{
    return maxsize != 0 && value_count >= maxsize;
}

static void finish_model(size_t n)
{
    unfinished -= n;
    finishes += unfinished == 0;
}

/* ---- Who waits for what ---- */
static bool is_putter(Actor *actor)
{
    return waits(actor) && actor->state[DOES] == PUTS;
}

static bool is_getter(Actor *actor)
{
    return waits(actor) && actor->state[DOES] == GETS;
}

static bool is_joiner(Actor *actor)
{
    return waits(actor) && actor->state[DOES] == JOINS;
}

/* One that was woken and found nothing waits anew, behind the others: only
 * where nobody has stolen the order is certain. */
static bool is_first_putter(Actor *actor)
{
    return is_putter(actor) && actor->state[STEALS] == steals[PUTS];
}

static bool is_first_getter(Actor *actor)
{
    return is_getter(actor) && actor->state[STEALS] == steals[GETS];
}

static void begin_to(Actor *self, int what)
{
    self->state[DOES] = what;
    self->state[STEALS] = what != JOINS ? steals[what] : 0;
}

static void steal(Actor *self, int what)
{
    for (Actor *actor = actors; actor < actors + ACTORS; actor++)
        if (actor != self && actor->is_waiting && actor->state[DOES] == what) {
            steals[what]++;
            return;
        }
}

/* ---- Putting ---- */
static Value new_value(const Op *op)
{
    return (Value){ .i = made++ + op->n / 2 * PRIORITY };
}

static void put_model(Value value)
{
    demand(!is_shut, "it is shut, and takes a value");
    demand(!is_full(), "it holds more than its size");
    values[value_count++] = value.i;
    unfinished++;
    demand(queue_qsize(queue) == value_count, "queue_qsize() is wrong");
}

static int call_put(Actor *self, const Op *op)
{
    Value value = new_value(op);
    unsigned before = progress;
    begin_to(self, PUTS);
    int err = queue_put(queue, value);
    demand(err != E_QUEUE_SHUTDOWN || is_shut, "it is not shut");
    if (err != 0)
        return err;
    put_model(value);
    if (before == progress)
        steal(self, PUTS);
    else if (!is_shuffled)
        check_order(self, is_first_putter);
    return 0;
}

static void put_op(Actor *self, const Op *op)
{
    (void)wait_in(self, op, call_put);
}

static void put_nowait_op(Actor *self, const Op *op)
{
    Value value = new_value(op);
    int wanted = is_shut ? E_QUEUE_SHUTDOWN : is_full() ? E_QUEUE_FULL : 0;
    demand(queue_put_nowait(queue, value) == wanted,
           "queue_put_nowait() is wrong");
    if (wanted != 0)
        return;
    put_model(value);
    steal(self, PUTS);
}

/* ---- Getting ---- */
static void get_model(Value value)
{
    demand(value_count > 0, "a value came twice");
    size_t next = next_one();
    demand(value.i == values[next], "another value came");
    memmove(values + next, values + next + 1,
            (--value_count - next) * sizeof *values);
    demand(queue_qsize(queue) == value_count, "queue_qsize() is wrong");
}

static int call_get(Actor *self, const Op *op)
{
    Value value = { .i = -1 };
    unsigned before = progress;
    begin_to(self, GETS);
    int err = queue_get(queue, &value);
    demand(err == 0 || value.i == -1, "a value is lost");
    demand(err != E_QUEUE_SHUTDOWN || (is_shut && value_count == 0),
           "it is not shut, or not empty");
    if (err != 0)
        return err;
    get_model(value);
    if (before == progress)
        steal(self, GETS);
    else if (!is_shuffled)
        check_order(self, is_first_getter);
    return 0;
}

static void get_op(Actor *self, const Op *op)
{
    (void)wait_in(self, op, call_get);
}

static void get_nowait_op(Actor *self, const Op *op)
{
    Value value = { .i = -1 };
    int wanted = value_count > 0 ? 0
                 : is_shut       ? E_QUEUE_SHUTDOWN
                                 : E_QUEUE_EMPTY;
    demand(queue_get_nowait(queue, &value) == wanted,
           "queue_get_nowait() is wrong");
    if (wanted != 0)
        return;
    get_model(value);
    steal(self, GETS);
}

/* ---- Finishing ---- */
static void done_op(Actor *self, const Op *op)
{
    int wanted = unfinished == 0 ? E_VALUE : 0;
    demand(queue_task_done(queue) == wanted, "queue_task_done() is wrong");
    if (wanted == 0)
        finish_model(1);
}

static int call_join(Actor *self, const Op *op)
{
    unsigned before = finishes;
    bool was_finished = unfinished == 0;
    begin_to(self, JOINS);
    int err = queue_join(queue);
    demand(err != 0 || was_finished || finishes > before,
           "it went on before all was done");
    return err;
}

static void join_op(Actor *self, const Op *op)
{
    (void)wait_in(self, op, call_join);
}

static void shut(bool immediate)
{
    size_t n = value_count < unfinished ? value_count : unfinished;
    is_shut = true;
    queue_shutdown(queue, immediate);
    if (!immediate)
        return;
    value_count = 0;
    finish_model(n);
}

static void shut_op(Actor *self, const Op *op)
{
    shut(op->n % 2);
}

/* ---- The game ---- */
static void look(void)
{
    look_at_cancelled();
    demand(queue_qsize(queue) == value_count, "queue_qsize() is wrong");
    demand(queue_full(queue) == is_full(), "queue_full() is wrong");
    demand(queue_empty(queue) == (value_count == 0), "queue_empty() is wrong");
    demand((value_count == 0 && !is_shut) || first_who(is_getter) == NULL,
           "a value is there, and somebody waits for it");
    demand((is_full() && !is_shut) || first_who(is_putter) == NULL,
           "there is room, and somebody waits for it");
    demand(unfinished > 0 || first_who(is_joiner) == NULL,
           "all is done, and somebody waits for it");
}

static void stay(Actor *self)
{
}

static void let_go(void)
{
    shut(true);
    while (unfinished > 0)
        done_op(NULL, NULL);
}

static void clean_up(void)
{
    queue_free(queue);
}

static const OpKind ops[] = {
    { "put", put_op, 10 }, { "get", get_op, 10 },
    { "put_nowait", put_nowait_op, 2 }, { "get_nowait", get_nowait_op, 2 },
    { "task_done", done_op, 6 }, { "join", join_op, 2 },
    { "shutdown", shut_op, 1 }, COMMON_OPS
};

static const Game queue_game = { ops, set_up, look, stay, let_go, clean_up };

static void play_queue(int which, bool shuffled)
{
    order = which;
    play_schedules(&queue_game, SCHEDULES, shuffled);
}

TEST_LIMIT(60, a_queue_is_as_its_model)    /* Q1-Q6 Q8 Q9 */
{
    play_queue(FIRST, false);
}

TEST_LIMIT(60, a_queue_in_shuffled_turns_is_as_its_model)    /* Q1-Q6 Q8 Q9 */
{
    play_queue(FIRST, true);
}

TEST_LIMIT(60, a_lifo_queue_is_as_its_model)    /* Q1-Q6 Q8 Q9 */
{
    play_queue(LAST, false);
}

TEST_LIMIT(60, a_lifo_queue_in_shuffled_turns_is_as_its_model)
{
    play_queue(LAST, true);
}

TEST_LIMIT(60, a_priority_queue_is_as_its_model)    /* Q1-Q9 */
{
    play_queue(SMALLEST, false);
}

TEST_LIMIT(60, a_priority_queue_in_shuffled_turns_is_as_its_model)
{
    play_queue(SMALLEST, true);
}
