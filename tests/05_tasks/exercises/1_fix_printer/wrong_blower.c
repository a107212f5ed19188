/* wrong: cancelled in the fan, it leaves the fan on */
#include "printer.h"

#include <errno.h>

/* ---- Pages ---- */
static SUSPENDS int print_page(Printer *printer)
{
    if (printer->paper == 0)
        return ENOSPC;
    int err = async_sleep(PAGE);
    if (err != 0)
        return err;
    printer->paper--;
    printer->pages++;
    return 0;
}

static SUSPENDS int print_pages(Printer *printer, int pages)
{
    int err = 0;
    for (int i = 0; i < pages && err == 0; i++)
        err = print_page(printer);
    return err;
}

/* ---- The fan ---- */
static SUSPENDS int run_fan(Printer *printer)
{
    printer->has_fan_on = true;
    int err = async_sleep(FAN);
    if (err == 0)
        printer->has_fan_on = false;
    return err;
}

/* ---- All of it ---- */
/* A cancellation wins over what the pages came to, and stays what it is when
 * the fan has run. */
SUSPENDS int print(Printer *printer, int pages)
{
    if (printer->is_on)
        return EBUSY;
    printer->is_on = true;
    int err = async_sleep(WARM_UP);
    if (err == 0) {
        err = print_pages(printer, pages);
        int fan_err = run_fan(printer);
        if (fan_err != 0 && err != E_CANCELLED)
            err = fan_err;
    }
    printer->is_on = false;
    return err;
}
