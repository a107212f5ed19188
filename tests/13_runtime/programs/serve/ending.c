/* How the program begins and ends, and what it says meanwhile. */
#include <regex.h>

#include "http.h"

#define ASK "GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n"
#define ASK_LARGE "GET /large HTTP/1.1\r\nHost: x\r\n\r\n"

/* ---- Ending ---- */
TEST(idle_connections_are_closed_at_once)
{
    new_folder();
    START("--quiet");
    int idle = dial(), half = dial(), silent = dial();
    tell(idle, ASK);
    CHECK_INT(hear(idle), 200);
    tell(half, "GET /a.txt HTTP/1.1\r\n");
    kill(server, SIGINT);
    CHECK_INT(status_of_end(), 0);
    CHECK(has_ended(idle));
    close(idle);
    close(half);
    close(silent);
    clean_up();
    forget();
}

static void wait_until_nobody_listens(void)
{
    int fd;
    while ((fd = try_to_connect()) >= 0) {
        close(fd);
        poll(NULL, 0, 5);
    }
}

TEST(a_request_that_runs_is_answered_to_its_end)
{
    new_folder();
    put_large("large", 16L << 20);
    START("--quiet");
    int fd = dial();
    tell(fd, ASK_LARGE);
    CHECK(hear_head(fd) && heard.status == 200);
    kill(server, SIGTERM);
    wait_until_nobody_listens();
    hear_body(fd, 16L << 20);
    CHECK_INT(heard.length, 16L << 20);
    CHECK(has_ended(fd));
    close(fd);
    CHECK_INT(status_of_end(), 0);
    clean_up();
    forget();
}

TEST(a_second_signal_does_not_wait)
{
    new_folder();
    put_large("large", 64L << 20);
    START("--quiet");
    int fd = dial();
    tell(fd, ASK_LARGE);
    CHECK(hear_head(fd) && heard.status == 200);
    kill(server, SIGTERM);
    wait_until_nobody_listens();
    CHECK_INT(waitpid(server, NULL, WNOHANG), 0);
    kill(server, SIGINT);
    CHECK_INT(status_of_end(), 0);
    hear_body(fd, 64L << 20);
    CHECK(heard.length < 64L << 20);
    close(fd);
    clean_up();
    forget();
}

TEST(who_does_not_read_does_not_stop_the_end)
{
    new_folder();
    put_large("large", 64L << 20);
    START("--quiet", "--timeout", "0.3");
    int fd = ask_in_time(ASK_LARGE);
    CHECK_INT(heard.status, 200);
    kill(server, SIGTERM);
    CHECK_INT(status_of_end(), 0);
    close(fd);
    clean_up();
    forget();
}

TEST(a_hangup_means_nothing)
{
    new_folder();
    START("--quiet");
    kill(server, SIGHUP);
    CHECK_INT(ask(ASK), 200);
    stop();
    forget();
}

