/* What the program takes for a request, and what it refuses. */
#include "http.h"

#define HOST "Host: x\r\n"

TEST(a_file_is_sent_with_its_length_and_type)
{
    new_folder();
    START("--quiet");
    CHECK_INT(get("/a.txt", ""), 200);
    CHECK_STR(heard.body, "hello\n");
    CHECK_STR(field("Content-Length"), "6");
    CHECK_STR(field("Content-Type"), "text/plain; charset=utf-8");
    CHECK(field("Date") != NULL && strstr(field("Date"), " GMT") != NULL);
    CHECK_PTR(field("Connection"), NULL);
    stop();
    forget();
}

TEST(a_head_has_the_same_fields_and_no_content)
{
    new_folder();
    START("--quiet");
    int fd = dial();
    tell(fd, "HEAD /a.txt HTTP/1.1\r\n" HOST "\r\n"
         "HEAD /no HTTP/1.1\r\n" HOST "\r\n"
         "HEAD / HTTP/1.1\r\n" HOST "\r\n"
         "GET /a.txt HTTP/1.1\r\n" HOST "\r\n");
    CHECK(hear_head(fd) && heard.status == 200);
    CHECK_STR(field("Content-Length"), "6");
    CHECK(hear_head(fd) && heard.status == 404);
    CHECK_STR(field("Content-Length"), "14");
    CHECK(hear_head(fd) && heard.status == 200);
    CHECK(atoi(field("Content-Length")) > 100);
    CHECK_INT(hear(fd), 200);
    CHECK_STR(heard.body, "hello\n");
    close(fd);
    stop();
    forget();
}

