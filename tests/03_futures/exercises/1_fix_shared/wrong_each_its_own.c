/* wrong: no future is shared, so only the last who asked is answered */
#include "lookup.h"

#include <stdlib.h>
#include <string.h>

typedef struct Question {
    struct Question *next;
    const char *name;
    Future *future;
} Question;

struct Lookup {
    Loop *loop;
    Question *first;
};

/* ---- Making ---- */
Lookup *lookup_new(Loop *loop)
{
    Lookup *lookup = malloc(sizeof *lookup);
    if (lookup != NULL)
        *lookup = (Lookup){ loop, NULL };
    return lookup;
}

/* ---- Asking ---- */
/* Where the question of that name is linked, or would be. */
static Question **place_of(Lookup *lookup, const char *name)
{
    Question **place = &lookup->first;
    while (*place != NULL && strcmp((*place)->name, name) != 0)
        place = &(*place)->next;
    return place;
}

static Question *question_new(Lookup *lookup, const char *name)
{
    Question *question = malloc(sizeof *question);
    Future *future = future_new(lookup->loop);
    if (question == NULL || future == NULL) {
        free(question);
        future_release(future);
        return NULL;
    }
    *question = (Question){ lookup->first, name, future_retain(future) };
    lookup->first = question;
    return question;
}

Future *lookup_ask(Lookup *lookup, const char *name)
{
    Question *question = question_new(lookup, name);
    return question != NULL ? question->future : NULL;
}

/* ---- Closing ---- */
/* Takes the question at that place out, and frees it. */
static void close_question(Question **place)
{
    Question *question = *place;
    *place = question->next;
    future_release(question->future);
    free(question);
}

bool lookup_answer(Lookup *lookup, const char *name, long long number)
{
    Question **place = place_of(lookup, name);
    if (*place == NULL)
        return false;
    future_set_result((*place)->future, (Value){ .i = number });
    close_question(place);
    return true;
}

void lookup_free(Lookup *lookup)
{
    while (lookup->first != NULL) {
        future_cancel(lookup->first->future);
        close_question(&lookup->first);
    }
    free(lookup);
}
