/* Conditional requests, and parts of a file. */
#include "http.h"

#define DAY "Sun, 06 Nov 1994 08:49:37 GMT"

static void put_old(void)
{
    struct timespec times[2] = { { 784111777, 0 }, { 784111777, 0 } };
    new_folder();
    put("old", "0123456789");
    CHECK_INT(utimensat(AT_FDCWD, in_folder("old"), times, 0), 0);
}

/* ---- Dates ---- */
TEST(the_date_of_a_file_is_sent_and_compared)
{
    put_old();
    START("--quiet");
    CHECK_INT(get("/old", ""), 200);
    CHECK_STR(field("Last-Modified"), DAY);
    CHECK_INT(get("/old", "If-Modified-Since: " DAY "\r\n"), 304);
    CHECK_PTR(field("Content-Length"), NULL);
    CHECK_STR(field("Last-Modified"), DAY);
    CHECK(field("ETag") != NULL);
    CHECK_INT(get("/old", "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT"
                  "\r\n"), 200);
    CHECK_INT(get("/old", "If-Unmodified-Since: " DAY "\r\n"), 200);
    CHECK_INT(get("/old", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT"
                  "\r\n"), 412);
    stop();
    forget();
}

TEST(a_date_has_three_forms_and_others_are_ignored)
{
    put_old();
    START("--quiet");
    CHECK_INT(get("/old", "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT"
                  "\r\n"), 304);
    CHECK_INT(get("/old", "If-Modified-Since: Sun Nov  6 08:49:37 1994\r\n"),
              304);
    CHECK_INT(get("/old", "If-Modified-Since: Thu, 29 Feb 2024 00:00:00 GMT"
                  "\r\n"), 304);
    CHECK_INT(get("/old", "If-Modified-Since: yesterday\r\n"), 200);
    CHECK_INT(get("/old", "If-Modified-Since: " DAY " x\r\n"), 200);
    CHECK_INT(get("/old", "If-Unmodified-Since: yesterday\r\n"), 200);
    stop();
    forget();
}

/* A date that is a second off would make one of these fail. */
TEST(dates_of_leap_years_are_right)
{
    static const struct {
        long long time;
        const char *text;
    } cases[] = {
        { 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
        { 951868800, "Wed, 01 Mar 2000 00:00:00 GMT" },
        { 1709251199, "Thu, 29 Feb 2024 23:59:59 GMT" },
        { 1735689599, "Tue, 31 Dec 2024 23:59:59 GMT" },
        { 4107542400, "Mon, 01 Mar 2100 00:00:00 GMT" },
    };
    char fields[500];
    put_old();
    START("--quiet");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        time_t time = (time_t)cases[i].time;
        struct timespec times[2] = { { time, 0 }, { time, 0 } };
        if (time != cases[i].time)
            break;    /* it ends in 2038 here */
        CHECK_INT(utimensat(AT_FDCWD, in_folder("old"), times, 0), 0);
        snprintf(fields, sizeof fields, "If-Modified-Since: %s\r\n"
                 "If-Unmodified-Since: %s\r\n", cases[i].text, cases[i].text);
        CHECK_INT(get("/old", fields), 304);
        if (cases[i].time < 2000000000)    /* 2100 is not told */
            CHECK_STR(field("Last-Modified"), cases[i].text);
        times[1].tv_sec++;
        CHECK_INT(utimensat(AT_FDCWD, in_folder("old"), times, 0), 0);
        CHECK_INT(get("/old", fields), 412);
    }
    stop();
    forget();
}

/* ---- Tags ---- */
static int get_if(const char *format, const char *tag)
{
    char fields[500];
    snprintf(fields, sizeof fields, format, tag, tag);
    return get("/old", fields);
}

TEST(a_tag_is_compared_within_a_list)
{
    char tag[200];
    put_old();
    START("--quiet");
    CHECK_INT(get("/old", ""), 200);
    snprintf(tag, sizeof tag, "%s", field("ETag"));
    CHECK_INT(get_if("If-None-Match: %s\r\n", tag), 304);
    CHECK_STR(field("ETag"), tag);
    CHECK_INT(get_if("If-None-Match: W/%s\r\n", tag), 304);
    CHECK_INT(get_if("If-None-Match: \"a, b\", W/\"c\" ,%s\r\n", tag), 304);
    CHECK_INT(get_if("If-None-Match: \"a\"\r\nIf-None-Match: %s\r\n", tag),
              304);
    CHECK_INT(get_if("If-None-Match: *\r\n", tag), 304);
    CHECK_INT(get_if("If-None-Match: \"a\", \"b\"\r\n", tag), 200);
    CHECK_INT(get_if("If-None-Match: \"%.5s\r\n", tag), 200);
    CHECK_INT(get_if("If-Match: %s\r\n", tag), 200);
    CHECK_INT(get_if("If-Match: \"a\",%s\r\n", tag), 200);
    CHECK_INT(get_if("If-Match: *\r\n", tag), 200);
    CHECK_INT(get_if("If-Match: W/%s\r\n", tag), 412);
    CHECK_INT(get_if("If-Match: \"a\"\r\n", tag), 412);
    put("old", "9876543210");
    CHECK_INT(get_if("If-None-Match: %s\r\n", tag), 200);
    CHECK_INT(get_if("If-Match: %s\r\n", tag), 412);
    stop();
    forget();
}

