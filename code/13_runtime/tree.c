/* tree.c - who awaits whom.
 *
 * A task that somebody awaits is printed under that one. */
#include <string.h>

#include "observe_inside.h"

/* ---- Who is awaited ---- */
/* What has come waits for the task, and no longer the task for it. */
static Future *awaits(TaskRecord *task)
{
    Future *future = task->awaits;
    return future != NULL && future->state == PENDING ? future : NULL;
}

static Parked *parked_in(TaskRecord *task)
{
    Parked *parked = task->parked;
    return parked != NULL && parked->state == PENDING ? parked : NULL;
}

/* The next task that one waits for, *i being where to look; NULL: none. */
static TaskRecord *next_awaited(TaskRecord *task, size_t *i)
{
    Parked *parked = parked_in(task);
    if (awaits(task) != NULL)
        return (*i)++ == 0 ? task_record(task->awaits) : NULL;
    if (parked == NULL || parked->kind->awaited == NULL)
        return NULL;
    Future *future;
    while ((future = parked->kind->awaited(parked, (*i)++)) != NULL)
        if (future->state == PENDING && task_record(future) != NULL)
            return task_record(future);
    return NULL;
}

/* ---- One task ---- */
static void print_one(TaskRecord *task, FILE *file)
{
    bool waits = awaits(task) != NULL || parked_in(task) != NULL;
    const char *state = task == task_current ? "running" : "ready";
    /* lint: may call fprintf: to print is what it was called for */
    fprintf(file, "%s: ", task_name(&task->future));
    if (!waits)
        fprintf(file, "%s", state);
    else
        fprintf(file, "%s %s", parked_in(task) != NULL ? "in" : "awaits",
                waits_for(task));
    if (waits && task->since >= 0)
        fprintf(file, " for %.3f s",
                loop_time(task->future.loop) - task->since);
    if (task->cancelling > 0)
        fprintf(file, ", asked to end");
    if (task->here.file != NULL)
        fprintf(file, ", at %s:%d", task->here.file, task->here.line);
    fprintf(file, "\n");
}

/* ---- Those below it ---- */
enum { DEEPEST = 32 };    /* those deeper are printed after the others */

enum { UNSEEN, AWAITED, PRINTED };    /* a task's mark */

typedef struct Tree {
    FILE *file;
    size_t depth;
    char indent[4 * DEEPEST + 1];
} Tree;

static void print_tree(Tree *, TaskRecord *);

static void print_child(Tree *tree, TaskRecord *child, bool is_last)
{
    char *end = tree->indent + strlen(tree->indent);
    /* lint: may call fprintf: to print is what it was called for */
    fprintf(tree->file, "%s%s", tree->indent, is_last ? "`-- " : "|-- ");
    if (child->mark == PRINTED || tree->depth + 1 == DEEPEST) {
        fprintf(tree->file, "%s: see there\n", task_name(&child->future));
        return;
    }
    strcpy(end, is_last ? "    " : "|   ");
    tree->depth++;
    print_tree(tree, child);
    tree->depth--;
    *end = '\0';
}

static void print_tree(Tree *tree, TaskRecord *task)
{
    size_t i = 0;
    task->mark = PRINTED;
    print_one(task, tree->file);
    TaskRecord *child = next_awaited(task, &i), *next;
    for (; child != NULL; child = next) {
        next = next_awaited(task, &i);
        print_child(tree, child, next == NULL);
    }
}

/* ---- All of them ---- */
static void mark_awaited(Tasks *all)
{
    TaskRecord *child;
    for (TaskRecord *task = all->first; task != NULL; task = task->next)
        for (size_t i = 0; (child = next_awaited(task, &i)) != NULL;)
            child->mark = AWAITED;
}

static void print_marked(Tree *tree, Tasks *all, int mark)
{
    for (TaskRecord *task = all->first; task != NULL; task = task->next)
        if (task->mark == mark)
            print_tree(tree, task);
}

/* First those whom nobody awaits; then those who await each other. */
void async_print_tasks(Loop *loop, FILE *file)
{
    Tree tree = { .file = file != NULL ? file : stderr };
    loop = loop != NULL ? loop : async_get_running_loop();
    Tasks *all = loop != NULL ? tasks_of(loop) : NULL;
    if (all == NULL)
        return;
    mark_awaited(all);
    print_marked(&tree, all, UNSEEN);
    print_marked(&tree, all, AWAITED);
    for (TaskRecord *task = all->first; task != NULL; task = task->next)
        task->mark = UNSEEN;
}
