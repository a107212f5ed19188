/* Who asks a generator, turn by turn: what turns.py does with asyncio, and
 * prints, this prints. */
#include <stdio.h>

#include "../../../code/05_tasks/demo/run.h"
#include "../../../code/06_gather/gather.h"
#include "../../../code/12_iteration/generator.h"

/* ---- Letters ---- */
static Value letter(char name, int i)
{
    return (Value){ .i = name * 16 + i };
}

static void show(const char *who, Value value)
{
    printf("%s%c%d", who, (char)(value.i / 16), (int)(value.i % 16));
}

static int letters(void *arg, Value *result)
{
    char name = *(const char *)arg;
    for (int i = 0; i < 6; i++) {
        async_sleep(0);
        int err = async_yield(letter(name, i), NULL);
        if (err == 0) {
            printf("%c: sent None\n", name);
            continue;
        }
        printf("%c: %s\n", name, error_name(err));
        if (err == E_VALUE)
            continue;
        async_sleep(0);
        async_sleep(0);
        printf("%c: clean\n", name);
        return err;
    }
    printf("%c: no more\n", name);
    return 0;
}

static int twice(void *inner, Value *result)
{
    Value value;
    int err;
    while ((err = async_generator_next(inner, &value)) == 0)
        if ((err = async_yield(value, NULL)) != 0 ||
            (err = async_yield(value, NULL)) != 0)
            break;
    return err == E_STOP_ITERATION ? 0 : err;
}

/* ---- Who asks ---- */
typedef struct Reader {
    const char *who;
    AsyncGenerator *generator;
} Reader;

static int read_all(void *arg, Value *result)
{
    const Reader *reader = arg;
    Value value;
    int err;
    while ((err = async_generator_next(reader->generator, &value)) == 0) {
        show(reader->who, value);
        putchar('\n');
    }
    if (err != E_STOP_ITERATION)
        printf("%s%s\n", reader->who, error_name(err));
    return 0;
}

static int throw_values(void *generator, Value *result)
{
    Value value;
    int err = 0;
    for (int i = 0; i < 3 && err == 0; i++) {
        err = async_generator_next(generator, &value);
        show("thrower: ", value);
        putchar('\n');
        if (err == 0)
            err = async_generator_throw(generator, E_VALUE, &value);
        show("thrower: ", value);
        putchar('\n');
    }
    int also = async_generator_aclose(generator);
    puts("thrower: closed");
    return err != 0 ? err : also;
}

static int close_it(void *generator, Value *result)
{
    return async_generator_aclose(generator);
}

/* ---- All of them ---- */
static SUSPENDS int share(AsyncGenerator *a, AsyncGenerator *b,
                          AsyncGenerator *c)
{
    Reader readers[] = { { "1: ", a }, { "2: ", a }, { "3: ", b } };
    Call calls[] = { { read_all, &readers[0] }, { read_all, &readers[1] },
                     { read_all, &readers[2] }, { throw_values, c } };
    return async_gather_calls(calls, 4, NULL, 0);
}

static SUSPENDS int close_both(AsyncGenerator *d, AsyncGenerator *e)
{
    Value values[3] = { { .i = 0 } };
    Call calls[] = { { close_it, d }, { close_it, e } };
    int err = async_generator_next(d, &values[0]);
    if (err == 0)
        err = async_generator_send(d, (Value){ .i = 0 }, &values[1]);
    if (err == 0)
        err = async_generator_next(e, &values[2]);
    for (int i = 0; i < 3; i++)
        show(i > 0 ? " " : "", values[i]);
    putchar('\n');
    return err != 0 ? err : async_gather_calls(calls, 2, NULL, 0);
}

static int play(void *arg, Value *result)
{
    static char names[] = "abcde";
    AsyncGenerator *all[6];
    for (int i = 0; i < 6; i++) {
        all[i] = i < 5 ? async_generator_new(letters, &names[i])
                       : async_generator_new(twice, all[1]);
        if (all[i] == NULL)
            return ENOMEM;
    }
    int err = share(all[0], all[5], all[2]);
    if (err == 0)
        err = close_both(all[3], all[4]);
    puts("the end");
    for (int i = 0; i < 6; i++)
        async_generator_free(all[i]);
    return err;
}

int main(void)
{
    return run(play, NULL) != 0;
}