/* ---- The log ---- */
static bool matches(const char *text, const char *pattern)
{
    regex_t regex;
    CHECK_INT(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool is_match = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    if (!is_match)
        printf("%s", text);
    return is_match;
}

TEST(each_answer_has_a_line_in_the_log)
{
    new_folder();
    START("--timeout", "30");
    CHECK_INT(ask(ASK), 200);
    CHECK(matches(next_line(), "^127\\.0\\.0\\.1 - - \\[[0-9]{2}/[A-Z][a-z]{2}/"
                  "[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} \\+0000\\] "
                  "\"GET /a\\.txt HTTP/1\\.1\" 200 6 [0-9]+\\.[0-9]{6}\n$"));
    CHECK_INT(ask("HEAD /a.txt HTTP/1.0\r\n\r\n"), 200);
    CHECK(matches(next_line(), "\"HEAD /a.txt HTTP/1.0\" 200 0 "));
    CHECK_INT(get("/a.txt", "Range: bytes=1-2\r\n"), 206);
    CHECK(matches(next_line(), "\" 206 2 "));
    stop();
    forget();
}

/* A client writes part of it: it must not be able to write lines, nor to play
 * with the terminal. */
TEST(the_log_shows_what_a_client_sent_and_obeys_none_of_it)
{
    static char text[4096] = "GET /";
    new_folder();
    START("--timeout", "30");
    CHECK_INT(ask("GET /\"\\ HTTP/1.1\r\nHost: x\r\n\r\n"), 404);
    CHECK(matches(next_line(), "\"GET /\\\\x22\\\\x5c HTTP/1.1\" 404 "));
    CHECK_INT(ask("\033[2J\007GET / \x80\r\n"), 400);
    CHECK(matches(next_line(), "\"\\\\x1b\\[2J\\\\x07GET / \\\\x80\" 400 "));
    CHECK_INT(ask("\n"), 400);
    CHECK(matches(next_line(), "\"-\" 400 "));
    memset(text + 5, 'a', 3000);
    strcat(text, " HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_INT(ask(text), 404);
    CHECK(matches(next_line(), "aaa\\.\\.\\.\" 404 "));
    stop();
    forget();
}

TEST(a_log_is_appended_to_a_file_and_quiet_means_none)
{
    char line[200];
    new_folder();
    put(".log", "before\n");
    char *log = strdup(in_folder(".log"));
    START("--log", log);
    CHECK_INT(ask(ASK), 200);
    kill(server, SIGTERM);
    CHECK_INT(status_of_end(), 0);
    CHECK_PTR(next_line(), NULL);
    FILE *file = fopen(log, "r");
    CHECK_STR(fgets(line, sizeof line, file), "before\n");
    CHECK(matches(fgets(line, sizeof line, file), "a\\.txt"));
    CHECK_PTR(fgets(line, sizeof line, file), NULL);
    fclose(file);
    fclose(output);
    START("--quiet");
    CHECK_INT(ask(ASK), 200);
    kill(server, SIGTERM);
    CHECK_INT(status_of_end(), 0);
    CHECK_PTR(next_line(), NULL);
    clean_up();
    free(log);
    forget();
}

TEST(a_log_that_nobody_reads_ends_nothing)
{
    new_folder();
    START("--timeout", "30");
    fclose(output);
    CHECK_INT(ask(ASK), 200);
    CHECK_INT(ask(ASK), 200);
    output = fopen("/dev/null", "r");
    stop();
    forget();
}

/* ---- The command line ---- */
#define ENDS(wanted, text, ...) \
    ends((const char *[]){ "serve", __VA_ARGS__, NULL }, wanted, text)

static void ends(const char *const arguments[], int wanted, const char *text)
{
    run(arguments);
    char *line = next_line();
    CHECK_INT(status_of_end(), wanted);
    CHECK(line != NULL);
    if (strstr(line, text) == NULL)
        CHECK_STR(line, text);
    fclose(output);
}

TEST(the_command_line_is_checked)
{
    ENDS(0, "usage: serve [options] [folder]", "--help");
    ENDS(0, "serve 1.0", "--version");
    ENDS(2, "serve: --nothing: no such option", "--nothing");
    ENDS(2, "serve: --port: needs a value", "--port");
    ENDS(2, "serve: --port: no such value", "--port", "65536");
    ENDS(2, "serve: --port: no such value", "--port", "8e1");
    ENDS(2, "serve: --port: no such value", "--port", "");
    ENDS(2, "serve: --port: no such value", "--port=65536");
    ENDS(2, "serve: --port: no such value", "--port=");
    ENDS(2, "serve: --por=1: no such option", "--por=1");
    ENDS(2, "serve: --quiet=1: no such option", "--quiet=1");
    ENDS(1, "serve: /no/such: No such file or directory", "--port=0",
         "--bind=127.0.0.1", "/no/such");
    ENDS(2, "serve: --timeout: no such value", "--timeout", "0");
    ENDS(2, "serve: --timeout: no such value", "--timeout", "nan");
    ENDS(2, "serve: --max-connections: no such value", "--max-connections",
         "0");
    ENDS(2, "serve: --bind: no such value", "--bind", "");
    ENDS(2, "serve: b: one folder is served, no more", "a", "b");
}

TEST(what_cannot_be_opened_is_named)
{
    char number[16];
    new_folder();
    ENDS(1, "serve: /no/such: No such file or directory", "/no/such");
    ENDS(1, "serve: /no/such/log: No such file or directory", "--log",
         "/no/such/log", folder);
    START("--quiet");
    snprintf(number, sizeof number, "%d", port);
    FILE *first = output;
    pid_t first_server = server;
    ENDS(1, "serve: 127.0.0.1: Address ", "--port", number,
         folder);
    output = first;
    server = first_server;
    stop();
}

TEST(who_cannot_say_where_it_is_does_not_start)
{
    new_folder();
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        SKIP("no /dev/full here");
    server = fork();
    if (server == 0) {
        dup2(full, 1);
        execl(getenv("SERVE"), "serve", "--port", "0", folder, (char *)NULL);
        _exit(127);
    }
    CHECK_INT(status_of_end(), 1);
    close(full);
    output = fopen("/dev/null", "r");
    clean_up();
}

/* The log, or a client, would get what is printed. */
TEST(where_an_output_is_closed_it_does_not_start)
{
    new_folder();
    for (int fd = 1; fd <= 2; fd++) {
        server = fork();
        if (server == 0) {
            alarm(20);
            close(fd);
            execl(getenv("SERVE"), "serve", "--port", "0", folder,
                  (char *)NULL);
            _exit(127);
        }
        CHECK_INT(status_of_end(), 1);
    }
    output = fopen("/dev/null", "r");
    clean_up();
}

TEST(it_listens_where_it_is_told_to)
{
    new_folder();
    run((const char *[]){ "serve", "--port", "0", "--bind", "::1", folder,
                          NULL });
    char *line = next_line();
    if (line == NULL || strncmp(line, "serve: ::1: ", 12) == 0) {
        status_of_end();
        clean_up();
        SKIP("no IPv6 here");
    }
    CHECK(strstr(line, " at http://[::1]:") != NULL);
    stop();
}
