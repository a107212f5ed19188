/* What a failing check says, as students see it: the output of this program is
 * messages.expected. See tests/workshop/check.sh. */
#include "../../check.h"

TEST(an_integer)
{
    CHECK_INT(1 + 1, 2);
    CHECK_INT(1 + 1, -3);
}

TEST(a_number)
{
    CHECK_DOUBLE(0.1 + 0.2, 0.3, 1e-9);
    CHECK_DOUBLE(0.1 + 0.2, 1e100, 0.5);
}

TEST(no_number)
{
    CHECK_DOUBLE(strtod("nan", NULL), 0, 1);
}

TEST(a_string)
{
    CHECK_STR("same", "same");
    CHECK_STR("one\ttwo\n", "say \"one\"");
}

TEST(no_string)
{
    CHECK_STR(NULL, NULL);
    CHECK_STR(NULL, "");
}

TEST(a_pointer)
{
    int x;
    CHECK_PTR(&x, &x);
    CHECK_PTR(NULL, NULL);
    CHECK(&x == NULL);
}

TEST_FOR(3, a_hint_comes_last)
{
    HINT("Who wakes the next one?");
    HINT("And who then?");
    printf("what the code under test prints, 100%% of it\nwith no end");
    CHECK(2 * 2 == 5 % 3);
}

TEST_FOR(4, passing_says_nothing)
{
    HINT("Not shown.");
    printf("Not shown.\n");
}

TEST_FOR(5, skipped)
{
    SKIP("there is no moon");
}
