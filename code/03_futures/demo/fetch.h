/* fetch.h - a shop far away, played: it answers each question in a second. */
#ifndef FETCH_H
#define FETCH_H

#include "virtual.h"

/* ---- What the shop knows ---- */
static const struct { const char *name, *text; } pages[] = {
    { "ana", "order 7" },
    { "order 7", "parcel 31" },
    { "parcel 31", "Utrecht" },
    { "ben", "order 8" },    /* and of order 8 it knows nothing */
};

static inline const char *look_up(const char *name)
{
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strcmp(pages[i].name, name) == 0)
            return pages[i].text;
    return NULL;
}

/* ---- The answer ---- */
/* The text is the callee's to free; with an error it is NULL. */
typedef void Answer(int err, char *text, void *arg);

typedef struct Question {
    const char *text;    /* borrowed, or NULL */
    Answer *answer;
    void *arg;
} Question;

static inline void answer_it(void *arg)
{
    Question question = *(Question *)arg;
    free(arg);
    if (question.text == NULL) {
        question.answer(E_LOOKUP, NULL, question.arg);
        return;
    }
    char *text = strdup(question.text);
    question.answer(text == NULL ? ENOMEM : 0, text, question.arg);
}

/* ---- The question ---- */
/* Calls answer in a second.  ENOMEM: it will not be called. */
static inline int fetch(Loop *loop, const char *name, Answer *answer,
                        void *arg)
{
    Question *question = malloc(sizeof *question);
    if (question == NULL)
        return ENOMEM;
    *question = (Question){ look_up(name), answer, arg };
    if (loop_call_later(loop, 1, answer_it, question) != 0)
        return 0;
    free(question);
    return ENOMEM;
}

/* ---- How it ended ---- */
static inline void print_outcome(Loop *loop, int err, const char *place)
{
    if (err == 0)
        printf("found after %.0f s: in %s\n", loop_time(loop), place);
    else
        printf("not found after %.0f s: %s: %s\n", loop_time(loop),
               error_name(err), error_message(err));
}

#endif
