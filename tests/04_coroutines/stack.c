/* The stacks themselves: sizes, guards, pools, and what threads inherit. */
#include <sys/resource.h>

#include "../../code/04_coroutines/stack.h"
#include "coros.h"

enum { BLOCK = 200, KIB = 1024 };

/* ---- Helpers ---- */
static Stack *take(size_t size)
{
    Stack *stack = stack_take(size, BLOCK);
    CHECK(stack != NULL);
    return stack;
}

/* The system tells, and nobody is hurt. */
static bool is_there(const char *address)
{
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    VALGRIND_DISABLE_ERROR_REPORTING;
    bool is = write(ends[1], address, 1) == 1;
    CHECK(is || errno == EFAULT);
    VALGRIND_ENABLE_ERROR_REPORTING;
    close(ends[0]);
    close(ends[1]);
    return is;
}

static void give_all(Stack **stacks, int n)
{
    for (int i = 0; i < n; i++)
        stack_give(stacks[i]);
}

/* ---- Sizes ---- */
static size_t size_for(size_t size)
{
    Stack *stack = take(size);
    size_t has = stack->size;
    stack_give(stack);
    return has;
}

TEST(a_page_is_the_system_s)
{
    CHECK_INT(stack_page(), sysconf(_SC_PAGESIZE));
    CHECK_INT(stack_page(), sysconf(_SC_PAGESIZE));
}

TEST(sizes_are_rounded_up_to_powers_of_two)
{
    CHECK_INT(size_for(1), 16 * KIB);
    CHECK_INT(size_for(16 * KIB), 16 * KIB);
    CHECK_INT(size_for(16 * KIB + 1), 32 * KIB);
    CHECK_INT(size_for(100000), 128 * KIB);
    CHECK_INT(size_for(256 * KIB), 256 * KIB);
    CHECK_INT(size_for(256 * KIB + 1), 512 * KIB);
    CHECK_INT(size_for(8 * KIB * KIB), 8 * KIB * KIB);
    CHECK_INT(size_for(16 * KIB * KIB), 16 * KIB * KIB);
    CHECK_INT(size_for(40 * KIB * KIB), 64 * KIB * KIB);
}

TEST(the_default_is_256_KiB)
{
    CHECK_INT(size_for(0), 256 * KIB);
}

/* ---- The block ---- */
TEST(the_block_lies_at_the_top)
{
    size_t sizes[] = { 0, 1, 50000, 3 * KIB * KIB };
    for (int i = 0; i < 4; i++) {
        Stack *stack = take(sizes[i]);
        char *block = (char *)stack, *end = stack->low + stack->size;
        CHECK(block + BLOCK <= end);
        CHECK(block + BLOCK + 64 > end);
        CHECK_INT((uintptr_t)block % 64, 0);
        CHECK_INT((uintptr_t)stack->low % stack_page(), 0);
        stack_give(stack);
    }
}

TEST(a_fresh_block_is_zeroed_but_for_its_stack)
{
    for (int i = 0; i < 100; i++) {
        const char *block = (const char *)take(16 * KIB);
        for (size_t at = sizeof(Stack); at < BLOCK; at++)
            CHECK_INT(block[at], 0);
    }
}

TEST(a_used_block_is_as_it_was_left)
{
    Stack *stack = take(0);
    char *low = stack->low;
    memset((char *)stack + sizeof *stack, 'x', BLOCK - sizeof *stack);
    stack->name = "name";
    stack->number = 12;
    stack_give(stack);
    CHECK_PTR(take(0), stack);
    CHECK_PTR(stack->low, low);
    CHECK_INT(stack->size, 256 * KIB);
    CHECK_PTR(stack->name, NULL);
    CHECK_INT(stack->number, 0);
    for (size_t at = sizeof *stack; at < BLOCK; at++)
        CHECK_INT(((char *)stack)[at], 'x');
    stack_give(stack);
}

/* ---- Guards ---- */
static void check_guard(const Stack *stack)
{
    const char *end = stack->low + stack->size;
    CHECK(is_there(stack->low));
    CHECK(is_there(stack->low + stack->size / 2));
    CHECK(is_there(end - 1));
    CHECK(!is_there(stack->low - 1));
    CHECK(!is_there(stack->low - stack_page() / 2));
    CHECK(!is_there(stack->low - stack_page()));
}

