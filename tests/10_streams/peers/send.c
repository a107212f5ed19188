/* send.c - sends its arguments, each as a line, to a port or a path, ends its
 * half of the connection, and prints what comes back. */
#include <stdlib.h>
#include <string.h>

#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/10_streams/streams.h"

/* ---- One connection ---- */
static int talk(StreamReader *reader, StreamWriter *writer, char **words)
{
    char *all = NULL;
    size_t length = 0;
    int err = 0;
    for (; *words != NULL && err == 0; words++)
        err = writer_printf(writer, "%s\n", *words);
    if (err == 0)
        err = writer_write_eof(writer);
    if (err == 0)
        err = reader_read_all(reader, &all, &length);
    if (err == 0)
        fwrite(all, 1, length, stdout);
    free(all);
    writer_close(writer);
    return err != 0 ? err : writer_wait_closed(writer);
}

static int call(void *arg, Value *result)
{
    char **words = arg;
    StreamReader *reader;
    StreamWriter *writer;
    int err = strchr(words[0], '/') != NULL
                  ? async_open_unix_connection(words[0], &reader, &writer)
                  : async_open_connection("127.0.0.1", atoi(words[0]), &reader,
                                          &writer);
    if (err != 0)
        return err;
    err = talk(reader, writer, words + 1);
    writer_free(writer);
    reader_free(reader);
    return err;
}

int main(int argc, char **argv)
{
    int err = argc > 1 ? run(call, argv + 1) : EINVAL;
    if (err != 0)
        printf("%s\n", error_name(err));
    return err != 0;
}
