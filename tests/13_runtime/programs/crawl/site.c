/* site.c - a web site for tests: site SCRIPT LOG COMMAND...
 *
 * Serves what SCRIPT says at two ports, runs the command, prints what that
 * prints, and exits as it does.  {A} and {B} are the two sites, in the script
 * and in the command; in the output they are "site" and "other".  LOG gets a
 * line for each request: the connection's number, the method, the path; then
 * how many there were at once, and how many milliseconds the command took.
 *
 * A line "@ PATH KIND [NUMBER]" begins a page, what follows is its body:
 *     html, plain       with Content-Length       chunked, close   without
 *     status N          html, with this status    redirect N       the body: to
 *     status N          html, with this status    redirect N    its body: to
 *     nohead            405 to HEAD               once             then closes
 *     badhead           html, and its body also after HEAD
 *     huge N            html, and N bytes more    hang, drop       no answer
 *     gate N            html, once N requests are there
 *     slow N            html, after N milliseconds
 *     stall             as cut, and does not close
 *     interrupt         SIGINT to the command, then no answer */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>

#include "weft.h"

/* ---- The script ---- */
typedef struct Answer {
    struct Answer *next;
    char path[200], kind[20];
    size_t number, length;
    char *body;
} Answer;

typedef struct Site {
    Answer *answers;
    char a[40], b[40];
    FILE *log;
    size_t connections, at_gate, busy, most_busy;
    Event gate;
    Process *command;
} Site;

/* The text with each {A} and {B} replaced; or, the other way, the hosts. */
static char *translate(const Site *site, const char *text, bool is_output)
{
    const char *from[] = { "{A}", "{B}" }, *to[] = { site->a, site->b };
    const char *names[] = { "site", "other" };
    char *out = NULL;
    size_t size;
    FILE *file = open_memstream(&out, &size);
    while (file != NULL && *text != '\0') {
        int i = 0;
        while (i < 2 && strncmp(text, is_output ? to[i] : from[i],
                                strlen(is_output ? to[i] : from[i])) != 0)
            i++;
        if (i == 2) {
            fputc(*text++, file);
            continue;
        }
        fputs(is_output ? names[i] : to[i], file);
        text += strlen(is_output ? to[i] : from[i]);
    }
    if (file == NULL || fclose(file) != 0)
        abort();
    return out;
}

static char *slurp(const char *path)
{
    char *text = calloc(1, 1 << 20);
    FILE *file = fopen(path, "r");
    if (text == NULL || file == NULL ||
        fread(text, 1, (1 << 20) - 1, file) == 0) {
        perror(path);
        exit(99);
    }
    fclose(file);
    return text;
}

static void read_script(Site *site, const char *path)
{
    char *text = slurp(path), *at = text;
    while (*at == '@') {
        Answer *it = calloc(1, sizeof *it);
        if (it == NULL || sscanf(at, "@ %199s %19s %zu", it->path, it->kind,
                                 &it->number) < 2) {
            fprintf(stderr, "site: bad script: %s", at);
            exit(99);
        }
        at += strcspn(at, "\n") + 1;
        char *end = strstr(at - 1, "\n@ ");
        char *next = end == NULL ? at + strlen(at) : end + 1;
        char *body = strndup(at, (size_t)(next - at));
        it->body = translate(site, body, false);
        it->length = strlen(it->body);
        free(body);
        it->next = site->answers;
        site->answers = it;
        at = next;
    }
    free(text);
}

/* ---- Ways to answer ---- */
static const char *const nothing = "<p>there is nothing here";

static SUSPENDS int answer_whole(StreamWriter *writer, const char *head,
                                 const char *body, size_t length, bool is_head)
{
    int err = writer_printf(writer, "%s\r\nContent-Length: %zu\r\n\r\n", head,
                            length);
    if (err == 0 && !is_head)
        err = writer_write(writer, body, length);
    return err != 0 ? err : writer_drain(writer);
}

