/* text.h - text that is written bit by bit into memory of a fixed size. */
#ifndef TEXT_H
#define TEXT_H

#include "url.h"

/* ---- Text of a fixed size ---- */
/* What does not fit is dropped, and remembered. */
typedef struct Text {
    char *at;
    size_t length, size;
    bool is_full;
} Text;

static inline void put(Text *text, char c)
{
    if (text->length + 1 < text->size)
        text->at[text->length++] = c;
    else
        text->is_full = true;
}

static inline void put_part(Text *text, Part part)
{
    for (size_t i = 0; i < part.length; i++)
        put(text, part.at[i]);
}

static inline int finish(Text *text)
{
    text->at[text->length] = '\0';
    return text->is_full ? E_VALUE : 0;
}

#endif
