/* fetch.c - GET of one page: prints the status line and how many bytes the body
 * has, or the body itself with -b. */
#include <stdlib.h>
#include <string.h>

#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/10_streams/streams.h"

/* ---- One page ---- */
static bool wants_body;

static int read_page(StreamReader *reader)
{
    char *line, *body;
    size_t length;
    int err = reader_readline(reader, &line, &length);
    if (err == 0)
        printf("%.*s\n", (int)strcspn(line, "\r\n"), line);
    while (err == 0 && length > 0 && strcmp(line, "\r\n") != 0)
        err = reader_readline(reader, &line, &length);
    if (err == 0)
        err = reader_read_all(reader, &body, &length);
    if (err != 0)
        return err;
    if (wants_body)
        fwrite(body, 1, length, stdout);
    else
        printf("%zu bytes\n", length);
    free(body);
    return 0;
}

static int fetch(void *arg, Value *result)
{
    char **words = arg;
    StreamReader *reader;
    StreamWriter *writer;
    int err = async_open_connection("127.0.0.1", atoi(words[0]), &reader,
                                    &writer);
    if (err != 0)
        return err;
    err = writer_printf(writer, "GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n",
                        words[1]);
    if (err == 0)
        err = read_page(reader);
    writer_free(writer);
    reader_free(reader);
    return err;
}

int main(int argc, char **argv)
{
    wants_body = argc == 4 && strcmp(argv[3], "-b") == 0;
    int err = argc >= 3 ? run(fetch, argv + 1) : EINVAL;
    if (err != 0)
        printf("%s\n", error_name(err));
    return err != 0;
}