TEST(a_guard_lies_below_each)
{
    size_t sizes[] = { 0, 1, 50000, 3 * KIB * KIB, 30 * KIB * KIB };
    for (int i = 0; i < 5; i++) {
        Stack *stacks[5];
        for (int n = 0; n < 5; n++)
            check_guard(stacks[n] = take(sizes[i]));
        give_all(stacks, 5);
        for (int n = 0; n < 5; n++)
            check_guard(stacks[n]);
    }
}

static int compare(const void *a, const void *b)
{
    const Stack *one = *(Stack *const *)a, *other = *(Stack *const *)b;
    return one->low < other->low ? -1 : one->low > other->low;
}

TEST(between_neighbours_lies_a_guard)    /* and they share nothing */
{
    enum { N = 40 };
    Stack *stacks[N];
    int neighbours = 0;
    for (int i = 0; i < N; i++)
        stacks[i] = take(i % 2 ? 16 * KIB : 0);
    qsort(stacks, N, sizeof *stacks, compare);
    for (int i = 1; i < N; i++) {
        char *end = stacks[i - 1]->low + stacks[i - 1]->size;
        CHECK(stacks[i]->low - end >= (ptrdiff_t)stack_page());
        if (stacks[i]->low == end + stack_page()) {
            neighbours++;
            CHECK(!is_there(end));
            CHECK(!is_there(end + stack_page() - 1));
        }
    }
    CHECK(neighbours > 0);
    give_all(stacks, N);
}

TEST(all_of_a_stack_can_be_used)
{
    Stack *stacks[3];
    for (int i = 0; i < 3; i++) {
        stacks[i] = take(0);
        memset(stacks[i]->low, 'a' + i,
               (size_t)((char *)stacks[i] - stacks[i]->low));
    }
    for (int i = 0; i < 3; i++)
        for (const char *at = stacks[i]->low; at < (char *)stacks[i]; at++)
            CHECK_INT(*at, 'a' + i);
    give_all(stacks, 3);
}

/* ---- Pools ---- */
TEST(the_last_one_given_is_the_next_one_taken)
{
    Stack *first = take(0), *second = take(0), *third = take(0);
    CHECK(first != second && second != third && first != third);
    stack_give(first);
    stack_give(third);
    stack_give(second);
    CHECK_PTR(take(0), second);
    CHECK_PTR(take(0), third);
    CHECK_PTR(take(0), first);
    Stack *fourth = take(0);
    CHECK(fourth != first && fourth != second && fourth != third);
}

TEST(each_size_has_its_pool)
{
    Stack *small = take(16 * KIB), *large = take(0);
    stack_give(small);
    stack_give(large);
    CHECK_PTR(take(200 * KIB), large);
    CHECK_PTR(take(10), small);
    Stack *medium = take(32 * KIB);
    CHECK(medium != small && medium != large);
}

TEST(many_slabs_follow_each_other)    /* 16 MiB each */
{
    enum { N = 200 };
    static Stack *stacks[N];
    for (int i = 0; i < N; i++) {
        stacks[i] = take(1 * KIB * KIB);
        *stacks[i]->low = 1;
    }
    qsort(stacks, N, sizeof *stacks, compare);
    for (int i = 1; i < N; i++)
        CHECK(stacks[i]->low >= stacks[i - 1]->low + stacks[i - 1]->size +
                                (ptrdiff_t)stack_page());
    give_all(stacks, N);
}

/* ---- How much was used ---- */
static int use(void *arg, Value *result)
{
    char frame[100 * KIB];
    size_t size = *(size_t *)arg;
    memset(frame + sizeof frame - size, 1, size);
    coro_yield((Value){ .p = frame });
    return frame[sizeof frame - 1] == 0;
}

static int use_little(void *arg, Value *result)
{
    coro_yield(of(0));
    return 0;
}