static int answer_chunked(StreamWriter *writer, const Answer *it, bool is_cut)
{
    writer_printf(writer, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t i = 0; i < it->length; i += 7) {
        size_t n = it->length - i < 7 ? it->length - i : 7;
        writer_printf(writer, "%zx;part=%zu\r\n%.*s\r\n", n, i, (int)n,
                      it->body + i);
    }
    if (is_cut)
        return ECONNABORTED;
    return writer_printf(writer, "0\r\nTrailer: yes\r\n\r\n");
}

static SUSPENDS int answer_huge(StreamWriter *writer, const Answer *it)
{
    char filler[1001];
    memset(filler, 'x', sizeof filler);
    int err = writer_printf(writer, "HTTP/1.1 200 OK\r\nContent-Type: "
                            "text/html\r\nContent-Length: %zu\r\n\r\n%s",
                            it->length + it->number, it->body);
    for (size_t left = it->number; err == 0 && left > 0; ) {
        size_t n = left < 1000 ? left : 1000;
        err = writer_write(writer, filler, n);
        left -= n;
        if (err == 0)
            err = writer_drain(writer);
    }
    return err;
}

/* Until the other end has closed the connection. */
static SUSPENDS int hang(StreamReader *reader)
{
    char byte;
    size_t got = 1;
    int err = 0;
    while (err == 0 && got > 0)
        err = reader_read(reader, &byte, 1, &got);
    return ECONNABORTED;
}

static SUSPENDS int pass_gate(Site *site, const Answer *it)
{
    if (++site->at_gate == it->number)
        event_set(&site->gate);
    return event_wait(&site->gate);
}

/* ---- One request ---- */
static bool is_kind(const Answer *it, const char *kind)
{
    return strcmp(it->kind, kind) == 0;
}

static SUSPENDS int answer_special(Site *site, StreamReader *reader,
                                   StreamWriter *writer, const Answer *it)
{
    if (is_kind(it, "chunked") || is_kind(it, "cutchunk"))
        return answer_chunked(writer, it, is_kind(it, "cutchunk"));
    if (is_kind(it, "huge"))
        return answer_huge(writer, it);
    if (is_kind(it, "raw"))
        writer_write(writer, it->body, it->length);
    else if (is_kind(it, "close") || is_kind(it, "cut") ||
             is_kind(it, "stall"))
        writer_printf(writer, "HTTP/1.1 200 OK\r\nContent-Type: text/html; "
                      "charset=utf-8\r\n%s\r\n%s",
                      !is_kind(it, "close") ? "Content-Length: 9999\r\n" : "",
                      it->body);
    if (is_kind(it, "interrupt"))
        process_send_signal(site->command, SIGINT);
    if (is_kind(it, "interrupt") || is_kind(it, "hang") ||
        is_kind(it, "stall"))
        return hang(reader);
    return ECONNABORTED;
}

