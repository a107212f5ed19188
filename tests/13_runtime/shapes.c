/* Trees of tasks of odd shapes: deep, wide, in a circle; and odd names. */
#include "../../code/06_gather/gather.h"
#include "../../code/07_sync/event.h"
#include "runtime.h"

/* ---- What is printed ---- */
typedef struct Tree {
    FILE *file;
    char *text;
    size_t length;
} Tree;

/* Of the running loop. */
static void print_tree(Tree *tree)
{
    tree->file = tmpfile();
    CHECK(tree->file != NULL);
    async_print_tasks(NULL, tree->file);
    tree->length = (size_t)ftell(tree->file);
    rewind(tree->file);
    tree->text = malloc(tree->length + 1);
    CHECK(tree->text != NULL);
    CHECK_INT(fread(tree->text, 1, tree->length, tree->file), tree->length);
    tree->text[tree->length] = '\0';
    fclose(tree->file);
}

static int count(const char *text, const char *word)
{
    int n = 0;
    while ((text = strstr(text, word)) != NULL) {
        text += strlen(word);
        n++;
    }
    return n;
}

static void check_text(const char *wanted)
{
    Tree tree;
    print_tree(&tree);
    CHECK_STR(tree.text, wanted);
    free(tree.text);
}

static void name_it(Task *task, const char *format, int number)
{
    char name[40];
    snprintf(name, sizeof name, format, number);
    task_set_name(task, name);
}

/* ---- Deep ---- */
enum { DEEP = 100 };

static Event may_end;

/* *arg: how many are still to come below it. */
static int go_deeper(void *arg, Value *result)
{
    int left = *(int *)arg - 1;
    name_it(async_current_task(), "deep%d.", DEEP - left);
    if (left == 0)
        return event_wait(&may_end);
    return task_join(begin(go_deeper, &left), NULL);
}

static void print_deep(void)
{
    int left = DEEP;
    char name[20];
    task_set_name(async_current_task(), "main");
    Task *task = begin(go_deeper, &left);
    pause_turns(DEEP + 2);
    Tree tree;
    print_tree(&tree);
    for (int i = 1; i <= DEEP; i++) {
        snprintf(name, sizeof name, "deep%d.: ", i);
        CHECK(strstr(tree.text, name) != NULL);
    }
    CHECK_INT(count(tree.text, ": awaits deep"), DEEP - 1);
    CHECK_INT(count(tree.text, ": in an Event\n"), 1);
    CHECK_INT(count(tree.text, ": see there\n"), 3);
    CHECK_INT(count(tree.text, "`-- deep33.: see there\n"), 1);
    CHECK_INT(count(tree.text, "\ndeep33.: awaits deep34.\n"), 1);
    CHECK_INT(count(tree.text, "`-- deep97.: see there\n"), 1);
    free(tree.text);
    event_set(&may_end);
    CHECK_INT(task_join(task, NULL), 0);
}

/* Each once; the indent has an end, and what is deeper is printed apart. */
TEST(a_chain_of_a_hundred)
{
    run_in_virtual_time(print_deep);
}

/* ---- Circles ---- */
static Task *circle[3];

static int await_next(void *number, Value *result)
{
    int i = *(int *)number;
    return await(circle[(i + 1) % 3], NULL);
}

static void print_circle(void)
{
    int numbers[] = { 0, 1, 2 };
    task_set_name(async_current_task(), "main");
    for (int i = 0; i < 3; i++) {
        circle[i] = begin(await_next, &numbers[i]);
        name_it(circle[i], "c%d", i);
    }
    pause_turns(1);
    check_text("main: running\nc0: awaits c1\n`-- c1: awaits c2\n"
               "    `-- c2: awaits c0\n        `-- c0: see there\n");
    check_text("main: running\nc0: awaits c1\n`-- c1: awaits c2\n"
               "    `-- c2: awaits c0\n        `-- c0: see there\n");
    for (int i = 0; i < 3; i++)
        task_cancel(circle[i]);
    for (int i = 0; i < 3; i++)
        task_join(circle[i], NULL);
}

TEST(a_circle_is_printed_once)
{
    run_in_virtual_time(print_circle);
}

/* ---- Diamonds ---- */
static int await_it(void *task, Value *result)
{
    return await(task, NULL);
}