TEST(a_stack_knows_how_much_of_it_was_used)
{
    size_t size = 100 * KIB;
    Coro *coro = new_coro(use, &size), *little = new_coro(use_little, NULL);
    CHECK(coro_stack_used(coro) > 0);
    CHECK(coro_stack_used(coro) < 100 * KIB);
    send(coro, 0);
    send(little, 0);
    CHECK(coro_stack_used(coro) >= 100 * KIB);
    CHECK(coro_stack_used(coro) < 200 * KIB);
    CHECK(coro_stack_used(little) < 100 * KIB);
    finish(coro);
    CHECK(coro_stack_used(coro) >= 100 * KIB);
    CHECK(coro_stack_used(coro) < 200 * KIB);
    coro_free(coro);
    coro_free(little);
}

TEST(what_a_predecessor_used_counts)
{
    size_t size = 100 * KIB;
    Coro *coro = new_coro(use, &size), *first = coro;
    send(coro, 0);
    coro_free(coro);
    coro = new_coro(use_little, NULL);
    CHECK_PTR(coro, first);
    send(coro, 0);
    CHECK(coro_stack_used(coro) >= 100 * KIB);
    coro_free(coro);
}

static int ask_itself(void *arg, Value *result)
{
    char frame[20 * KIB];
    memset(frame, 1, sizeof frame);
    coro_yield((Value){ .p = frame });
    result->i = (long long)coro_stack_used(coro_current());
    return frame[0] != 1;
}

TEST(one_that_runs_can_be_asked)
{
    Coro *coro = new_coro(ask_itself, NULL);
    send(coro, 0);
    finish(coro);
    CHECK(result_of(coro) >= 20 * KIB);
    CHECK(result_of(coro) <= 256 * KIB);
    coro_free(coro);
}

/* ---- No room ---- */
TEST(absurd_sizes_are_refused)
{
    size_t sizes[] = {
        SIZE_MAX, SIZE_MAX - 4095, SIZE_MAX / 2 + 1, SIZE_MAX / 2,
        SIZE_MAX / 4 + 1, SIZE_MAX / 4
    };
    for (int i = 0; i < 6; i++) {
        errno = 0;
        CHECK_PTR(stack_take(sizes[i], BLOCK), NULL);
        CHECK_INT(errno, ENOMEM);
    }
    check_guard(take(0));
}

static void limit_memory(size_t bytes)
{
    struct rlimit limit = { bytes, bytes };
#if defined HAS_ASAN || defined HAS_TSAN
    SKIP("a sanitizer needs more room than the limit");
#endif
    if (on_valgrind())
        SKIP("valgrind needs more room than the limit");
    CHECK_INT(setrlimit(RLIMIT_AS, &limit), 0);
}

TEST(what_room_there_is_can_be_used)
{
    enum { MOST = 200 };
    static Stack *stacks[MOST];
    int n = 0;
    limit_memory(100 * KIB * KIB);
    errno = 0;
    while (n < MOST && (stacks[n] = stack_take(KIB * KIB, BLOCK)) != NULL)
        check_guard(stacks[n++]);
    if (n == MOST)
        SKIP("the system does not keep the limit");
    CHECK_INT(errno, ENOMEM);
    CHECK(n > 50);
    CHECK_PTR(malloc(2 * KIB * KIB), NULL);    /* it tried less than a slab */
    CHECK_PTR(stack_take(32 * KIB * KIB, BLOCK), NULL);
    CHECK_PTR(coro_new(use_little, NULL, KIB * KIB), NULL);
    stack_give(stacks[n / 2]);
    CHECK_PTR(take(KIB * KIB), stacks[n / 2]);
    give_all(stacks, n);
    for (int i = 0; i < n; i++)
        take(KIB * KIB);
    CHECK_PTR(stack_take(KIB * KIB, BLOCK), NULL);
}

TEST(a_first_one_without_room_is_refused)
{
    limit_memory(4096);    /* less than there is already */
    errno = 0;
    if (coro_new(use_little, NULL, 0) != NULL)
        SKIP("the system does not keep the limit");
    CHECK_INT(errno, ENOMEM);
    errno = 0;
    CHECK_PTR(coro_new(use_little, NULL, 0), NULL);
    CHECK_INT(errno, ENOMEM);
}

/* ---- What threads inherit ---- */
enum { HEIRLOOMS = 5 };

