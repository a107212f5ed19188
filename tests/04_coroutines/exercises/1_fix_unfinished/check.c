/* What worked before the bug was found still has to: that test gives nothing.
 * The files lie in the folder that the check runs in. */
#include "../../../check.h"
#include "../../../../code/04_coroutines/exercises/1_fix_unfinished/text.h"

static Text *text;

/* ---- Files ---- */
static void write_file(const char *name, const char *content)
{
    FILE *file = fopen(name, "w");
    CHECK(file != NULL);
    fputs(content, file);
    CHECK_INT(fclose(file), 0);
}

/* "outer" includes "middle", that includes "inner"; "endless" has no end. */
static void set_up(void)
{
    write_file("inner.txt", "three\nfour\n");
    write_file("middle.txt", "two\ninclude inner.txt\nfive\n");
    write_file("outer.txt", "one\ninclude middle.txt\ninclude missing.txt\n"
                            "\ninclude inner.txt\nsix");
    write_file("empty.txt", "");
    write_file("endless.txt", "again\ninclude endless.txt\n"
                              "include endless.txt\n");
}

static void tear_down(void)
{
    remove("inner.txt");
    remove("middle.txt");
    remove("outer.txt");
    remove("empty.txt");
    remove("endless.txt");
}

static void start(const char *path)
{
    text = text_new(path);
    CHECK(text != NULL);
}

static int count_descriptors(void)
{
    int count = 0;
    for (int fd = 3; (fd = check_next_open(fd)) >= 0; fd++)
        count++;
    return count;
}

/* ---- The lines of "outer" ---- */
static const char *const lines[] = {
    "one", "two", "three", "four", "five", "", "three", "four", "six"
};
enum { LINES = sizeof lines / sizeof *lines };

static void check_lines_are(int n)
{
    for (int i = 0; i < n; i++)
        CHECK_STR(text_next(text), lines[i]);
}

/* ---- The tests ---- */
TEST(who_reads_to_the_end_gets_all_lines)
{
    set_up();
    start("outer.txt");
    check_lines_are(LINES);
    CHECK_STR(text_next(text), NULL);
    CHECK_STR(text_next(text), NULL);
    text_free(text);
    start("empty.txt");
    CHECK_STR(text_next(text), NULL);
    text_free(text);
    start("missing.txt");
    CHECK_STR(text_next(text), NULL);
    text_free(text);
    tear_down();
}

TEST_FOR(1, who_stops_at_the_first_line_leaves_no_file_open)
{
    HINT("who calls fclose(), if the coroutine is never resumed?");
    int before = count_descriptors();
    set_up();
    start("inner.txt");
    check_lines_are(0);
    CHECK_STR(text_next(text), "three");
    CHECK_INT(count_descriptors(), before + 1);
    text_free(text);
    CHECK_INT(count_descriptors(), before);
    start("outer.txt");
    check_lines_are(1);
    text_free(text);
    CHECK_INT(count_descriptors(), before);
    tear_down();
}

TEST_FOR(1, who_stops_in_an_included_file_leaves_none_open)
{
    HINT("when the innermost file is closed, the one around it has to know");
    int before = count_descriptors();
    set_up();
    for (int n = 0; n <= LINES; n++) {
        start("outer.txt");
        check_lines_are(n);
        text_free(text);
        CHECK_INT(count_descriptors(), before);
    }
    start("endless.txt");
    for (int i = 0; i < 5; i++)
        CHECK_STR(text_next(text), "again");
    text_free(text);
    CHECK_INT(count_descriptors(), before);
    tear_down();
}

TEST_FOR(1, two_texts_are_stopped_each_for_itself)
{
    HINT("the mark that says stop is for one text; and one of which nothing "
         "was read: what does it open when you resume it?");
    int before = count_descriptors();
    set_up();
    start("inner.txt");
    Text *other = text;
    text_free(text_new("outer.txt"));    /* of which no line was read */
    CHECK_INT(count_descriptors(), before);
    start("outer.txt");
    check_lines_are(3);
    CHECK_STR(text_next(other), "three");
    text_free(text);
    CHECK_STR(text_next(other), "four");
    start("outer.txt");
    check_lines_are(1);
    CHECK_STR(text_next(other), NULL);
    text_free(other);
    CHECK_STR(text_next(text), "two");
    text_free(text);
    CHECK_INT(count_descriptors(), before);
    tear_down();
}
