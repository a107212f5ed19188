/* iterator.c - one way to ask, whatever is asked. */
#include "iterator.h"

#include <errno.h>
#include <stdlib.h>

#include "../05_tasks/task_inside.h"

/* ---- Asking ---- */
/* lint: suspends by itself */
SUSPENDS int async_next(AsyncIterator it, Value *value)
{
    Value dropped;
    return it.next(it.self, value != NULL ? value : &dropped);
}

/* ---- Collecting ---- */
/* A block of the task that collects: if its loop closes, somebody frees it. */
typedef struct List {
    Block block;     /* first */
    Value *items;
    size_t n, room;
} List;

static void drop_list(Block *block)
{
    free(((List *)block)->items);
}

static const BlockKind list_kind = { "A list was left unfinished", drop_list };

static int append(List *list, Value value)
{
    if (list->n == list->room) {
        size_t room = list->room != 0 ? 2 * list->room : 8;
        Value *items = realloc(list->items, room * sizeof *items);
        if (items == NULL)
            return ENOMEM;
        list->items = items;
        list->room = room;
    }
    list->items[list->n++] = value;
    return 0;
}

static SUSPENDS int fill(List *list, AsyncIterator it)
{
    Value value;
    int err;
    while ((err = async_next(it, &value)) == 0 &&
           (err = append(list, value)) == 0)
        continue;
    return err == E_STOP_ITERATION ? 0 : err;
}

SUSPENDS int async_collect(AsyncIterator it, Value **items, size_t *n)
{
    List list = { .block.kind = &list_kind };
    if (task_current != NULL)
        task_enter(&list.block);
    int err = fill(&list, it);
    if (list.block.task != NULL)
        task_exit(&list.block);
    if (err != 0) {
        free(list.items);
        list = (List){ .n = 0 };
    }
    *items = list.items;
    *n = list.n;
    return err;
}

/* ---- A generator ---- */
static SUSPENDS int next_yielded(void *generator, Value *value)
{
    return async_generator_next(generator, value);
}

AsyncIterator async_generator_iter(AsyncGenerator *generator)
{
    return async_iter(next_yielded, generator);
}

/* ---- Lines ---- */
static SUSPENDS int next_line(void *reader, Value *value)
{
    char *line;
    size_t length;
    int err = reader_readline(reader, &line, &length);
    if (err != 0)
        return err;
    value->s = line;
    return length != 0 ? 0 : E_STOP_ITERATION;
}

AsyncIterator reader_lines(StreamReader *reader)
{
    return async_iter(next_line, reader);
}

/* ---- What is in a queue ---- */
static SUSPENDS int next_item(void *queue, Value *value)
{
    int err = queue_get(queue, value);
    return err == E_QUEUE_SHUTDOWN ? E_STOP_ITERATION : err;
}

AsyncIterator queue_items(Queue *queue)
{
    return async_iter(next_item, queue);
}