TEST(a_tag_counts_more_than_a_date)
{
    char tag[200];
    put_old();
    START("--quiet");
    CHECK_INT(get("/old", ""), 200);
    snprintf(tag, sizeof tag, "%s", field("ETag"));
    CHECK_INT(get_if("If-None-Match: \"a\"\r\n"
                     "If-Modified-Since: " DAY "\r\n", tag), 200);
    CHECK_INT(get_if("If-Match: %s\r\nIf-Unmodified-Since: "
                     "Sun, 06 Nov 1994 08:49:36 GMT\r\n", tag), 200);
    CHECK_INT(get_if("If-Match: \"a\"\r\nIf-None-Match: %s\r\n", tag), 412);
    stop();
    forget();
}

/* ---- Parts ---- */
TEST(a_part_of_a_file_is_sent)
{
    static const struct {
        const char *range, *body;    /* body NULL: 416 */
        const char *about;           /* NULL: 200 */
    } cases[] = {
        { "bytes=2-5", "2345", "bytes 2-5/10" },
        { "bytes=0-0", "0", "bytes 0-0/10" },
        { "bytes=7-", "789", "bytes 7-9/10" },
        { "bytes=-3", "789", "bytes 7-9/10" },
        { "bytes=-30", "0123456789", "bytes 0-9/10" },
        { "bytes=8-99", "89", "bytes 8-9/10" },
        { "Bytes=9-99999999999999999999999", "9", "bytes 9-9/10" },
        { "bytes=10-", NULL, "bytes */10" },
        { "bytes=99999999999999999999999-", NULL, "bytes */10" },
        { "bytes=-0", NULL, "bytes */10" },
        { "bytes=5-2", "0123456789", NULL },
        { "bytes=", "0123456789", NULL },
        { "bytes=-", "0123456789", NULL },
        { "bytes=a-b", "0123456789", NULL },
        { "bytes=1-2x", "0123456789", NULL },
        { "bytes=1-2,4-5", "0123456789", NULL },
        { "lines=1-2", "0123456789", NULL },
    };
    char fields[100];
    put_old();
    START("--quiet");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        printf("%s\n", cases[i].range);
        snprintf(fields, sizeof fields, "Range: %s\r\n", cases[i].range);
        CHECK_INT(get("/old", fields), cases[i].body == NULL    ? 416
                                       : cases[i].about == NULL ? 200
                                                                : 206);
        if (cases[i].body != NULL)
            CHECK_STR(heard.body, cases[i].body);
        if (cases[i].about != NULL)
            CHECK_STR(field("Content-Range"), cases[i].about);
        else
            CHECK_PTR(field("Content-Range"), NULL);
    }
    stop();
    forget();
}

TEST(a_part_is_for_get_and_an_empty_file_has_none)
{
    put_old();
    put("empty", "");
    START("--quiet");
    int fd = dial();
    tell(fd, "HEAD /old HTTP/1.1\r\nHost: x\r\nRange: bytes=1-2\r\n\r\n");
    CHECK(hear_head(fd) && heard.status == 200);
    CHECK_STR(field("Content-Length"), "10");
    close(fd);
    CHECK_INT(get("/empty", "Range: bytes=0-\r\n"), 416);
    CHECK_STR(field("Content-Range"), "bytes */0");
    CHECK_INT(get("/empty", "Range: bytes=-1\r\n"), 200);
    CHECK_INT(get("/no", "Range: bytes=0-\r\n"), 404);
    CHECK_INT(get("/", "Range: bytes=0-1\r\n"), 200);
    stop();
    forget();
}

#define PART "Range: bytes=1-2\r\n"

TEST(a_part_is_sent_if_the_file_is_still_the_same)
{
    char tag[200];
    put_old();
    START("--quiet");
    CHECK_INT(get("/old", ""), 200);
    snprintf(tag, sizeof tag, "%s", field("ETag"));
    CHECK_INT(get_if(PART "If-Range: %s\r\n", tag), 206);
    CHECK_INT(get_if(PART "If-Range: W/%s\r\n", tag), 200);
    CHECK_INT(get_if(PART "If-Range: \"a\"\r\n", tag), 200);
    CHECK_INT(get("/old", PART "If-Range: " DAY "\r\n"), 206);
    CHECK_INT(get("/old", PART "If-Range: Sun, 06 Nov 1994 08:49:38 GMT\r\n"),
              200);
    CHECK_INT(get("/old", PART "If-Range: yesterday\r\n"), 200);
    CHECK_INT(get_if(PART "If-None-Match: %s\r\n", tag), 304);
    stop();
    forget();
}

TEST(the_date_of_a_file_that_has_not_rested_proves_nothing)
{
    char fields[500];
    struct timespec times[2];
    put_old();
    clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec += 60;    /* the future: as new as can be */
    times[1] = times[0];
    CHECK_INT(utimensat(AT_FDCWD, in_folder("old"), times, 0), 0);
    START("--quiet");
    CHECK_INT(get("/old", ""), 200);
    snprintf(fields, sizeof fields, PART "If-Range: %s\r\n",
             field("Last-Modified"));
    CHECK_INT(get("/old", fields), 200);
    stop();
    forget();
}
