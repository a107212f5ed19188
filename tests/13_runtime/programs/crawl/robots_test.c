/* robots_test.c - robots.txt: RFC 9309. */
#include "../../../check.h"
#include "robots.h"

/* ---- One file, one question ---- */
static bool allows(const char *text, const char *target)
{
    char *copy = strdup(text);
    Robots *robots = robots_new(copy, "weft-crawl");
    CHECK(robots != NULL);
    bool is_allowed = robots_allow(robots, target);
    robots_free(robots);
    free(copy);
    return is_allowed;
}

/* ---- Rules ---- */
TEST(a_rule_is_the_beginning_of_a_path)
{
    const char *text = "User-agent: *\nDisallow: /private\n";
    CHECK(!allows(text, "/private"));
    CHECK(!allows(text, "/private/x"));
    CHECK(!allows(text, "/privates"));
    CHECK(allows(text, "/"));
    CHECK(allows(text, "/priv"));
    CHECK(allows(text, "/a/private"));
}

TEST(the_longest_rule_counts_and_of_equals_the_one_that_allows)
{
    const char *text = "user-agent: *\nallow: /a/b\ndisallow: /a\n"
                       "disallow: /a/b/c\nallow: /d\ndisallow: /d\n"
                       "disallow: /e\nallow: /e\n";
    CHECK(!allows(text, "/a/x"));
    CHECK(allows(text, "/a/b"));
    CHECK(!allows(text, "/a/b/c"));
    CHECK(allows(text, "/d"));
    CHECK(allows(text, "/e"));
}

TEST(stars_and_dollars)
{
    const char *text = "user-agent: *\ndisallow: /*.gif$\n"
                       "disallow: /x*y*z\ndisallow: /end$\n";
    CHECK(!allows(text, "/a/b.gif"));
    CHECK(!allows(text, "/b.gif.gif"));
    CHECK(allows(text, "/b.gif?x"));
    CHECK(!allows(text, "/xyz"));
    CHECK(!allows(text, "/x1y1y2z3"));
    CHECK(allows(text, "/xzy"));
    CHECK(!allows(text, "/end"));
    CHECK(allows(text, "/ending"));
}

TEST(a_dollar_ends_the_target_after_whatever_star)
{
    const char *text = "user-agent: *\ndisallow: /a*b*b$\n"
                       "disallow: /c**d*$\ndisallow: /e*ee$\n"
                       "disallow: /f$g\n";
    CHECK(!allows(text, "/axbxb"));
    CHECK(!allows(text, "/abb"));
    CHECK(allows(text, "/ab"));
    CHECK(allows(text, "/abbx"));
    CHECK(!allows(text, "/cd"));
    CHECK(!allows(text, "/cxxdxx"));
    CHECK(allows(text, "/cx"));
    CHECK(allows(text, "/ee"));
    CHECK(!allows(text, "/eee"));
    CHECK(!allows(text, "/f$gh"));
    CHECK(allows(text, "/f"));
}

/* 512 KiB of the worst: to try each place for each piece would take minutes. */
TEST(no_rules_take_long_to_ask)
{
    static char target[2000], text[512 * 1024 + 2000] = "user-agent: *\n";
    size_t length = strlen(text);
    memset(target, 'a', sizeof target - 1);
    target[0] = '/';
    while (length < 512 * 1024) {
        length += (size_t)sprintf(text + length, "disallow: /*");
        memset(text + length, 'a', 1000);
        strcpy(text + length + 1000, "b\n");
        length += 1002;
    }
    Robots *robots = robots_new(text, "weft-crawl");
    CHECK(robots != NULL);
    for (int i = 0; i < 100; i++)
        CHECK(robots_allow(robots, target));
    robots_free(robots);
}

TEST(an_empty_rule_bars_nothing)
{
    CHECK(allows("user-agent: *\ndisallow:\n", "/x"));
    CHECK(allows("", "/x"));
    CHECK(robots_allow(NULL, "/x"));
}

/* ---- Groups ---- */
TEST(a_group_that_names_us_stands_for_all_others)
{
    const char *text = "user-agent: *\ndisallow: /a\n\n"
                       "user-agent: Weft-Crawl\ndisallow: /b\n\n"
                       "user-agent: other\ndisallow: /c\n";
    CHECK(allows(text, "/a"));
    CHECK(!allows(text, "/b"));
    CHECK(allows(text, "/c"));
}

TEST(a_group_may_be_for_several_and_in_several_pieces)
{
    const char *text = "user-agent: other\nuser-agent: weft-crawl\n"
                       "user-agent: third\ndisallow: /a\nuser-agent: x\n"
                       "disallow: /b\nuser-agent: weft-crawl\ndisallow: /c";
    CHECK(!allows(text, "/a"));
    CHECK(allows(text, "/b"));
    CHECK(!allows(text, "/c"));
}

TEST(a_group_without_rules_allows_all)
{
    CHECK(allows("user-agent: *\ndisallow: /\nuser-agent: weft-crawl\n"
                 "allow:", "/x"));
}

/* ---- Lines ---- */
TEST(remarks_blanks_and_strange_lines_are_survived)
{
    const char *text = "\357\273\277User-agent: *\r\nSitemap: http://x/\r\n"
                       "disallow: /d\r\n  USER-AGENT :  *  # all\r\rnonsense\n"
                       "\t disallow\t:/a # why\nCrawl-delay: 5\n"
                       "disallow: /b";
    CHECK(!allows(text, "/a"));
    CHECK(!allows(text, "/b"));
    CHECK(!allows(text, "/d"));
    CHECK(allows(text, "/c"));
}

TEST(a_server_that_fails_bars_all)
{
    Robots *robots = robots_bar_all();
    CHECK(!robots_allow(robots, "/"));
    robots_free(robots);
}
