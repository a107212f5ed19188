/* date.h - times as HTTP writes them: Sun, 06 Nov 1994 08:49:37 GMT. */
#ifndef DATE_H
#define DATE_H

#include <stdbool.h>
#include <time.h>

enum { DATE_SIZE = 40 };    /* bytes for any of them, with the NUL */

/* ---- To text ---- */
void date_text(time_t, char text[DATE_SIZE]);
void date_short_text(time_t, char text[DATE_SIZE]);    /* 1994-11-06 08:49 */

/* Now, made anew once a second; for the loop's thread. */
const char *date_now(void);
const char *date_now_for_log(void);    /* 06/Nov/1994:08:49:37 +0000 */

/* ---- From text ---- */
/* In any of the three forms that HTTP has had.  false: in none of them. */
bool date_read(const char *text, time_t *time);

#endif
