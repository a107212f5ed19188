/* What the program gives out, and what it does not. */
#include "http.h"

/* ---- Out of bounds ---- */
TEST(nothing_leads_out_of_the_folder)
{
    static const struct {
        const char *target;
        int status;
    } cases[] = {
        { "/../a.txt", 404 },        { "/folder/../a.txt", 404 },
        { "/%2e%2e/a.txt", 404 },    { "/.%2E/a.txt", 404 },
        { "/folder/..", 404 },       { "/./a.txt", 404 },
        { "/.hidden", 404 },         { "/%2ehidden", 404 },
        { "/folder/.hidden", 404 },  { "//a.txt", 404 },
        { "//", 404 },               { "/folder//b.txt", 404 },
        { "/folder%2Fb.txt", 404 },  { "/folder%2fb.txt", 404 },
        { "/a.txt%00", 400 },        { "/a%", 400 },
        { "/a%4", 400 },             { "/a%zz", 400 },
        { "/a.txt/", 404 },          { "/a.txt/b", 404 },
        { "/link", 404 },            { "/links/b.txt", 404 },
        { "/inside", 404 },          { "/pipe", 404 },
        { "/folder/b.txt", 200 },    { "/a.txt?/../b", 200 },
    };
    new_folder();
    put(".hidden", "secret");
    put_folder("folder");
    put("folder/b.txt", "bee");
    put("folder/.hidden", "secret");
    CHECK_INT(symlink("/etc/passwd", in_folder("link")), 0);
    CHECK_INT(symlink("folder", in_folder("links")), 0);
    CHECK_INT(symlink("a.txt", in_folder("inside")), 0);
    CHECK_INT(mkfifo(in_folder("pipe"), 0666), 0);
    START("--quiet");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        printf("%s\n", cases[i].target);
        CHECK_INT(get(cases[i].target, ""), cases[i].status);
    }
    stop();
    forget();
}

/* Its writer waits for a reader, and a server that opened it would be one. */
TEST(a_pipe_is_not_opened)
{
    char data[5] = "";
    int status;
    new_folder();
    CHECK_INT(mkfifo(in_folder("pipe"), 0666), 0);
    START("--quiet");
    pid_t writer = fork();
    if (writer == 0) {
        int fd = open(in_folder("pipe"), O_WRONLY);
        _exit(fd < 0 || write(fd, "data", 4) != 4);
    }
    for (int i = 0; i < 100; i++) {
        CHECK_INT(get("/pipe", ""), 404);
        CHECK_INT(waitpid(writer, &status, WNOHANG), 0);
    }
    int fd = open(in_folder("pipe"), O_RDONLY);
    CHECK(fd >= 0);
    CHECK_INT(read(fd, data, 4), 4);
    CHECK_STR(data, "data");
    CHECK_INT(waitpid(writer, &status, 0), writer);
    CHECK_INT(status, 0);
    close(fd);
    stop();
    forget();
}

TEST(a_name_that_no_file_can_have_is_not_found)
{
    static char target[1024] = "/";
    new_folder();
    memset(target + 1, 'a', 400);
    START("--quiet");
    CHECK_INT(get(target, ""), 404);
    stop();
    forget();
}

TEST(whatever_is_opened_on_the_way_is_closed)
{
    new_folder();
    put_folder("f");
    put_folder("f/g");
    put("f/g/b.txt", "bee");
    CHECK_INT(symlink("g", in_folder("f/link")), 0);
    CHECK_INT(mkfifo(in_folder("f/g/pipe"), 0666), 0);
    most_files = 40;
    START("--quiet");
    for (int i = 0; i < 60; i++) {
        CHECK_INT(get("/f/g/b.txt", ""), 200);
        CHECK_INT(get("/f/g/none/", ""), 404);
        CHECK_INT(get("/f/link/b.txt", ""), 404);
        CHECK_INT(get("/f/g/pipe", ""), 404);
        CHECK_INT(get("/f/g", ""), 301);
        CHECK_INT(get("/f/g/", ""), 200);
    }
    stop();
    forget();
}

