/* robots.c - the rules of a robots.txt. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "robots.h"

/* ---- Rules ---- */
typedef struct Rule {
    struct Rule *next;
    bool is_allowed;
    bool is_whole;      /* '$': the target ends where the last piece does */
    size_t length;      /* of the pattern */
    char *end;          /* the NUL behind the last piece */
    char pieces[];      /* of the pattern, with a NUL for each '*' */
} Rule;

struct Robots {
    Rule *first;
};

/* The pattern is not empty. */
static bool add(Robots *robots, bool is_allowed, const char *pattern)
{
    size_t length = strlen(pattern);
    Rule *rule = malloc(sizeof *rule + length + 1);
    if (rule == NULL)
        return false;
    rule->is_allowed = is_allowed;
    rule->is_whole = pattern[length - 1] == '$';
    rule->length = length;
    rule->end = rule->pieces + length - rule->is_whole;
    strcpy(rule->pieces, pattern);
    *rule->end = '\0';
    for (char *star = rule->pieces; (star = strchr(star, '*')) != NULL; )
        *star++ = '\0';
    rule->next = robots->first;
    robots->first = rule;
    return true;
}

/* ---- Freeing them ---- */
void robots_free(Robots *robots)
{
    if (robots == NULL)
        return;
    for (Rule *rule = robots->first; rule != NULL; ) {
        Rule *next = rule->next;
        free(rule);
        rule = next;
    }
    free(robots);
}

/* ---- A name and a value ---- */
static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t n = strlen(text);
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        n--;
    text[n] = '\0';
    return text;
}

/* "name: value # remark"; false: it is no such line. */
static bool split(char *line, char **name, char **value)
{
    line[strcspn(line, "#")] = '\0';
    char *colon = strchr(line, ':');
    if (colon == NULL)
        return false;
    *colon = '\0';
    *name = trim(line);
    *value = trim(colon + 1);
    return true;
}

/* ---- One line ---- */
static char *take_line(char **text)
{
    char *line = *text;
    if (*line == '\0')
        return NULL;
    *text += strcspn(line, "\r\n");
    if (**text != '\0')
        *(*text)++ = '\0';
    return line;
}

/* ---- Groups ---- */
/* A group begins with one or more lines that say whom it is for. */
typedef struct Group {
    const char *program;
    bool is_ours, has_rules;
    bool is_found;               /* one at least was ours */
} Group;

static bool obey(Robots *robots, Group *group, const char *name,
                 const char *value)
{
    if (strcasecmp(name, "user-agent") == 0) {
        bool is_named = strcasecmp(value, group->program) == 0;
        group->is_ours = is_named || (group->is_ours && !group->has_rules);
        group->is_found = group->is_found || is_named;
        group->has_rules = false;
        return true;
    }
    bool is_allowed = strcasecmp(name, "allow") == 0;
    if (!is_allowed && strcasecmp(name, "disallow") != 0)
        return true;
    group->has_rules = true;
    return !group->is_ours || *value == '\0' || add(robots, is_allowed, value);
}

/* ---- A file ---- */
/* The rules for this name; *is_found: there is a group for it.  NULL: no
 * memory. */
static Robots *read_for(char *text, const char *program, bool *is_found)
{
    Group group = { .program = program };
    Robots *robots = calloc(1, sizeof *robots);
    char *line, *name, *value;
    if (strncmp(text, "\357\273\277", 3) == 0)
        text += 3;                        /* the mark of UTF-8 */
    while (robots != NULL && (line = take_line(&text)) != NULL)
        if (split(line, &name, &value) && !obey(robots, &group, name, value)) {
            robots_free(robots);
            robots = NULL;
        }
    *is_found = group.is_found;
    return robots;
}

/* ---- The rules for us ---- */
Robots *robots_new(char *text, const char *program)
{
    bool is_found;
    char *again = strdup(text);
    Robots *robots = again == NULL ? NULL : read_for(text, program, &is_found);
    if (robots != NULL && !is_found) {
        robots_free(robots);
        robots = read_for(again, "*", &is_found);
    }
    free(again);
    return robots;
}

Robots *robots_bar_all(void)
{
    char all[] = "user-agent: *\ndisallow: /";
    return robots_new(all, "*");
}

/* ---- Matching ---- */
/* Where the piece behind a '*' begins; NULL: nowhere. */
static const char *find(const Rule *rule, const char *piece,
                        const char *target)
{
    size_t n = strlen(piece), all = strlen(target);
    if (!rule->is_whole || piece + n != rule->end)
        return strstr(target, piece);
    target += all >= n ? all - n : 0;
    return strcmp(target, piece) == 0 ? target : NULL;
}

/* The first piece begins the target.  Of the places of each other one behind
 * the one before it, the first leaves most to those that follow. */
static bool matches(const Rule *rule, const char *target)
{
    const char *piece = rule->pieces;
    size_t n = strlen(piece);
    if (strncmp(target, piece, n) != 0)
        return false;
    while (piece + n != rule->end) {
        piece += n + 1;
        target = find(rule, piece, target + n);
        if (target == NULL)
            return false;
        n = strlen(piece);
    }
    return !rule->is_whole || target[n] == '\0';
}

/* ---- Asking the rules ---- */
bool robots_allow(const Robots *robots, const char *target)
{
    bool is_allowed = true;
    size_t longest = 0;
    const Rule *rule = robots == NULL ? NULL : robots->first;
    for (; rule != NULL; rule = rule->next) {
        if (rule->length < longest || !matches(rule, target))
            continue;
        is_allowed = rule->is_allowed ||
                     (rule->length == longest && is_allowed);
        longest = rule->length;
    }
    return is_allowed;
}
