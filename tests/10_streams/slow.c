/* A slow reader and a slow writer over sockets that hold little: whoever drains
 * keeps no more than the high-water mark, whatever there is to send.  The
 * sockets are at a path: TCP with so little room waits for timers. */
#include "servers.h"

enum { PIECE = 1000, PIECES = 2000 };

/* ---- Who sends ---- */
typedef struct Sender {
    size_t high, low;     /* 0: as they are */
    bool drains;
    size_t most;          /* that was unsent at any time */
    size_t most_memory;   /* that was in use */
    int n_sent;
    bool is_over;
} Sender;

static void make_narrow(StreamWriter *writer)
{
    int fd = writer_fileno(writer), size = 4096;
    CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
}

static void keep_most(size_t *most, size_t now)
{
    if (now > *most)
        *most = now;
}

static char byte_at(size_t i)
{
    return (char)('a' + (i + i / 26) % 26);
}

static int send_pieces(StreamReader *reader, StreamWriter *writer, void *arg)
{
    Sender *sender = arg;
    char piece[PIECE];
    int err = 0;
    make_narrow(writer);
    if (sender->high > 0)
        writer_set_write_buffer_limits(writer, sender->high, sender->low);
    for (int i = 0; i < PIECES && err == 0; i++, sender->n_sent++) {
        for (size_t k = 0; k < PIECE; k++)
            piece[k] = byte_at((size_t)i * PIECE + k);
        err = writer_write(writer, piece, PIECE);
        keep_most(&sender->most, writer_get_write_buffer_size(writer));
        keep_most(&sender->most_memory, check_memory());
        if (err == 0 && sender->drains)
            err = writer_drain(writer);
    }
    sender->is_over = true;
    return err;
}

/* ---- Who reads ---- */
static Client dial_path(ClientConnected *handler, void *arg, Server **server)
{
    Client client;
    make_folder();
    CHECK_INT(async_start_unix_server(handler, arg, path, server), 0);
    CHECK_INT(async_open_unix_connection(path, &client.reader, &client.writer),
              0);
    return client;
}

static void end_both(Client *client, Server *server)
{
    hang_up(client);
    end_server(server);
    remove_folder();
}

static size_t read_rest(Client *client, size_t size, int turns)
{
    char buffer[1 << 14];
    size_t got = 1, sum = 0;
    CHECK(size <= sizeof buffer);
    while (got > 0) {
        CHECK_INT(reader_read(client->reader, buffer, size, &got), 0);
        for (size_t i = 0; i < got; i++)
            if (buffer[i] != byte_at(sum + i))
                CHECK_INT(buffer[i], byte_at(sum + i));
        sum += got;
        pause_turns(turns);
    }
    return sum;
}

static void play_slowly(Sender *sender, size_t size, int turns)
{
    Server *server;
    Client client = dial_path(send_pieces, sender, &server);
    CHECK_INT(read_rest(&client, size, turns), PIECE * PIECES);
    end_both(&client, server);
}

/* ---- A slow reader ---- */
static int read_slowly(void *arg, Value *result)
{
    Sender sender = { .drains = true };
    size_t before = check_memory();
    play_slowly(&sender, 2000, 2);
    CHECK(sender.most > 32 * 1024);    /* it was held up */
    CHECK(sender.most <= 64 * 1024 + PIECE);
    CHECK(sender.most_memory <= before + 256 * 1024);
    return 0;
}

TEST_LIMIT(60, whoever_drains_keeps_no_more_than_the_mark)    /* ST7 */
{
    play_real(read_slowly, NULL);
}

static int read_with_marks(void *arg, Value *result)
{
    Sender sender = { .high = 5000, .low = 1000, .drains = true };
    play_slowly(&sender, 2000, 2);
    CHECK(sender.most > 2500);
    CHECK(sender.most <= 5000 + PIECE);
    return 0;
}

TEST_LIMIT(60, the_mark_can_be_set)
{
    play_real(read_with_marks, NULL);
}

static int read_undrained(void *arg, Value *result)
{
    Sender sender = { .drains = false };
    play_slowly(&sender, 1 << 14, 1);
    CHECK(sender.most > 8 * 64 * 1024);
    return 0;
}

TEST_LIMIT(60, whoever_does_not_keeps_it_all)
{
    play_real(read_undrained, NULL);
}

/* ---- Nobody reads ---- */
static int read_late(void *arg, Value *result)
{
    Sender sender = { .high = 2000, .low = 1000, .drains = true };
    Server *server;
    Client client = dial_path(send_pieces, &sender, &server);
    for (int sent = -1; sent != sender.n_sent || sent == 0;) {
        sent = sender.n_sent;
        rest(0.05);
    }
    CHECK(!sender.is_over);
    CHECK_INT(reader_at_eof(client.reader), false);
    CHECK(sender.most <= 2000 + PIECE);
    CHECK_INT(read_rest(&client, 1 << 14, 0), PIECE * PIECES);
    CHECK(sender.is_over);
    end_both(&client, server);
    return 0;
}

TEST_LIMIT(60, a_writer_waits_for_a_reader_that_comes_late)
{
    play_real(read_late, NULL);
}

static int go_away(void *arg, Value *result)
{
    Sender sender = { .drains = true };
    Seen *seen = arg;
    Server *server;
    Client client = dial_path(send_pieces, &sender, &server);
    char byte;
    size_t got;
    CHECK_INT(reader_read(client.reader, &byte, 1, &got), 0);
    end_both(&client, server);
    CHECK(seen->last.error == ECONNRESET || seen->last.error == EPIPE);
    CHECK(sender.n_sent < PIECES);
    return 0;
}

TEST(a_writer_whose_reader_goes_away_is_told)    /* ST15 */
{
    play_seen(go_away, 1, "Unhandled exception in client_connected_cb");
}

/* ---- A slow writer ---- */
static int drip(StreamReader *reader, StreamWriter *writer, void *arg)
{
    for (int i = 0; i < 3000; i++) {
        char byte = i % 10 == 9 ? '\n' : byte_at((size_t)i);
        CHECK_INT(writer_write(writer, &byte, 1), 0);
        pause_turns(1);
    }
    return 0;
}

static int collect_lines(void *arg, Value *result)
{
    Server *server;
    Client client = dial_path(drip, NULL, &server);
    char *line;
    size_t length;
    for (int i = 0; i < 3000; i += 10) {
        CHECK_INT(reader_readline(client.reader, &line, &length), 0);
        CHECK_INT(length, 10);
        for (int k = 0; k < 9; k++)
            CHECK_INT(line[k], byte_at((size_t)(i + k)));
    }
    expect_end(&client);
    end_both(&client, server);
    return 0;
}

TEST_LIMIT(60, lines_come_whole_from_a_slow_writer)
{
    play_real(collect_lines, NULL);
}
