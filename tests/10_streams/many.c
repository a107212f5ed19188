/* Connections that come and go, one after the other and many at a time: a fifth
 * of all; WEFT_MANY=1 in the environment asks for a hundred thousand of each
 * kind.
 *
 * Over TCP the clients reset the connection when they have their answer.  If
 * they closed it, each would keep a port for a minute (TIME_WAIT), and there
 * are some 28,000. */
#include "servers.h"

/* ---- How many ---- */
enum { AT_ONCE = 40 };

static int wanted(void)
{
    return getenv("WEFT_MANY") != NULL ? 100000 : 20000;
}

/* ---- The server ---- */
static Server *server;
static int served, running;

/* A line for a line, until the end; a reset is an end, too. */
static int answer(StreamReader *reader, StreamWriter *writer, void *arg)
{
    char *line;
    size_t length = 1;
    served++;
    running++;
    while (length > 0 && reader_readline(reader, &line, &length) == 0)
        if (length > 0 && writer_write(writer, line, length) != 0)
            break;
    running--;
    return 0;
}

/* ---- The clients ---- */
typedef int Come(Client *);
typedef void Go(Client *);

typedef struct Visit {
    Come *come;
    Go *go;
    bool is_silent;    /* it asks for nothing */
    int left;
} Visit;

static int come_by_port(Client *client)
{
    return async_open_connection("127.0.0.1", server_port(server),
                                 &client->reader, &client->writer);
}

static int come_by_path(Client *client)
{
    return async_open_unix_connection(path, &client->reader, &client->writer);
}

static void go_abruptly(Client *client)
{
    struct linger linger = { .l_onoff = 1, .l_linger = 0 };
    CHECK_INT(setsockopt(writer_fileno(client->writer), SOL_SOCKET, SO_LINGER,
                         &linger, sizeof linger), 0);
    writer_abort(client->writer);
    hang_up(client);
}

static void speak(Client *client, int number)
{
    char *line, text[32];
    size_t length;
    snprintf(text, sizeof text, "visitor %d\n", number);
    send_text(client, text);
    CHECK_INT(reader_readline(client->reader, &line, &length), 0);
    CHECK_STR(line, text);
}

static int visit_on(void *arg, Value *result)
{
    Visit *visit = arg;
    while (visit->left > 0) {
        Client client;
        int number = visit->left--;
        CHECK_INT(visit->come(&client), 0);
        if (!visit->is_silent)
            speak(&client, number);
        visit->go(&client);
    }
    return 0;
}

static int visit_all(Visit *visit)
{
    Task *tasks[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++)
        tasks[i] = begin(visit_on, visit);
    for (int i = 0; i < AT_ONCE; i++)
        CHECK_INT(task_join(tasks[i], NULL), 0);
    end_server(server);
    CHECK_INT(running, 0);
    return 0;
}

/* ---- Over TCP ---- */
static int visit_port(void *arg, Value *result)
{
    int n = wanted();
    Visit visit = { come_by_port, go_abruptly, false, n };
    server = new_server(answer, NULL);
    visit_all(&visit);
    CHECK_INT(served, n);
    return 0;
}

TEST_LIMIT(120, many_connections_come_and_go)
{
    play_real(visit_port, NULL);
}

static int vanish_from_port(void *arg, Value *result)
{
    int n = wanted();
    Visit visit = { come_by_port, go_abruptly, true, n };
    server = new_server(answer, NULL);
    visit_all(&visit);
    CHECK(served <= n);    /* some were gone before they were let in */
    return 0;
}

TEST_LIMIT(120, many_vanish_without_a_word)
{
    play_real(vanish_from_port, NULL);
}

/* ---- At a path ---- */
static int visit_path(void *arg, Value *result)
{
    int n = wanted();
    Visit visit = { come_by_path, hang_up, false, n };
    CHECK_INT(async_start_unix_server(answer, NULL, path, &server), 0);
    visit_all(&visit);
    CHECK_INT(served, n);
    return 0;
}

TEST_LIMIT(120, many_come_and_go_at_a_path)
{
    make_folder();
    play_real(visit_path, NULL);
    remove_folder();
}