static void print_diamond(void)
{
    task_set_name(async_current_task(), "main");
    Task *bottom = begin(sleep_forever, NULL);
    Task *left = begin(await_it, bottom), *right = begin(await_it, bottom);
    Task *both[] = { left, right };
    task_set_name(bottom, "bottom");
    task_set_name(left, "left");
    task_set_name(right, "right");
    CHECK(loop_call_later(async_get_running_loop(), 1, future_cancel_callback,
                          bottom) != 0);
    Outcome outcomes[2];
    pause_turns(1);
    check_text("main: running\nleft: awaits bottom\n`-- bottom: in sleep\n"
               "right: awaits bottom\n`-- bottom: see there\n");
    CHECK_INT(async_gather(both, 2, outcomes, RETURN_EXCEPTIONS), 0);
    task_release(left);
    task_release(right);
    task_release(bottom);
}

TEST(one_that_two_await_is_printed_once)
{
    run_in_virtual_time(print_diamond);
}

/* ---- Wide ---- */
enum { WIDE = 10000 };

static int sleep_two(void *arg, Value *result)
{
    return async_sleep(2);
}

static void print_in_callback(void *arg)
{
    Tree tree;
    print_tree(&tree);
    CHECK_INT(count(tree.text, ": in sleep\n"), WIDE);
    CHECK_INT(count(tree.text, "|-- "), WIDE - 1);
    CHECK_INT(count(tree.text, "`-- "), 1);
    CHECK(strncmp(tree.text, "main: in gather\n|-- ", 20) == 0);
    free(tree.text);
    tell("printed");
}

static void print_wide(void)
{
    static Call calls[WIDE];
    for (int i = 0; i < WIDE; i++)
        calls[i] = (Call){ sleep_two, NULL };
    task_set_name(async_current_task(), "main");
    CHECK(loop_call_later(async_get_running_loop(), 1, print_in_callback,
                          NULL) != 0);
    CHECK_INT(async_gather_calls(calls, WIDE, NULL, 0), 0);
    CHECK_STR(story, "printed");
}

TEST_LIMIT(60, ten_thousand_under_one)
{
    run_in_virtual_time(print_wide);
}

/* ---- Names ---- */
static void print_names(void)
{
    static const char *const names[] = { "", "%s%n", "two words", "\xff\x80" };
    Task *tasks[4];
    char wanted[200] = "main: running\n", line[60];
    task_set_name(async_current_task(), "main");
    for (int i = 0; i < 4; i++) {
        tasks[i] = begin(sleep_forever, NULL);
        task_set_name(tasks[i], names[i]);
        snprintf(line, sizeof line, "%s: in sleep\n", names[i]);
        strcat(wanted, line);
    }
    pause_turns(1);
    check_text(wanted);
    for (int i = 0; i < 4; i++) {
        task_cancel(tasks[i]);
        task_join(tasks[i], NULL);
    }
}

TEST(a_name_is_printed_as_it_is)
{
    run_in_virtual_time(print_names);
}

static void print_long_name(void)
{
    char name[5000], wanted[5020];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    task_set_name(async_current_task(), name);
    snprintf(wanted, sizeof wanted, "%s: running\n", name);
    check_text(wanted);
}

TEST(a_long_one_in_full)
{
    run_in_virtual_time(print_long_name);
}

/* ---- Since when ---- */
static void print_seconds(void)
{
    Text text;
    task_set_name(async_current_task(), "main");
    Task *task = begin(sleep_forever, NULL);
    task_set_name(task, "sleeper");
    rest(2.5);
    async_print_tasks(NULL, text_begin(&text));
    CHECK_STR(text_end(&text),
              "main: running\nsleeper: in sleep for 2.500 s\n");
    task_cancel(task);
    task_join(task, NULL);
}

TEST(in_debug_mode_it_says_for_how_long)
{
    Body *body = print_seconds;
    RunOptions options = { .debug = true, .virtual_time = true };
    CHECK_INT(async_run_with(call_body, &body, NULL, &options), 0);
}

/* What could not be written is the owner of the file's affair. */
static void print_to_full(void)
{
    FILE *file = fopen("/dev/full", "w");
    if (file == NULL)
        SKIP("no /dev/full");
    async_print_tasks(NULL, file);
    CHECK(fclose(file) != 0);
    task_set_name(async_current_task(), "main");
    check_text("main: running\n");
}

TEST(a_file_that_is_full_does_no_harm)
{
    run_in_virtual_time(print_to_full);
}