static void *take_and_give(void *stacks)
{
    Stack **taken = stacks;
    for (int i = 0; i < HEIRLOOMS; i++)
        taken[i] = take(i < 2 ? 16 * KIB : 0);
    give_all(taken, HEIRLOOMS);
    return NULL;
}

TEST(a_thread_that_ends_leaves_its_stacks)
{
    Stack *first[HEIRLOOMS], *second[HEIRLOOMS];
    in_thread(take_and_give, first);
    for (int i = 0; i < HEIRLOOMS; i++)
        check_guard(first[i]);
    take_and_give(second);
    qsort(first, HEIRLOOMS, sizeof *first, compare);
    qsort(second, HEIRLOOMS, sizeof *second, compare);
    for (int i = 0; i < HEIRLOOMS; i++)
        CHECK_PTR(second[i], first[i]);
}

static void *take_one(void *stack)
{
    Stack **taken = stack;
    *taken = take(0);
    memset((*taken)->low, 'x', (size_t)((char *)*taken - (*taken)->low));
    return NULL;
}

TEST(what_is_in_use_stays_when_its_thread_ends)
{
    Stack *kept, *others[10];
    in_thread(take_one, &kept);
    for (int i = 0; i < 10; i++) {
        others[i] = take(0);
        CHECK(others[i] != kept);
        memset(others[i]->low, 'y', 1000);
    }
    for (const char *at = kept->low; at < (const char *)kept; at++)
        CHECK_INT(*at, 'x');
    check_guard(kept);
    stack_give(kept);
    CHECK_PTR(take(0), kept);
    give_all(others, 10);
}

TEST(a_stack_may_be_given_by_another_thread)
{
    Stack *stack;
    in_thread(take_one, &stack);
    stack_give(stack);
    CHECK_PTR(take(0), stack);
}

/* ---- Threads that come and go ---- */
static void *use_coroutine(void *where)
{
    Coro *coro = new_coro(use_little, NULL);
    send(coro, 0);
    finish(coro);
    *(Coro **)where = coro;
    coro_free(coro);
    return NULL;
}

/* In pages; -1: nobody knows. */
static long mapped(void)
{
    long pages = -1;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL)
        return -1;
    if (fscanf(file, "%ld", &pages) != 1)
        pages = -1;
    fclose(file);
    return pages;
}

TEST_LIMIT(60, a_thousand_threads_lose_no_memory)
{
    int n = many(1000);
    Coro *first, *coro;
    for (int i = 0; i < 10; i++)
        in_thread(use_coroutine, &first);
    long before = mapped();
    for (int i = 0; i < n; i++) {
        in_thread(use_coroutine, &coro);
        CHECK_PTR(coro, first);
    }
    /* A page a thread would be too many. */
    CHECK(mapped() - before < n);
}

TEST_LIMIT(60, of_a_slab_a_thread_leaves_what_it_used)
{
    enum { THREADS = 20 };
    Stack *stacks[THREADS];
    in_thread(take_one, &stacks[0]);
    long before = mapped();
    for (int i = 1; i < THREADS; i++)
        in_thread(take_one, &stacks[i]);    /* none to inherit */
    CHECK(mapped() - before < THREADS * 4L * KIB * KIB / (long)stack_page());
    give_all(stacks, THREADS);
}

static void *use_all_sizes(void *arg)
{
    Stack *stacks[10];
    for (int n = 0; n < 10; n++)
        stacks[n] = take((size_t)1 << (n + 14));
    give_all(stacks, 10);
    return NULL;
}

TEST_LIMIT(60, threads_at_once_lose_no_memory)
{
    enum { THREADS = 4 };
    pthread_t ids[THREADS];
    long before = 0;
    for (int round = 0; round < 30; round++) {
        if (round == 10)
            before = mapped();
        for (int i = 0; i < THREADS; i++)
            CHECK_INT(pthread_create(&ids[i], NULL, use_all_sizes, NULL), 0);
        for (int i = 0; i < THREADS; i++)
            CHECK_INT(pthread_join(ids[i], NULL), 0);
    }
    /* At most all four at once use stacks of their own. */
    CHECK(mapped() - before < 4L * 64 * KIB * KIB / (long)stack_page());
}