TEST(a_file_that_cannot_be_read_is_forbidden)
{
    if (geteuid() == 0)
        SKIP("root reads everything");
    new_folder();
    CHECK_INT(chmod(in_folder("a.txt"), 0), 0);
    START("--quiet");
    CHECK_INT(get("/a.txt", ""), 403);
    stop();
    forget();
}

/* ---- Names and types ---- */
TEST(no_file_was_changed_in_the_future)
{
    struct timespec times[2] = { { 2114380800, 0 }, { 2114380800, 0 } };
    new_folder();
    CHECK_INT(utimensat(AT_FDCWD, in_folder("a.txt"), times, 0), 0);
    START("--quiet");
    CHECK_INT(get("/a.txt", ""), 200);
    CHECK_PTR(strstr(field("Last-Modified"), "2037"), NULL);
    stop();
    forget();
}

TEST(names_are_decoded)
{
    new_folder();
    put("a b+c.txt", "one");
    put("\xc3\xbc", "two");
    put("50%", "three");
    START("--quiet");
    CHECK_INT(get("/a%20b+c.txt?x=/y", ""), 200);
    CHECK_STR(heard.body, "one");
    CHECK_INT(get("/%c3%BC", ""), 200);
    CHECK_STR(heard.body, "two");
    CHECK_INT(get("/50%25", ""), 200);
    CHECK_STR(heard.body, "three");
    stop();
    forget();
}

TEST(the_type_is_that_of_the_extension)
{
    static const char *const types[][2] = {
        { "a.html", "text/html; charset=utf-8" },
        { "a.tar.gz", "application/gzip" },
        { "a.PNG", "image/png" },
        { "a.js", "text/javascript; charset=utf-8" },
        { "a.unknown", "application/octet-stream" },
        { "html", "application/octet-stream" },
        { "a.", "application/octet-stream" },
    };
    char target[100];
    new_folder();
    START("--quiet");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        put(types[i][0], "x");
        snprintf(target, sizeof target, "/%s", types[i][0]);
        CHECK_INT(get(target, ""), 200);
        CHECK_STR(field("Content-Type"), types[i][1]);
        CHECK_STR(field("X-Content-Type-Options"), "nosniff");
    }
    stop();
    forget();
}

/* ---- Folders ---- */
TEST(a_folder_without_a_slash_moves_to_the_one_with_it)
{
    new_folder();
    put_folder("f d");
    START("--quiet");
    CHECK_INT(get("/f%20d?a=b", ""), 301);
    CHECK_STR(field("Location"), "/f%20d/?a=b");
    CHECK_INT(ask("GET http://x/f%20d HTTP/1.1\r\nHost: x\r\n\r\n"), 301);
    CHECK_STR(field("Location"), "/f%20d/");
    stop();
    forget();
}

TEST(an_index_stands_for_its_folder)
{
    new_folder();
    put_folder("sub");
    put("sub/index.html", "<p>hello");
    put_folder("odd");
    put_folder("odd/index.html");
    START("--quiet");
    CHECK_INT(get("/sub/", ""), 200);
    CHECK_STR(heard.body, "<p>hello");
    CHECK_STR(field("Content-Type"), "text/html; charset=utf-8");
    CHECK(field("ETag") != NULL);
    CHECK_INT(get("/odd/", ""), 200);
    CHECK(strstr(heard.body, "href=\"index.html/\"") != NULL);
    stop();
    forget();
}

static const char *place_of(const char *text)
{
    const char *at = strstr(heard.body, text);
    if (at == NULL)
        printf("%s\n", heard.body);
    CHECK(at != NULL);
    return at;
}

