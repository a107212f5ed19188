/* Lines, and what ends with a separator: wherever the pieces break; at the
 * limit, one above and one below; and the bytes that the caller sees. */
#include "streams.h"

/* ---- Helpers ---- */
/* What one call returns. */
typedef struct Case {
    size_t limit;
    const char *separator, *data;
    int err;
    const char *wanted;       /* what is read; or what then is still there */
    size_t length;
} Case;

static int read_until(StreamReader *reader, const char *separator, char **data,
                      size_t *length)
{
    return reader_readuntil(reader, separator, strlen(separator), data,
                            length);
}

static int run_until(void *arg, Value *result)
{
    Reading *reading = arg;
    reading->err = read_text(reading);
    return 0;
}

/* Its data comes in three pieces. */
static void check_pieces(const Case *one, size_t first, size_t second)
{
    size_t size = strlen(one->data);
    StreamReader *reader = new_reader(one->limit);
    Reading reading = { .reader = reader, .how = UNTIL,
                        .separator = one->separator };
    CHECK_INT(reader_feed_data(reader, one->data, first), 0);
    Task *task = begin(run_until, &reading);
    pause_turns(1);
    CHECK_INT(reader_feed_data(reader, one->data + first, second - first), 0);
    pause_turns(1);
    CHECK_INT(reader_feed_data(reader, one->data + second, size - second), 0);
    pause_turns(1);
    if (one->err == E_INCOMPLETE_READ)
        reader_feed_eof(reader);
    CHECK_INT(task_join(task, NULL), 0);
    CHECK_INT(reading.err, one->err);
    if (one->err != E_LIMIT_OVERRUN) {
        CHECK_STR(reading.text, one->wanted);
        CHECK_INT(reading.got, one->length);
    }
    reader_feed_eof(reader);
    if (one->err == E_LIMIT_OVERRUN)
        expect_rest(reader, one->wanted);
    reader_free(reader);
}

static int check_splits(void *arg, Value *result)
{
    const Case *one = arg;
    size_t size = strlen(one->data);
    for (size_t second = 0; second <= size; second++)
        for (size_t first = 0; first <= second; first++)
            check_pieces(one, first, second);
    return 0;
}

