/* date.c - times as HTTP writes them.  The program never calls setlocale(), so
 * the names of days and months are English. */
#include "date.h"

#include <string.h>

/* ---- To text ---- */
static void format(time_t time, const char *as, char text[DATE_SIZE])
{
    struct tm parts;
    text[0] = '\0';
    if (gmtime_r(&time, &parts) == NULL ||
        strftime(text, DATE_SIZE, as, &parts) == 0)
        strcpy(text, "-");
}

void date_text(time_t time, char text[DATE_SIZE])
{
    format(time, "%a, %d %b %Y %H:%M:%S GMT", text);
}

void date_short_text(time_t time, char text[DATE_SIZE])
{
    format(time, "%Y-%m-%d %H:%M", text);
}

/* ---- Now ---- */
static struct {
    time_t second;    /* of which both texts tell */
    char http[DATE_SIZE], log[DATE_SIZE];
} now;

static void look_at_clock(void)
{
    time_t second = time(NULL);
    if (second == now.second)
        return;
    now.second = second;
    date_text(second, now.http);
    format(second, "%d/%b/%Y:%H:%M:%S +0000", now.log);
}

const char *date_now(void)
{
    look_at_clock();
    return now.http;
}

const char *date_now_for_log(void)
{
    look_at_clock();
    return now.log;
}

/* ---- The inverse ---- */
/* POSIX has no inverse of gmtime(), but the formula: "Seconds Since the
 * Epoch". */
static time_t seconds(const struct tm *parts)
{
    static const int before[] = { 0,   31,  59,  90,  120, 151,
                                  181, 212, 243, 273, 304, 334 };
    long long year = parts->tm_year;
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 100);
    long long days = (year - 70) * 365 + (year - 69) / 4 - (year - 1) / 100 +
                     (year + 299) / 400 + before[parts->tm_mon] +
                     (is_leap && parts->tm_mon > 1) + parts->tm_mday - 1;
    return (time_t)(((days * 24 + parts->tm_hour) * 60 + parts->tm_min) * 60 +
                    parts->tm_sec);
}

/* ---- From text ---- */
bool date_read(const char *text, time_t *time)
{
    static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT",
                                         "%A, %d-%b-%y %H:%M:%S GMT",
                                         "%a %b %d %H:%M:%S %Y" };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm parts = { .tm_mday = 0 };
        const char *end = strptime(text, forms[i], &parts);
        if (end != NULL && *end == '\0' && parts.tm_year >= 70) {
            *time = seconds(&parts);
            return true;
        }
    }
    return false;
}
