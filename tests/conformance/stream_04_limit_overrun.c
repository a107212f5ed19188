/* stream_04 - ST4: what does not fit into the limit. */
#include "python.h"

/* ---- Feeding and reading ---- */
static void feed_data(StreamReader *r, const char *data)
{
    must(reader_feed_data(r, data, strlen(data)));
}

static StreamReader *fed_reader(size_t limit, const char *data)
{
    StreamReader *r = reader_new(limit);
    feed_data(r, data);
    return r;
}

/* ---- Until a separator ---- */
static SUSPENDS void read_until(void)
{
    char *data, text[14] = "";
    size_t consumed, got;
    StreamReader *r = fed_reader(8, "0123456789AB;rest");
    if (reader_readuntil(r, ";", 1, &data, &consumed) == E_LIMIT_OVERRUN)
        printf("separator found beyond limit; consumed %zu\n", consumed);
    must(reader_readexactly(r, text, 13, &got));
    printf("data stays in the buffer: %s\n", text);
    reader_free(r);
    r = fed_reader(8, "0123456789AB");
    if (reader_readuntil(r, "\r\n", 2, &data, &consumed) == E_LIMIT_OVERRUN)
        printf("separator not found; consumed %zu\n", consumed);
    reader_free(r);
}

/* ---- Lines ---- */
static SUSPENDS void read_lines(void)
{
    char *line;
    size_t length;
    StreamReader *r = fed_reader(4, "toolong\nok\n");
    if (reader_readline(r, &line, &length) == E_VALUE)
        puts("readline over limit: ValueError");
    printf("the long line was dropped; next: %s\n", read_line(r));
    reader_free(r);
    r = fed_reader(4, "12345678901");
    if (reader_readline(r, &line, &length) == E_VALUE)
        printf("no newline yet: ValueError and the buffer is cleared: ");
    feed_data(r, "z\n");
    puts(read_line(r));
    reader_free(r);
    r = fed_reader(3, "abc\n");
    printf("exactly limit is fine: %s\n", read_line(r));
    reader_free(r);
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    read_until();
    read_lines();
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
