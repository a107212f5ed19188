/* What one client, or many, can take from the others. */
#include "http.h"

#define ASK "GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n"

/* ---- Time ---- */
TEST(a_connection_that_says_nothing_is_closed_in_time)
{
    new_folder();
    START("--quiet", "--timeout", "0.2");
    int fd = dial(), other = ask_in_time(ASK);
    hear_rest(other);
    CHECK_INT(heard.status, 200);
    CHECK(has_ended(fd));
    CHECK(has_ended(other));
    close(fd);
    close(other);
    stop();
    forget();
}

TEST(a_request_that_stays_half_is_answered_with_408)
{
    new_folder();
    START("--quiet", "--timeout", "0.2");
    int fd = ask_in_time("GET /a.txt HTTP/1.1\r\nHost: x\r\n");
    hear_rest(fd);
    CHECK_INT(heard.status, 408);
    CHECK_STR(field("Connection"), "close");
    CHECK(has_ended(fd));
    close(fd);
    fd = ask_in_time("POST /a.txt HTTP/1.1\r\nHost: x\r\n"
                     "Content-Length: 5\r\n\r\nx");
    hear_rest(fd);
    CHECK_INT(heard.status, 408);
    CHECK(has_ended(fd));
    close(fd);
    stop();
    forget();
}

/* The time is that of the request, and not of a byte. */
TEST(a_byte_now_and_then_does_not_keep_a_connection)
{
    new_folder();
    START("--quiet", "--timeout", "1");
    int fd = dial();
    tell(fd, "GET /a.txt HTTP/1.1\r\nHost: x\r\nA: ");
    struct pollfd end = { fd, POLLIN, 0 };
    while (poll(&end, 1, 20) == 0)
        tell(fd, "b");
    CHECK_INT(hear(fd), 408);
    close(fd);
    stop();
    forget();
}

TEST(a_client_that_does_not_read_is_given_up)
{
    char *line;
    new_folder();
    put_large("large", 64L << 20);
    START("--timeout", "0.2");
    int fd = ask_in_time("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    line = next_line();    /* the log has it when it is over */
    CHECK(line != NULL && strstr(line, "\"GET /large HTTP/1.1\" 200 "));
    CHECK(atol(strstr(line, " 200 ") + 5) < 64L << 20);
    hear_body(fd, 64L << 20);
    CHECK(heard.length < 64L << 20);
    close(fd);
    stop();
    forget();
}

/* ---- Connections ---- */
/* The server may not have seen yet that somebody has left. */
static void wait_until_served(void)
{
    while (ask(ASK) == 503)
        poll(NULL, 0, 5);
    CHECK_INT(heard.status, 200);
}

TEST(one_too_many_is_told_to_come_later)
{
    new_folder();
    START("--quiet", "--max-connections", "2");
    int first = dial(), second = dial();
    tell(first, ASK);
    tell(second, ASK);
    CHECK_INT(hear(first), 200);
    CHECK_INT(hear(second), 200);
    int third = dial();
    CHECK_INT(hear(third), 503);
    CHECK_STR(field("Retry-After"), "1");
    CHECK(has_ended(third));
    tell(first, ASK);
    CHECK_INT(hear(first), 200);
    close(third);
    close(first);
    wait_until_served();
    close(second);
    stop();
    forget();
}

TEST(who_is_turned_away_takes_nobodys_place)
{
    new_folder();
    START("--quiet", "--max-connections", "1");
    int first = dial();
    tell(first, ASK);
    CHECK_INT(hear(first), 200);
    int second = dial();
    CHECK_INT(hear(second), 503);
    shutdown(first, SHUT_WR);
    CHECK(has_ended(first));
    CHECK_INT(ask(ASK), 200);    /* though the second is still there */
    close(second);
    close(first);
    stop();
    forget();
}

TEST(twice_too_many_are_not_even_told)
{
    new_folder();
    START("--quiet", "--max-connections", "1");
    int first = dial();
    tell(first, ASK);
    CHECK_INT(hear(first), 200);
    int told;
    do {    /* while the second lingers, the third is not told */
        int second = dial();
        told = hear(second);
        ask("");
        close(second);
    } while (told != 503 || heard.status == 503);
    CHECK_INT(heard.status, 0);
    close(first);
    wait_until_served();
    stop();
    forget();
}

/* ---- Descriptors ---- */
static void wait_for_answer(int fd)
{
    struct pollfd ready = { fd, POLLIN, 0 };
    CHECK_INT(poll(&ready, 1, 8000), 1);
    CHECK(hear(fd) == 200);
}

TEST_LIMIT(60, without_descriptors_the_server_waits_and_goes_on)
{
    enum { MANY = 30 };
    int fds[MANY];
    new_folder();
    most_files = 20;
    START("--quiet");
    for (int i = 0; i < MANY; i++)
        fds[i] = dial();    /* the system takes them; accept() fails */
    char *line = next_line();
    CHECK(line != NULL && strstr(line, "could not accept") != NULL);
    for (int i = 0; i < MANY - 1; i++)
        close(fds[i]);
    tell(fds[MANY - 1], ASK);
    wait_for_answer(fds[MANY - 1]);
    close(fds[MANY - 1]);
    CHECK_INT(ask(ASK), 200);
    stop();
    forget();
}

TEST_LIMIT(60, a_file_for_which_there_is_no_descriptor_is_503)
{
    enum { MANY = 30 };
    int fds[MANY];
    new_folder();
    most_files = 20;
    START("--quiet");
    for (int i = 0; i < MANY; i++)
        fds[i] = dial();
    CHECK(next_line() != NULL);    /* accept() has failed: none is left */
    tell(fds[0], ASK);
    CHECK_INT(hear(fds[0]), 503);
    CHECK_STR(field("Retry-After"), "1");
    CHECK_PTR(field("Connection"), NULL);
    for (int i = 1; i < MANY; i++)
        close(fds[i]);
    do {
        poll(NULL, 0, 5);
        tell(fds[0], ASK);
    } while (hear(fds[0]) == 503);
    CHECK_INT(heard.status, 200);
    close(fds[0]);
    stop();
    forget();
}

/* ---- Many ---- */
TEST_LIMIT(60, clients_that_vanish_at_any_moment_leave_nothing_behind)
{
    static const char text[] = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
    new_folder();
    put_large("large", 8L << 20);
    most_files = 128;
    START("--quiet");
    for (size_t i = 0; i < 300; i++) {
        int fd = dial();
        struct linger reset = { 1, 0 };
        tell_bytes(fd, text, i % sizeof text);
        if (i % 3 == 0)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        if (i % sizeof text == sizeof text - 1)
            hear_head(fd);
        close(fd);
    }
    CHECK_INT(ask(ASK), 200);
    stop();
    forget();
}