TEST(a_listing_is_sorted_and_escaped_and_shows_what_can_be_fetched)
{
    new_folder();
    put_folder("f");
    put("f/b<i>&\"", "12345");
    put("f/a:b \xc3\xbc", "");
    put("f/c\n", "");
    put("f/.hidden", "");
    put_folder("f/d");
    CHECK_INT(symlink("d", in_folder("f/link")), 0);
    CHECK_INT(mkfifo(in_folder("f/pipe"), 0666), 0);
    START("--quiet");
    CHECK_INT(get("/f/", ""), 200);
    CHECK_STR(field("Content-Type"), "text/html; charset=utf-8");
    const char *first = place_of("href=\"a%3Ab%20%C3%BC\">a:b \xc3\xbc</a>");
    const char *second = place_of("href=\"b%3Ci%3E%26%22\">"
                                  "b&lt;i&gt;&amp;&quot;</a></td><td>5<");
    const char *third = place_of("href=\"c%0A\">c?</a>");
    const char *last = place_of("href=\"d/\">d/</a></td><td><");
    CHECK(first < second && second < third && third < last);
    place_of("href=\"../\"");
    CHECK_PTR(strstr(heard.body, "hidden"), NULL);
    CHECK_PTR(strstr(heard.body, "link"), NULL);
    CHECK_PTR(strstr(heard.body, "pipe"), NULL);
    CHECK_INT(get("/", ""), 200);
    CHECK_PTR(strstr(heard.body, "../"), NULL);
    stop();
    forget();
}

TEST_LIMIT(60, a_listing_of_very_many_files_is_cut)
{
    char name[32];
    new_folder();
    put_folder("f");
    for (int i = 0; i < 5001; i++) {
        snprintf(name, sizeof name, "f/%d", i);
        put(name, "");
    }
    START("--quiet");
    CHECK_INT(get("/f/", ""), 200);
    place_of("There are more.");
    stop();
    forget();
}

TEST_LIMIT(60, a_listing_of_long_names_is_cut_at_a_mebibyte)
{
    char name[202] = "";
    new_folder();
    memset(name, '%', 190);    /* three bytes each in a link */
    for (int i = 0; i < 2000; i++) {
        snprintf(name + 190, 12, "%d", i);
        put(name, "");
    }
    START("--quiet");
    CHECK_INT(get("/", ""), 200);
    CHECK(heard.length > 1 << 20);
    CHECK(heard.length < (1 << 20) + 4096);
    place_of("There are more.");
    place_of("</html>");
    stop();
    forget();
}

/* ---- Long files ---- */
TEST(a_long_file_arrives_whole)
{
    new_folder();
    FILE *file = fopen(in_folder("long"), "w");
    CHECK(file != NULL);
    for (int i = 0; i < 400000; i++)
        fprintf(file, "%06d\n", i);
    CHECK_INT(fclose(file), 0);
    put("empty", "");
    START("--quiet");
    CHECK_INT(get("/long", ""), 200);
    CHECK_INT(heard.length, 2800000);
    for (int i = 0; i < 400000; i++)
        CHECK_INT(atoi(heard.body + 7 * i), i);
    CHECK_INT(get("/empty", ""), 200);
    CHECK_INT(heard.length, 0);
    stop();
    forget();
}

/* The rest is not made up, and the client sees that it is missing. */
TEST(a_file_that_shrinks_meanwhile_ends_the_connection)
{
    new_folder();
    put_large("large", 64L << 20);
    START("--quiet");
    int fd = dial();
    tell(fd, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(hear_head(fd) && heard.status == 200);
    CHECK_INT(truncate(in_folder("large"), 1000), 0);
    hear_body(fd, 64L << 20);
    CHECK(heard.length < 64L << 20);
    close(fd);
    CHECK_INT(get("/a.txt", ""), 200);
    stop();
    forget();
}

static long memory_of_server(void)    /* KiB; 0: nobody tells */
{
    char path[64], line[256];
    long size = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)server);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        sscanf(line, "VmRSS: %ld", &size);
    if (file != NULL)
        fclose(file);
    return size;
}

TEST(a_client_that_does_not_read_costs_a_piece_and_delays_nobody)
{
    int fds[8];
    new_folder();
    put_large("large", 64L << 20);
    START("--quiet");
    CHECK_INT(get("/a.txt", ""), 200);
    long before = memory_of_server();
    for (int i = 0; i < 8; i++) {
        fds[i] = dial();
        tell(fds[i], "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(hear_head(fds[i]) && heard.status == 200);
    }
    for (int i = 0; i < 8; i++)
        CHECK_INT(get("/a.txt", ""), 200);
    CHECK(memory_of_server() - before < 8 * 1024);
    for (int i = 0; i < 8; i++)
        close(fds[i]);
    stop();
    forget();
}