static SUSPENDS int answer(Site *site, StreamReader *reader,
                           StreamWriter *writer, const Answer *it, bool is_head)
{
    char head[600] = "HTTP/1.1 404 Nothing\r\nContent-Type: text/html";
    if (it == NULL)
        return answer_whole(writer, head, nothing, strlen(nothing), is_head);
    int err = is_kind(it, "gate") ? pass_gate(site, it)
              : is_kind(it, "slow") ? async_sleep((double)it->number / 1000)
              : 0;
    if (err != 0)
        return err;
    if (is_kind(it, "html") || is_kind(it, "once") ||
        is_kind(it, "badhead") || is_kind(it, "gate") || is_kind(it, "slow"))
        strcpy(head, "HTTP/1.1 200 OK\r\nContent-Type: text/html");
    else if (is_kind(it, "plain"))
        strcpy(head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain");
    else if (is_kind(it, "nohead"))
        sprintf(head, "HTTP/1.1 %s\r\nContent-Type: image/png",
                is_head ? "405 No" : "200 OK");
    else if (is_kind(it, "status"))
        sprintf(head, "HTTP/1.1 %zu So\r\nContent-Type: text/html", it->number);
    else if (is_kind(it, "redirect"))
        sprintf(head, "HTTP/1.1 %zu Go\r\nLocation: %.*s", it->number,
                (int)strcspn(it->body, "\n"), it->body);
    else
        return answer_special(site, reader, writer, it);
    err = answer_whole(writer, head, it->body, it->length,
                       is_head && !is_kind(it, "badhead"));
    return err == 0 && is_kind(it, "once") ? ECONNABORTED : err;
}

/* ---- A connection ---- */
static SUSPENDS int read_request(StreamReader *reader, char *method,
                                 char *path)
{
    char *line;
    size_t n;
    int err = reader_readline(reader, &line, &n);
    if (err == 0 && (n == 0 || sscanf(line, "%9s %199s", method, path) != 2))
        err = E_INCOMPLETE_READ;
    do {
        if (err == 0)
            err = reader_readline(reader, &line, &n);
    } while (err == 0 && n > 2);
    return err;
}

static int serve(StreamReader *reader, StreamWriter *writer, void *arg)
{
    Site *site = arg;
    size_t number = ++site->connections;
    char method[10], path[200];
    int err = 0;
    while (err == 0 && (err = read_request(reader, method, path)) == 0) {
        fprintf(site->log, "%zu %s %s\n", number, method, path);
        const Answer *it = site->answers;
        while (it != NULL && strcmp(it->path, path) != 0)
            it = it->next;
        if (++site->busy > site->most_busy)
            site->most_busy = site->busy;
        err = answer(site, reader, writer, it, strcmp(method, "HEAD") == 0);
        site->busy--;
    }
    return 0;
}

/* ---- The command ---- */
static SUSPENDS int run_command(Site *site, char **argv, int *status)
{
    SubprocessOptions pipes = { .output = SUBPROCESS_PIPE,
                                .error = SUBPROCESS_STDOUT };
    Bytes output;
    for (char **at = argv; *at != NULL; at++)
        *at = translate(site, *at, false);
    int err = async_create_subprocess_exec(argv, &pipes, &site->command);
    if (err == 0)
        err = process_communicate(site->command, NULL, 0, &output, NULL);
    if (err != 0)
        return err;
    char *shown = translate(site, output.data, true);
    fputs(shown, stdout);
    free(shown);
    free(output.data);
    process_returncode(site->command, status);
    process_free(site->command);
    for (; *argv != NULL; argv++)
        free(*argv);
    return 0;
}

static int run(void *arg, Value *result)
{
    Site site = { .at_gate = 0 };
    char **argv = arg;
    Server *servers[2];
    int status = 99;
    for (int i = 0; i < 2; i++) {
        int err = async_start_server(serve, &site, "127.0.0.1", 0, &servers[i]);
        if (err != 0)
            return err;
        sprintf(i == 0 ? site.a : site.b, "127.0.0.1:%d",
                server_port(servers[i]));
    }
    read_script(&site, argv[1]);
    site.log = fopen(argv[2], "w");
    if (site.log == NULL)
        return errno;
    double began = loop_time(async_get_running_loop());
    int err = run_command(&site, argv + 3, &status);
    fprintf(site.log, "most %zu\ntook %.0f\n", site.most_busy,
            1000 * (loop_time(async_get_running_loop()) - began));
    event_set(&site.gate);
    for (int i = 0; i < 2; i++) {
        server_close(servers[i]);
        server_abort_clients(servers[i]);
        server_wait_closed(servers[i]);
        server_free(servers[i]);
    }
    fclose(site.log);
    while (site.answers != NULL) {
        Answer *next = site.answers->next;
        free(site.answers->body);
        free(site.answers);
        site.answers = next;
    }
    result->i = status;
    return err;
}

/* Who runs in the background is deaf to SIGINT, and so are its children. */
int main(int argc, char **argv)
{
    Value status = { .i = 99 };
    signal(SIGINT, SIG_DFL);
    int err = async_run(run, argv, &status);
    if (err != 0)
        fprintf(stderr, "site: %s\n", error_message(err));
    return err != 0 ? 99 : (int)status.i & 255;
}
