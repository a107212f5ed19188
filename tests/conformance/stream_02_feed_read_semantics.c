/* stream_02 - ST2: a read returns what is there, and waits if there is
 * nothing. */
#include "python.h"

/* ---- Feeding and reading ---- */
static void feed_data(StreamReader *r, const char *data)
{
    must(reader_feed_data(r, data, strlen(data)));
}

static void feed_xy(void *r)
{
    feed_data(r, "xy");
}

/* (await r.read(n)).decode() */
static SUSPENDS const char *read_text(StreamReader *r, size_t n)
{
    static char text[101];
    size_t got;
    must(reader_read(r, text, n, &got));
    text[got] = '\0';
    return text;
}

/* len(await r.readline()) */
static SUSPENDS size_t length_of_line(StreamReader *r)
{
    char *line;
    size_t length;
    must(reader_readline(r, &line, &length));
    return length;
}

/* ---- The program ---- */
static int main_task(void *arg, Value *result)
{
    char *rest;
    size_t length;
    StreamReader *r = reader_new(0);
    feed_data(r, "abcdef");
    printf("%s ", truth(strcmp(read_text(r, 0), "") == 0));
    printf("%s\n", read_text(r, 4));
    printf("%s\n", read_text(r, 100));
    loop_call_later(async_get_running_loop(), 0.01, feed_xy, r);
    printf("read(n) returns as soon as some data is there: %s\n",
           read_text(r, 100));
    feed_data(r, "tail");
    reader_feed_eof(r);
    printf("at_eof with data buffered: %s\n", truth(reader_at_eof(r)));
    must(reader_read_all(r, &rest, &length));
    printf("%s at_eof %s\n", rest, truth(reader_at_eof(r)));
    printf("read at eof: %zu ", strlen(read_text(r, 10)));
    printf("readline at eof: %zu\n", length_of_line(r));
    free(rest);
    reader_free(r);
    return 0;
}

int main(void)
{
    return async_run(main_task, NULL, NULL);
}