/* ---- Separators ---- */
TEST(a_separator_is_found_wherever_the_pieces_break)    /* ST3 */
{
    Case cases[] = {
        { 0, ";", "ab;c", 0, "ab;", 3 },
        { 0, "\r\n", "a\rb\nc\r\nd", 0, "a\rb\nc\r\n", 7 },
        { 0, "aab", "aaaab", 0, "aaaab", 5 },
        { 0, "abab", "abaabab", 0, "abaabab", 7 },
        { 0, "aaa", "aaaaa", 0, "aaa", 3 },
        { 0, "--end", "-----endx", 0, "-----end", 8 },
        { 0, "xyz", "xyzxyz", 0, "xyz", 3 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        play_twice(check_splits, &cases[i]);
}

TEST(at_the_end_what_was_before_it_is_there)    /* ST3 */
{
    Case cases[] = {
        { 0, ";", "abc", E_INCOMPLETE_READ, "abc", 3 },
        { 0, "--end", "ab--en", E_INCOMPLETE_READ, "ab--en", 6 },
        { 0, "--end", "", E_INCOMPLETE_READ, "", 0 },
        { 4, ";", "abcd", E_INCOMPLETE_READ, "abcd", 4 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        play_twice(check_splits, &cases[i]);
}

/* The separator does not count. */
TEST(the_limit_is_what_comes_before_a_separator)    /* ST4 */
{
    Case cases[] = {
        { 5, ";", "abcd;", 0, "abcd;", 5 },
        { 5, ";", "abcde;", 0, "abcde;", 6 },
        { 5, ";", "abcdef;", E_LIMIT_OVERRUN, "abcdef;", 6 },
        { 5, "-=-", "abcd-=-", 0, "abcd-=-", 7 },
        { 5, "-=-", "abcde-=-", 0, "abcde-=-", 8 },
        { 5, "-=-", "abcdef-=-", E_LIMIT_OVERRUN, "abcdef-=-", 6 },
        { 5, "-=-", "abcdef-=", E_LIMIT_OVERRUN, "abcdef-=", 6 },
        { 1, "-=-", "a-=-", 0, "a-=-", 4 },
        { 1, "-=-", "ab-=-", E_LIMIT_OVERRUN, "ab-=-", 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        play_twice(check_splits, &cases[i]);
}

/* ---- Over the limit ---- */
static void check_overrun(const char *data, const char *separator,
                          size_t consumed)
{
    StreamReader *reader = new_reader(8);
    size_t length;
    char *found, skipped[32];
    feed(reader, data);
    CHECK_INT(read_until(reader, separator, &found, &length), E_LIMIT_OVERRUN);
    CHECK_INT(length, consumed);
    CHECK_PTR(found, NULL);
    CHECK_INT(read_until(reader, separator, &found, &length), E_LIMIT_OVERRUN);
    CHECK_INT(length, consumed);
    CHECK_INT(reader_readexactly(reader, skipped, consumed, &length), 0);
    reader_feed_eof(reader);
    expect_rest(reader, data + consumed);
    reader_free(reader);
}

static int overrun(void *arg, Value *result)
{
    check_overrun("0123456789AB;rest", ";", 12);
    check_overrun("0123456789AB", ";", 12);
    check_overrun("0123456789AB", "\r\n", 11);
    check_overrun("0123456789AB\r", "\r\n", 12);
    check_overrun("0123456789AB\r\n", "\r\n", 12);
    check_overrun("0123456789A", "abc", 9);
    return 0;
}

TEST(an_overrun_says_how_much_is_surely_before)    /* ST4 */
{
    play_twice(overrun, NULL);
}

static int skip_and_find(void *arg, Value *result)
{
    StreamReader *reader = new_reader(4);
    char *data, skipped[32];
    size_t length, got;
    feed(reader, "0123456789\r");
    CHECK_INT(read_until(reader, "\r\n", &data, &length), E_LIMIT_OVERRUN);
    CHECK_INT(reader_readexactly(reader, skipped, length, &got), 0);
    CHECK_INT(got, 10);
    feed(reader, "\nab\r\n");
    CHECK_INT(read_until(reader, "\r\n", &data, &length), 0);
    CHECK_STR(data, "\r\n");
    CHECK_INT(read_until(reader, "\r\n", &data, &length), 0);
    CHECK_STR(data, "ab\r\n");
    reader_free(reader);
    return 0;
}

TEST(who_reads_so_much_finds_the_separator_then)    /* ST4 */
{
    play_twice(skip_and_find, NULL);
}

/* ---- Lines ---- */
static int read_lines(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    feed(reader, "one\n\ntwo\r\nthree");
    expect_line(reader, "one\n");
    expect_line(reader, "\n");
    expect_line(reader, "two\r\n");
    reader_feed_eof(reader);
    expect_line(reader, "three");
    expect_line(reader, "");
    expect_line(reader, "");
    CHECK(reader_at_eof(reader));
    reader_free(reader);
    return 0;
}

TEST(the_last_line_may_lack_its_end)    /* ST3 ST14 */
{
    play_twice(read_lines, NULL);
}

static int zeros(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    char *line;
    size_t length;
    CHECK_INT(reader_feed_data(reader, "a\0b\n\0\n", 6), 0);
    CHECK_INT(reader_readline(reader, &line, &length), 0);
    CHECK_INT(length, 4);
    CHECK(memcmp(line, "a\0b\n", 5) == 0);
    CHECK_INT(reader_readuntil(reader, "\0\n", 2, &line, &length), 0);
    CHECK_INT(length, 2);
    CHECK_INT(line[0], 0);
    reader_free(reader);
    return 0;
}

TEST(zero_bytes_are_bytes)
{
    play_twice(zeros, NULL);
}

/* ---- Lines over the limit ---- */
static void check_long_line(const char *data, const char *next)
{
    StreamReader *reader = new_reader(4);
    char *line;
    size_t length;
    feed(reader, data);
    CHECK_INT(reader_readline(reader, &line, &length), E_VALUE);
    CHECK_INT(length, 0);
    CHECK_PTR(line, NULL);
    feed(reader, "ok\n");
    expect_line(reader, next);
    reader_free(reader);
}

static int long_lines(void *arg, Value *result)
{
    check_long_line("12345\nnext\n", "next\n");
    check_long_line("12345\n", "ok\n");
    check_long_line("12345", "ok\n");
    check_long_line("123456789", "ok\n");
    check_long_line("12345\n\n", "\n");
    StreamReader *reader = new_reader(4);
    feed(reader, "1234\n123\n1234");
    expect_line(reader, "1234\n");
    expect_line(reader, "123\n");
    reader_feed_eof(reader);
    expect_line(reader, "1234");
    reader_free(reader);
    return 0;
}

TEST(a_line_over_the_limit_is_dropped_as_far_as_it_has_come)    /* ST4 */
{
    play_twice(long_lines, NULL);
}

static int other_limit(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    char *line = calloc(1, STREAM_LIMIT + 2), *found;
    size_t length;
    CHECK(line != NULL);
    memset(line, 'x', STREAM_LIMIT);
    line[STREAM_LIMIT] = '\n';
    feed(reader, line);
    CHECK_INT(reader_readline(reader, &found, &length), 0);
    CHECK_INT(length, STREAM_LIMIT + 1);
    reader_set_limit(reader, STREAM_LIMIT - 1);
    feed(reader, line);
    CHECK_INT(reader_readline(reader, &found, &length), E_VALUE);
    reader_set_limit(reader, 0);
    feed(reader, line);
    CHECK_INT(reader_readline(reader, &found, &length), 0);
    memset(line, 'x', STREAM_LIMIT + 1);
    feed(reader, line);
    CHECK_INT(reader_readline(reader, &found, &length), E_VALUE);
    free(line);
    reader_free(reader);
    return 0;
}

TEST(without_another_limit_it_is_64_KiB)    /* ST4 */
{
    play_twice(other_limit, NULL);
}

static int empty_separator(void *arg, Value *result)
{
    StreamReader *reader = new_reader(0);
    char *data;
    size_t length;
    feed(reader, "abc\n");
    CHECK_INT(reader_readuntil(reader, "x", 0, &data, &length), E_VALUE);
    expect_line(reader, "abc\n");
    reader_free(reader);
    return 0;
}

TEST(an_empty_separator_is_refused)
{
    play_twice(empty_separator, NULL);
}