TEST(other_methods_are_known_or_not)
{
    new_folder();
    START("--quiet");
    static const char *const known[] = { "POST", "PUT", "DELETE", "PATCH",
                                         "OPTIONS", "CONNECT", "TRACE" };
    char text[100];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        snprintf(text, sizeof text, "%s /a.txt HTTP/1.1\r\n" HOST "\r\n",
                 known[i]);
        CHECK_INT(ask(text), 405);
        CHECK_STR(field("Allow"), "GET, HEAD");
    }
    CHECK_INT(ask("BREW /a.txt HTTP/1.1\r\n" HOST "\r\n"), 501);
    CHECK_INT(ask("get /a.txt HTTP/1.1\r\n" HOST "\r\n"), 501);
    CHECK_INT(ask("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), 405);
    stop();
    forget();
}

/* ---- What is refused ---- */
#define LINE "GET /a.txt HTTP/1.1\r\n"

static const struct {
    const char *text;
    int status;
} refused[] = {
    { "GET /a.txt HTTP/1.1\n" HOST "\r\n", 400 },
    { LINE "Host: x\n\r\n", 400 },
    { LINE HOST "A: b\rc\r\n\r\n", 400 },
    { LINE HOST "A: b\r\n c\r\n\r\n", 400 },
    { LINE HOST "A: b\r\n\tc\r\n\r\n", 400 },
    { LINE " A: b\r\n" HOST "\r\n", 400 },
    { LINE HOST "A : b\r\n\r\n", 400 },
    { LINE HOST "A\r\n\r\n", 400 },
    { LINE HOST ": b\r\n\r\n", 400 },
    { LINE HOST "A(: b\r\n\r\n", 400 },
    { LINE HOST "A: b\001c\r\n\r\n", 400 },
    { LINE "\r\n", 400 },
    { LINE HOST HOST "\r\n", 400 },
    { LINE "Host: a b\r\n\r\n", 400 },
    { LINE "Host: a/b\r\n\r\n", 400 },
    { LINE "Host: a,b\r\n\r\n", 400 },
    { "GET /a.txt HTTP/1.0\r\nHost: a b\r\n\r\n", 400 },
    { LINE HOST "Range: bytes=1-2\r\nRange: bytes=1-2\r\n\r\n", 400 },
    { LINE HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400 },
    { LINE HOST "Content-Length: 1, 1\r\n\r\nx", 400 },
    { LINE HOST "Content-Length: +1\r\n\r\nx", 400 },
    { LINE HOST "Content-Length: -1\r\n\r\nx", 400 },
    { LINE HOST "Content-Length: 0x1\r\n\r\nx", 400 },
    { LINE HOST "Content-Length: \r\n\r\n", 400 },
    { LINE HOST "Content-Length: 99999999999999999999\r\n\r\n", 400 },
    { LINE HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
      "0\r\n\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n"
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
    { "GET /a.txt HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400 },
    { LINE HOST "Transfer-Encoding: gzip\r\n\r\n", 501 },
    { LINE HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nhellooo\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n5;a\rb\r\nhello\r\n",
      400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n"
      "1;a\x01\r\nx\r\n0\r\n\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n"
      "0\r\nno field\r\n\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n"
      "0\r\nA: b\r\nC : d\r\n\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n"
      "0\r\nA: \x01\r\n\r\n", 400 },
    { LINE HOST "Transfer-Encoding: chunked\r\n\r\n123456789\r\n", 400 },
    { LINE HOST "Expect: the best\r\n\r\n", 417 },
    { "GET /a.txt\r\n\r\n", 400 },
    { "GET  /a.txt HTTP/1.1\r\n" HOST "\r\n", 400 },
    { "GET /a.txt  HTTP/1.1\r\n" HOST "\r\n", 400 },
    { "GET /a.txt HTTP/1.1 \r\n" HOST "\r\n", 400 },
    { "GET /a b HTTP/1.1\r\n" HOST "\r\n", 400 },
    { "GET\t/a.txt\tHTTP/1.1\r\n" HOST "\r\n", 400 },
    { " GET /a.txt HTTP/1.1\r\n" HOST "\r\n", 400 },
    { "GET /a.txt http/1.1\r\n" HOST "\r\n", 400 },
    { "GET /a.txt HTTP/11\r\n" HOST "\r\n", 400 },
    { "GET /a.txt HTTP/1.10\r\n" HOST "\r\n", 400 },
    { "GET /a.txt HTTP/2.0\r\n" HOST "\r\n", 505 },
    { "GET /a.txt HTTP/0.9\r\n" HOST "\r\n", 505 },
    { "GET /a\x7f HTTP/1.1\r\n" HOST "\r\n", 400 },
    { "GET /\xc3\xbc HTTP/1.1\r\n" HOST "\r\n", 400 },
    { "\r\n\r\n" LINE HOST "\r\n", 400 },
    { "\x16\x03\x01\x02\r\n", 400 },
};

TEST_LIMIT(60, what_is_not_strictly_http_is_refused_and_the_connection_ends)
{
    new_folder();
    START("--quiet");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        int fd = dial();
        tell(fd, refused[i].text);
        shutdown(fd, SHUT_WR);
        if (hear(fd) != refused[i].status)
            printf("case %zu: %s\n", i, refused[i].text);
        CHECK_INT(heard.status, refused[i].status);
        CHECK_STR(field("Connection"), "close");
        CHECK(has_ended(fd));
        close(fd);
    }
    stop();
    forget();
}

TEST(a_nul_is_refused_wherever_it_is)
{
    static const char line[] = "GET /a\0b HTTP/1.1\r\n" HOST "\r\n";
    static const char value[] = LINE HOST "A: b\0c\r\n\r\n";
    static const char name[] = LINE HOST "A\0: b\r\n\r\n";
    static const char end[] = "GET /a.txt HTTP/1.1\0\r\n" HOST "\r\n";
    new_folder();
    START("--quiet");
    CHECK_INT(ask_bytes(line, sizeof line - 1), 400);
    CHECK_INT(ask_bytes(value, sizeof value - 1), 400);
    CHECK_INT(ask_bytes(name, sizeof name - 1), 400);
    CHECK_INT(ask_bytes(end, sizeof end - 1), 400);
    stop();
    forget();
}

/* ---- What is too long ---- */
static char *repeat(char *to, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        to = stpcpy(to, text);
    return to;
}

TEST(a_long_line_is_414_and_long_fields_are_431)
{
    static char text[64 * 1024];
    new_folder();
    START("--quiet");
    stpcpy(repeat(stpcpy(text, "GET /"), "aaaaaaaa", 1200),
           " HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(ask(text), 414);
    stpcpy(repeat(stpcpy(text, "GET /"), "aaaaaaaa", 1000),
           " HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(ask(text), 404);
    stpcpy(repeat(stpcpy(text, LINE HOST "A: "), "bbbbbbbb", 1200),
           "\r\n\r\n");
    CHECK_INT(ask(text), 431);
    stpcpy(repeat(stpcpy(text, LINE HOST), "A: bbbbbbbbbbbbbbbb\r\n", 1200),
           "\r\n");
    CHECK_INT(ask(text), 431);
    stpcpy(repeat(stpcpy(text, LINE HOST), "If-Match: \"a\"\r\n", 400),
           "\r\n");
    CHECK_INT(ask(text), 431);
    stop();
    forget();
}

/* ---- One after the other ---- */
TEST(requests_in_a_row_are_answered_in_order)
{
    new_folder();
    put("b.txt", "bee");
    START("--quiet");
    int fd = dial();
    for (int i = 0; i < 50; i++)
        tell(fd, LINE HOST "\r\nGET /b.txt HTTP/1.1\r\n" HOST "\r\n"
             "GET /c.txt HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < 50; i++) {
        CHECK_INT(hear(fd), 200);
        CHECK_STR(heard.body, "hello\n");
        CHECK_INT(hear(fd), 200);
        CHECK_STR(heard.body, "bee");
        CHECK_INT(hear(fd), 404);
    }
    close(fd);
    stop();
    forget();
}

TEST(a_request_may_come_byte_by_byte)
{
    static const char text[] = "\r\nGET /a.txt HTTP/1.1\r\n" HOST
                               "Connection: close\r\n\r\n";
    new_folder();
    START("--quiet");
    int fd = dial();
    for (size_t i = 0; i < sizeof text - 1; i++)
        tell_bytes(fd, text + i, 1);
    CHECK_INT(hear(fd), 200);
    CHECK_STR(heard.body, "hello\n");
    CHECK(has_ended(fd));
    close(fd);
    stop();
    forget();
}

TEST(an_old_client_is_sent_one_answer_unless_it_asks_for_more)
{
    new_folder();
    START("--quiet");
    int fd = dial();
    tell(fd, "GET /a.txt HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
         "GET /a.txt HTTP/1.0\r\n\r\n");
    CHECK_INT(hear(fd), 200);
    CHECK_STR(field("Connection"), "keep-alive");
    CHECK_INT(hear(fd), 200);
    CHECK_STR(field("Connection"), "close");
    CHECK_STR(heard.body, "hello\n");
    CHECK(has_ended(fd));
    close(fd);
    stop();
    forget();
}

TEST(close_is_found_in_a_list_and_in_a_second_field)
{
    new_folder();
    START("--quiet");
    int fd = dial();
    tell(fd, LINE HOST "Connection: keep-alive, Close\r\n\r\n");
    CHECK_INT(hear(fd), 200);
    CHECK_STR(field("Connection"), "close");
    CHECK(has_ended(fd));
    close(fd);
    CHECK_INT(get("/a.txt", "Connection: TE\r\nConnection: close\r\n"), 200);
    CHECK_STR(field("Connection"), "close");
    CHECK_INT(get("/a.txt", "Connection: closed\r\n"), 200);
    CHECK_PTR(field("Connection"), NULL);
    stop();
    forget();
}

TEST(a_target_may_name_the_host_and_fields_any_case)
{
    new_folder();
    START("--quiet");
    CHECK_INT(ask("GET http://x/a.txt?b HTTP/1.1\r\nhOST:x  \r\n\r\n"), 200);
    CHECK_INT(ask("GET HTTP://x:80/ HTTP/1.1\r\n" HOST "\r\n"), 200);
    CHECK_INT(ask("GET http://x HTTP/1.1\r\n" HOST "\r\n"), 200);
    CHECK_INT(ask("GET http://x?a/b HTTP/1.1\r\n" HOST "\r\n"), 200);
    CHECK_INT(ask("GET http://x#a HTTP/1.1\r\n" HOST "\r\n"), 400);
    CHECK_INT(ask("GET http:///a.txt HTTP/1.1\r\n" HOST "\r\n"), 400);
    CHECK_INT(ask("GET ?a HTTP/1.1\r\n" HOST "\r\n"), 400);
    CHECK_INT(ask("GET ftp://x/a.txt HTTP/1.1\r\n" HOST "\r\n"), 400);
    CHECK_INT(ask("GET a.txt HTTP/1.1\r\n" HOST "\r\n"), 400);
    CHECK_INT(ask("GET /a.txt#b HTTP/1.1\r\n" HOST "\r\n"), 400);
    stop();
    forget();
}

/* ---- Bodies ---- */
TEST(a_body_is_dropped_and_the_next_request_found)
{
    new_folder();
    START("--quiet");
    int fd = dial();
    tell(fd, "POST / HTTP/1.1\r\n" HOST "Content-Length: 36\r\n\r\n"
         "GET /smuggled HTTP/1.1\r\n" "Host: x\r\n\r\n!"
         "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"
         "5;name=value\r\nhello\r\nA\r\n0123456789\r\n0\r\nMore: x\r\n\r\n"
         LINE HOST "\r\n");
    CHECK_INT(hear(fd), 405);
    CHECK_INT(hear(fd), 405);
    CHECK_INT(hear(fd), 200);
    CHECK_STR(heard.body, "hello\n");
    close(fd);
    stop();
    forget();
}

TEST(a_client_that_waits_to_be_asked_for_the_body_is_asked)
{
    new_folder();
    START("--quiet");
    int fd = dial();
    tell(fd, "PUT /b HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
         "Content-Length: 5\r\n\r\n");
    CHECK(hear_head(fd) && heard.status == 100);
    tell(fd, "hello");
    CHECK_INT(hear(fd), 405);
    tell(fd, LINE HOST "Expect: 100-continue\r\n\r\n");
    CHECK_INT(hear(fd), 200);
    close(fd);
    stop();
    forget();
}

TEST(a_body_that_is_too_long_is_not_asked_for)
{
    new_folder();
    START("--quiet");
    int fd = dial();
    tell(fd, "PUT /b HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
         "Content-Length: 65537\r\n\r\n");
    CHECK_INT(hear(fd), 405);
    CHECK_STR(field("Connection"), "close");
    CHECK(has_ended(fd));
    close(fd);
    stop();
    forget();
}

/* It is still on its way when the answer is there. */
TEST(the_answer_to_a_long_body_is_not_lost)
{
    static char body[64 * 1024];
    new_folder();
    START("--quiet");
    int fd = dial();
    tell(fd, "PUT /b HTTP/1.1\r\n" HOST "Content-Length: 1048576\r\n\r\n");
    for (int i = 0; i < 16; i++)
        tell_bytes(fd, body, sizeof body);
    CHECK_INT(hear(fd), 405);
    CHECK_STR(field("Connection"), "close");
    CHECK(has_ended(fd));
    close(fd);
    fd = dial();
    tell(fd, "PUT /b HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 16; i++) {
        tell(fd, "10000\r\n");
        tell_bytes(fd, body, sizeof body);
        tell(fd, "\r\n");
    }
    CHECK_INT(hear(fd), 405);
    CHECK_STR(field("Connection"), "close");
    CHECK(has_ended(fd));
    close(fd);
    stop();
    forget();
}
