/* head.c - the first half of an answer: its status and its headers. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http.h"

/* ---- Lines ---- */
SUSPENDS int read_line(StreamReader *reader, char **line)
{
    size_t length;
    int err = reader_readline(reader, line, &length);
    if (err != 0)
        return err == E_VALUE ? E_BAD_ANSWER : err;
    if (length == 0 || (*line)[length - 1] != '\n')
        return E_INCOMPLETE_READ;
    length--;
    if (length > 0 && (*line)[length - 1] == '\r')
        length--;
    (*line)[length] = '\0';
    return strlen(*line) == length ? 0 : E_BAD_ANSWER;
}

/* ---- The status ---- */
/* "HTTP/1.1 200 OK" */
static bool parse_status(const char *line, int *status, bool *keeps_alive)
{
    static const char form[] = "HTTP/1.d ddd";
    for (size_t i = 0; form[i] != '\0'; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)line[i])
                           : line[i] != form[i])
            return false;
    *keeps_alive = line[7] != '0';
    *status = atoi(line + 9);
    return *status >= 100 && (line[12] == ' ' || line[12] == '\0');
}

/* 100 Continue and its kin come before the status that counts. */
static bool is_interim(int status)
{
    return status < 200 && status != 101;
}

/* ---- Words in a value ---- */
/* Whatever its case, up to a comma or a semicolon. */
static bool begins_with(const char *value, const char *word)
{
    size_t n = strlen(word);
    return strncasecmp(value, word, n) == 0 &&
           strchr(" \t,;", value[n]) != NULL;
}

static bool has_word(const char *list, const char *word)
{
    while (*list != '\0') {
        list += strspn(list, " \t,");
        if (begins_with(list, word))
            return true;
        list += strcspn(list, ",");
    }
    return false;
}

/* ---- Headers that count ---- */
static int set_length(Framing *framing, const char *value)
{
    size_t n = strspn(value, "0123456789");
    if (n == 0 || n > 18 || value[n + strspn(value + n, " \t")] != '\0')
        return E_BAD_ANSWER;
    long long length = atoll(value);
    if (framing->length >= 0 && framing->length != length)
        return E_BAD_ANSWER;
    framing->length = length;
    return 0;
}

static int set_location(Answer *answer, const char *value)
{
    free(answer->location);
    answer->location = strdup(value);
    return answer->location == NULL ? ENOMEM : 0;
}

/* ---- One header ---- */
static int take_header(const char *name, const char *value, Answer *answer,
                       Framing *framing)
{
    if (strcasecmp(name, "Content-Length") == 0)
        return set_length(framing, value);
    if (strcasecmp(name, "Location") == 0)
        return set_location(answer, value);
    if (strcasecmp(name, "Transfer-Encoding") == 0) {
        framing->is_chunked = begins_with(value, "chunked") &&
                              value[7 + strspn(value + 7, " \t")] == '\0';
        return framing->is_chunked ? 0 : E_BAD_ANSWER;
    }
    if (strcasecmp(name, "Connection") == 0)
        framing->keeps_alive = has_word(value, "keep-alive") ||
                               (framing->keeps_alive &&
                                !has_word(value, "close"));
    else if (strcasecmp(name, "Content-Encoding") == 0)
        framing->is_encoded = !begins_with(value, "identity");
    else if (strcasecmp(name, "Content-Type") == 0)
        answer->is_html = begins_with(value, "text/html");
    return 0;
}

/* ---- All of them ---- */
enum { MAX_HEADERS = 100 };

/* Up to an empty line. */
static SUSPENDS int read_headers(StreamReader *reader, Answer *answer,
                                 Framing *framing)
{
    char *line;
    for (int n = 0; n < MAX_HEADERS; n++) {
        int err = read_line(reader, &line);
        if (err != 0 || *line == '\0')
            return err;
        char *colon = strchr(line, ':');
        if (colon == NULL || colon == line)
            return E_BAD_ANSWER;
        *colon = '\0';
        err = take_header(line, colon + 1 + strspn(colon + 1, " \t"), answer,
                          framing);
        if (err != 0)
            return err;
    }
    return E_BAD_ANSWER;
}

/* ---- A head ---- */
SUSPENDS int read_head(StreamReader *reader, Answer *answer, Framing *framing)
{
    char *line;
    int status;
    for (int n = 0; n < MAX_HEADERS; n++) {
        answer_clear(answer);
        *framing = (Framing){ .length = -1 };
        int err = read_line(reader, &line);
        if (err != 0)
            return err;
        if (!parse_status(line, &status, &framing->keeps_alive))
            return E_BAD_ANSWER;
        answer->status = status;
        err = read_headers(reader, answer, framing);
        answer->is_html = answer->is_html && !framing->is_encoded;
        if (err != 0 || !is_interim(status))
            return err;
    }
    return E_BAD_ANSWER;
}
