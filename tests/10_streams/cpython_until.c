/* The rules behind CPython's own tests of readuntil() and readexactly(): each
 * test here names those that it was read from, in test_streams.py. */
#include "python_reads.h"

/* ---- readuntil() ---- */
static int multi_chunks(void *arg, Value *result)
{
    static const char *const cases[][5] = {
        { "AAA", "lineAAA", "lineAAA", "" },
        { "AAA", "lineAAAxxx", "lineAAA", "xxx" },
        { "aaa", "QWEaa|XYaa|a", "QWEaaXYaaa", "" },
        { "aaa", "QWEaa|XYa|aa", "QWEaaXYaaa", "" },
        { "aaa", "aaa", "aaa", "" },
        { "aaa", "Xaaa", "Xaaa", "" },
        { "aaa", "ZZZ|a|a|a", "ZZZaaa", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        StreamReader *stream = new_reader(0);
        for (const char *at = cases[i][1]; *at != '\0'; at += *at == '|') {
            size_t n = strcspn(at, "|");
            CHECK_INT(reader_feed_data(stream, at, n), 0);
            at += n;
        }
        read_now(stream, UNTIL, 0, cases[i][0], 0, cases[i][2]);
        end(stream, cases[i][3]);
    }
    return 0;
}

TEST(readuntil_multi_chunks)    /* test_readuntil_multi_chunks, _1 */
{
    play(multi_chunks, NULL);
}

static int until_others(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);
    read_now(stream, UNTIL, 0, "", E_VALUE, "");
    feed(stream, "some dataAA");    /* test_readuntil_eof */
    reader_feed_eof(stream);
    read_now(stream, UNTIL, 0, "AAA", E_INCOMPLETE_READ, "some dataAA");
    end(stream, "");
    stream = new_reader(3);         /* test_readuntil_limit_found_sep */
    feed(stream, "some dataAA");
    read_now(stream, UNTIL, 0, "AAA", E_LIMIT_OVERRUN, "");
    feed(stream, "A");
    read_now(stream, UNTIL, 0, "AAA", E_LIMIT_OVERRUN, "");
    end(stream, "some dataAAA");
    return 0;
}

TEST(readuntil_separator_eof_and_limit)
{
    play(until_others, NULL);
}

/* ---- readexactly() ---- */
static int exactly(void *arg, Value *result)
{
    StreamReader *stream = new_reader(0);    /* test_readexactly_zero_or_less */
    feed(stream, DATA);
    read_now(stream, EXACTLY, 0, NULL, 0, "");
    end(stream, DATA);
    stream = new_reader(0);                  /* test_readexactly */
    Reading reading = { .reader = stream, .how = EXACTLY, .size = 36 };
    read_fed(&reading, (const char *[]){ DATA, DATA, DATA, NULL }, 0,
             DATA DATA);
    end(stream, DATA);
    stream = new_reader(3);                  /* test_readexactly_limit */
    feed(stream, "chunk");
    read_now(stream, EXACTLY, 5, NULL, 0, "chunk");
    end(stream, "");
    stream = new_reader(0);                  /* test_readexactly_eof */
    reading.reader = stream;
    read_fed(&reading, (const char *[]){ DATA, "", NULL }, E_INCOMPLETE_READ,
             DATA);
    CHECK_INT(reading.got, 18);
    end(stream, "");
    return 0;
}

TEST(readexactly)    /* test_readexactly, _zero_or_less, _limit, _eof */
{
    play(exactly, NULL);
}
