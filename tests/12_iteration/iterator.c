/* Asynchronous iterators: over what there is, of one's own, and collected. */
#include "generators.h"

#include "../../code/12_iteration/iterator.h"

/* ---- Of one's own ---- */
typedef struct Countdown {
    int left;
    int error;    /* at 0, in place of the end */
} Countdown;

static SUSPENDS int next_down(void *self, Value *value)
{
    Countdown *countdown = self;
    int err = async_sleep(1);
    if (err == 0 && countdown->left == 0)
        err = countdown->error != 0 ? countdown->error : E_STOP_ITERATION;
    if (err != 0)
        return err;
    *value = number(countdown->left--);
    return 0;
}

static int iterate(void *arg, Value *result)
{
    Countdown countdown = { 3, 0 };
    AsyncIterator it = async_iter(next_down, &countdown);
    CHECK_PTR(it.self, &countdown);
    CHECK(it.next == next_down);
    Value value = nothing;
    int err, wanted = 3;
    while ((err = async_next(it, &value)) == 0)
        CHECK_INT(value.i, wanted--);
    CHECK_INT(err, E_STOP_ITERATION);
    CHECK_INT(wanted, 0);
    CHECK_DOUBLE(now(), 4, 0);
    CHECK_INT(async_next(it, NULL), E_STOP_ITERATION);
    countdown.left = 1;
    CHECK_INT(async_next(it, NULL), 0);    /* nobody wants the value */
    CHECK_INT(countdown.left, 0);
    return 0;
}

TEST(one_of_our_own_is_asked_until_it_ends)    /* AG2 */
{
    play(iterate, NULL);
}

/* ---- Collecting ---- */
static int collect_some(void *arg, Value *result)
{
    static const int counts[] = { 0, 1, 7, 8, 9, 1000 };
    for (int i = 0; i < 6; i++) {
        Countdown countdown = { counts[i], 0 };
        Value *items = NULL;
        size_t n = 77;
        CHECK_INT(async_collect(async_iter(next_down, &countdown), &items, &n),
                  0);
        CHECK_INT(n, counts[i]);
        for (int k = 0; k < counts[i]; k++)
            CHECK_INT(items[k].i, counts[i] - k);
        free(items);
    }
    return 0;
}

TEST(all_is_collected_be_it_nothing_or_a_thousand)
{
    play(collect_some, NULL);
}

static int collect_until_error(void *arg, Value *result)
{
    static const int errors[] = { EPIPE, E_RUNTIME, E_CANCELLED };
    for (int i = 0; i < 3; i++) {
        Countdown countdown = { 20, errors[i] };
        Value *items = NULL;
        size_t n = 77;
        CHECK_INT(async_collect(async_iter(next_down, &countdown), &items, &n),
                  errors[i]);
        CHECK_PTR(items, NULL);
        CHECK_INT(n, 0);
        free(items);
    }
    return 0;
}

TEST(with_an_error_all_before_it_is_lost)
{
    play(collect_until_error, NULL);
}

static int collect_ten(void *arg, Value *result)
{
    Countdown countdown = { 10, 0 };
    Value *items = NULL;
    size_t n = 0;
    int err = async_collect(async_iter(next_down, &countdown), &items, &n);
    CHECK_PTR(items, NULL);
    CHECK_INT(countdown.left, 5);
    return err;
}

static int cancel_collecting(void *arg, Value *result)
{
    Task *task = begin(collect_ten, NULL);
    rest(5.5);
    CHECK(task_cancel(task));
    CHECK_INT(task_join(task, NULL), E_CANCELLED);
    return 0;
}

TEST(who_collects_can_be_cancelled)
{
    play(cancel_collecting, NULL);
}

/* ---- A generator ---- */
static int iterate_generator(void *arg, Value *result)
{
    Numbers numbers = { .count = 9, .delay = 1, .name = "in", .ends = KEEP };
    AsyncGenerator *generator = new_count(&numbers);
    AsyncIterator it = async_generator_iter(generator);
    Value value = nothing;
    while (async_next(it, &value) == 0 && value.i < 3)
        continue;
    CHECK_INT(value.i, 3);
    check_story("");    /* a break closes nothing */
    CHECK_INT(async_next(it, &value), 0);
    CHECK_INT(value.i, 4);
    CHECK_INT(async_generator_aclose(generator), 0);
    check_story("in out");
    CHECK_INT(async_next(it, &value), E_STOP_ITERATION);
    async_generator_free(generator);
    return 0;
}

TEST(to_break_out_does_not_close_the_generator)    /* AG1 */
{
    play(iterate_generator, NULL);
}

static int collect_generator(void *arg, Value *result)
{
    Numbers numbers = { .count = 5, .error = *(int *)arg };
    AsyncGenerator *generator = new_count(&numbers);
    Value *items;
    size_t n;
    int err = async_collect(async_generator_iter(generator), &items, &n);
    CHECK_INT(n, err == 0 ? 5 : 0);
    for (size_t i = 0; i < n; i++)
        CHECK_INT(items[i].i, i + 1);
    free(items);
    async_generator_free(generator);
    return err;
}

