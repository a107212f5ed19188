/* The three orders, wherever the ring or the heap stands, and as it grows and
 * shrinks. */
#include "queues.h"

#include "../../code/08_queues/queue_inside.h"

/* ---- First in, first out ---- */
/* At each offset of the ring, each count up to three rings. */
TEST(first_in_first_out_at_every_offset)
{
    for (int offset = 0; offset < 16; offset++)
        for (int count = 0; count <= 48; count++) {
            Queue *queue = new_queue(0);
            for (int i = 0; i < offset; i++) {
                put_now(queue, -2);
                get_now(queue, -2);
            }
            put_numbers(queue, 1, count);
            CHECK_INT(queue_qsize(queue), count);
            for (int i = 1; i <= count; i++)
                get_now(queue, i);
            CHECK(queue_empty(queue));
            queue_free(queue);
        }
}

TEST(a_ring_that_never_empties_goes_round)
{
    Queue *queue = new_queue(10);
    put_numbers(queue, 1, 10);
    for (int i = 1; i <= 1000; i++) {
        get_now(queue, i);
        put_now(queue, i + 10);
        CHECK(queue_full(queue));
    }
    CHECK_INT(queue->capacity, 16);
    queue_free(queue);
}

/* ---- Last in, first out ---- */
TEST(last_in_first_out)
{
    Queue *queue = lifo_queue_new(0);
    CHECK(queue != NULL);
    put_numbers(queue, 1, 100);
    for (int i = 100; i > 50; i--)
        get_now(queue, i);
    put_numbers(queue, 200, 230);
    for (int i = 230; i >= 200; i--)
        get_now(queue, i);
    for (int i = 50; i > 0; i--)
        get_now(queue, i);
    CHECK_INT(queue_get_nowait(queue, NULL), E_QUEUE_EMPTY);
    queue_free(queue);
}

TEST(each_order_keeps_to_its_size)    /* Q1 Q2 */
{
    Queue *queues[] = { queue_new(3), lifo_queue_new(3),
                        priority_queue_new(3, NULL) };
    for (int i = 0; i < 3; i++) {
        CHECK_INT(queue_maxsize(queues[i]), 3);
        put_numbers(queues[i], 1, 3);
        CHECK(queue_full(queues[i]));
        CHECK_INT(queue_put_nowait(queues[i], seven), E_QUEUE_FULL);
        get_now(queues[i], i == 1 ? 3 : 1);
        queue_free(queues[i]);
    }
}

/* ---- Smallest first ---- */
static uint32_t chances = 1;

static int chance(int n)
{
    chances ^= chances << 13;
    chances ^= chances >> 17;
    chances ^= chances << 5;
    return (int)(chances % (uint32_t)n);
}

TEST(the_smallest_first)    /* Q7 */
{
    Queue *queue = priority_queue_new(0, NULL);
    long long last = -1000;
    Value value;
    for (int i = 0; i < 500; i++)
        put_now(queue, chance(1000) - 500);
    for (int i = 0; i < 500; i++) {
        CHECK_INT(queue_get_nowait(queue, &value), 0);
        CHECK(value.i >= last);
        last = value.i;
    }
    queue_free(queue);
}

TEST(the_extremes_compare_without_overflow)
{
    Queue *queue = priority_queue_new(0, NULL);
    put_now(queue, LLONG_MAX);
    put_now(queue, LLONG_MIN);
    put_now(queue, 0);
    get_now(queue, LLONG_MIN);
    get_now(queue, 0);
    get_now(queue, LLONG_MAX);
    queue_free(queue);
}

/* By the hundreds only, and backwards. */
static int compare_hundreds(Value a, Value b)
{
    return (b.i / 100 > a.i / 100) - (b.i / 100 < a.i / 100);
}

TEST(equal_ones_first_in_first_out)
{
    Queue *queue = priority_queue_new(0, compare_hundreds);
    for (int i = 0; i < 50; i++)
        for (int hundred = 0; hundred < 5; hundred++)
            put_now(queue, 100 * hundred + i);
    for (int hundred = 4; hundred >= 0; hundred--)
        for (int i = 0; i < 50; i++)
            get_now(queue, 100 * hundred + i);
    queue_free(queue);
}

TEST(equal_ones_keep_their_order_while_others_go)
{
    Queue *queue = priority_queue_new(0, compare_hundreds);
    for (int round = 0; round < 40; round++) {
        put_now(queue, round);
        put_now(queue, 100);
        put_now(queue, 900);
        get_now(queue, 900);
        get_now(queue, 100);
    }
    for (int i = 0; i < 40; i++)
        get_now(queue, i);
    queue_free(queue);
}

/* ---- When it runs ---- */
static int get_the_best(void *arg, Value *result)
{
    Queue *queue = priority_queue_new(0, NULL);
    let_wait(1, wait_get, queue);
    put_now(queue, 5);    /* wakes it */
    put_now(queue, 1);    /* and this is better */
    end_ones("a");
    GOT(1);
    queue_free(queue);
    queue = lifo_queue_new(0);
    let_wait(2, wait_get, queue);
    put_numbers(queue, 1, 3);
    end_ones("a b");
    GOT(3, 2);
    queue_free(queue);
    return 0;
}

TEST(a_get_takes_what_is_best_when_it_runs)    /* Q7 */
{
    play(get_the_best, NULL);
}

/* ---- Growing and shrinking ---- */
static Queue *new_of(int order)
{
    return order == 0   ? queue_new(0)
           : order == 1 ? lifo_queue_new(0)
                        : priority_queue_new(0, NULL);
}

TEST(after_a_flood_the_memory_goes_back)
{
    for (int order = 0; order < 3; order++) {
        Queue *queue = new_of(order);
        put_numbers(queue, 1, 10000);
        CHECK(queue->capacity >= 10000 && queue->capacity < 20000);
        for (int i = 1; i <= 9990; i++)
            get_now(queue, order == 1 ? 10001 - i : i);
        CHECK(queue->capacity <= 64);
        for (int i = 9991; i <= 10000; i++)
            get_now(queue, order == 1 ? 10001 - i : i);
        CHECK(queue->capacity >= 16);
        queue_free(queue);
    }
}

/* Up and down: what is in it is the same, wherever it is cut. */
TEST(waves_lose_nothing)
{
    Queue *queue = new_queue(0);
    long long in = 0, out = 0;
    for (int wave = 1; wave <= 200; wave++) {
        for (int i = chance(700); i > 0; i--)
            put_now(queue, in++);
        for (int i = chance(900); i > 0 && out < in; i--)
            get_now(queue, out++);
        CHECK_INT(queue_qsize(queue), in - out);
        CHECK(queue->capacity >= queue->count);
        CHECK_INT(queue->capacity & (queue->capacity - 1), 0);
    }
    queue_free(queue);
}

/* Where the count goes to and fro, it is not moved each time. */
TEST(at_the_edge_it_does_not_move_to_and_fro)
{
    Queue *queue = new_queue(0);
    put_numbers(queue, 1, 16);
    int moves = 0;
    void *memory = queue->memory;
    for (int i = 1; i <= 100; i++) {
        put_now(queue, 16 + i);
        get_now(queue, i);
        moves += queue->memory != memory;
        memory = queue->memory;
    }
    CHECK_INT(moves, 1);
    queue_free(queue);
}