TEST(a_generator_is_collected)
{
    static const int errors[][2] = { { 0, 0 }, { EPIPE, EPIPE },
                                     { E_STOP_ITERATION, E_RUNTIME } };
    for (int i = 0; i < 3; i++) {
        int error = errors[i][0];
        Loop *loop = ordered_loop();
        CHECK_INT(run(loop, collect_generator, &error), errors[i][1]);
        loop_free(loop);
    }
}

/* ---- Lines ---- */
static StreamReader *new_reader(size_t limit)
{
    StreamReader *reader = reader_new(limit);
    CHECK(reader != NULL);
    return reader;
}

static void feed(StreamReader *reader, const char *text)
{
    CHECK_INT(reader_feed_data(reader, text, strlen(text)), 0);
}

static void check_line(AsyncIterator lines, const char *wanted)
{
    Value line = nothing;
    CHECK_INT(async_next(lines, &line), 0);
    CHECK_STR(line.s, wanted);
}

static void check_no_line(AsyncIterator lines, int error)
{
    Value line = nothing;
    CHECK_INT(async_next(lines, &line), error);
}

static int feed_slowly(void *reader, Value *result)
{
    static const char *const parts[] = { "o", "ne\ntw", "o\n\n", "three" };
    for (int i = 0; i < 4; i++) {
        rest(1);
        feed(reader, parts[i]);
    }
    rest(1);
    reader_feed_eof(reader);
    return 0;
}

static int iterate_lines(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    AsyncIterator lines = reader_lines(reader);
    Task *task = begin(feed_slowly, reader);
    check_line(lines, "one\n");
    CHECK_DOUBLE(now(), 2, 0);
    check_line(lines, "two\n");
    check_line(lines, "\n");    /* an empty line is no end */
    check_line(lines, "three");
    CHECK_DOUBLE(now(), 5, 0);
    check_no_line(lines, E_STOP_ITERATION);
    check_no_line(lines, E_STOP_ITERATION);
    reader_free(reader);
    return task_join(task, NULL);
}

TEST(lines_come_as_they_are_also_the_last_without_its_end)
{
    play(iterate_lines, NULL);
}

static int iterate_nothing(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    reader_feed_eof(reader);
    check_no_line(reader_lines(reader), E_STOP_ITERATION);
    reader_free(reader);
    return 0;
}

TEST(a_stream_without_a_byte_has_no_line)
{
    play(iterate_nothing, NULL);
}

static int iterate_until_error(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    AsyncIterator lines = reader_lines(reader);
    feed(reader, "one\ntwo\n");
    check_line(lines, "one\n");
    reader_set_error(reader, ECONNRESET);
    check_line(lines, "two\n");
    check_no_line(lines, ECONNRESET);
    check_no_line(lines, ECONNRESET);
    reader_free(reader);
    return 0;
}

TEST(a_connection_that_fails_is_no_end)
{
    play(iterate_until_error, NULL);
}

static int iterate_long_lines(void *arg, Value *result)
{
    StreamReader *reader = new_reader(8);
    AsyncIterator lines = reader_lines(reader);
    feed(reader, "short\nfar too long\nshort\n");
    reader_feed_eof(reader);
    check_line(lines, "short\n");
    check_no_line(lines, E_VALUE);
    check_line(lines, "short\n");    /* it was dropped */
    check_no_line(lines, E_STOP_ITERATION);
    reader_free(reader);
    return 0;
}

TEST(a_line_that_is_too_long_is_dropped)
{
    play(iterate_long_lines, NULL);
}

static int iterate_with_nul(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    AsyncIterator lines = reader_lines(reader);
    CHECK_INT(reader_feed_data(reader, "a\0b\nc\n", 6), 0);
    reader_feed_eof(reader);
    check_line(lines, "a");
    check_line(lines, "c\n");
    check_no_line(lines, E_STOP_ITERATION);
    reader_free(reader);
    return 0;
}

TEST(a_line_ends_at_its_nul_for_who_reads_a_string)
{
    play(iterate_with_nul, NULL);
}

/* ---- Queues ---- */
static int sum_items(void *queue, Value *result)
{
    Value value;
    int err;
    while ((err = async_next(queue_items(queue), &value)) == 0)
        result->i += value.i;
    CHECK_INT(err, E_STOP_ITERATION);
    return 0;
}

static int empty_queue(void *arg, Value *result)
{
    bool immediate = *(bool *)arg;
    Queue *queue = queue_new(0);
    Value sum = nothing;
    Task *task = begin(sum_items, queue);
    pause_turns(1);
    for (int i = 1; i <= 4; i++) {
        CHECK_INT(queue_put(queue, number(i)), 0);
        if (i == 2)
            pause_turns(3);
    }
    queue_shutdown(queue, immediate);
    CHECK_INT(task_join(task, &sum), 0);
    CHECK_INT(sum.i, immediate ? 3 : 10);
    CHECK_INT(sum_items(queue, &sum), 0);
    queue_free(queue);
    return 0;
}

TEST(a_queue_ends_when_it_is_shut_down)    /* Q9 */
{
    for (int i = 0; i < 2; i++)
        play(empty_queue, &(bool){ i == 1 });
}
