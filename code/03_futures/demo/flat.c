/* The same three questions with futures: one place for all that goes wrong. */
#include "fetch.h"

/* ---- A fetch that returns a future ---- */
static void complete(int err, char *text, void *future)
{
    if (err != 0)
        future_set_error(future, err, (Value){ .p = NULL });
    else if (future_set_result(future, (Value){ .p = text }) != 0)
        free(text);    /* nobody wants it any more */
    future_release(future);
}

/* NULL: out of memory. */
static Future *fetch_future(Loop *loop, const char *name)
{
    Future *future = future_new(loop);
    if (future == NULL)
        return NULL;
    int err = fetch(loop, name, complete, future_retain(future));
    if (err != 0)
        complete(err, NULL, future);
    return future;
}

/* ---- The steps ---- */
static Future *ask_order(Loop *loop, const char *customer)
{
    return fetch_future(loop, customer);
}

static Future *ask_parcel(Loop *loop, const char *order)
{
    printf("the customer has %s\n", order);
    return fetch_future(loop, order);
}

static Future *ask_place(Loop *loop, const char *parcel)
{
    printf("it travels as %s\n", parcel);
    return fetch_future(loop, parcel);
}

/* ---- Their order ---- */
typedef Future *Step(Loop *, const char *text);

enum { STEPS = 3 };
static Step *const steps[STEPS] = { ask_order, ask_parcel, ask_place };

typedef struct Search {
    Future *place;    /* what the last step brings */
    int step;
} Search;

/* ---- One step ---- */
static void go_on(Future *answer, void *search);

static int take_step(Search *search, const char *text)
{
    Loop *loop = future_get_loop(search->place);
    Future *answer = steps[search->step++](loop, text);
    if (answer == NULL)
        return ENOMEM;
    int err = future_add_done_callback(answer, go_on, search);
    if (err != 0)
        future_cancel(answer);
    future_release(answer);
    return err;
}

/* ---- From step to step ---- */
/* All that goes wrong comes here, and all ends here. */
static void advance(Search *search, int err, char *text)
{
    if (err == 0 && search->step < STEPS) {
        err = take_step(search, text);
        free(text);
        if (err == 0)
            return;
        text = NULL;
    }
    complete(err, text, search->place);
    free(search);
}

static void go_on(Future *answer, void *search)
{
    Value text = { .p = NULL };
    int err = future_result(answer, &text);
    advance(search, err, text.p);
}

/* ---- The first step ---- */
/* NULL: out of memory. */
static Future *search_place(Loop *loop, const char *customer)
{
    Future *place = future_new(loop);
    Search *search = malloc(sizeof *search);
    if (place == NULL || search == NULL) {
        free(search);
        future_release(place);
        return NULL;
    }
    *search = (Search){ future_retain(place), 0 };
    char *name = strdup(customer);
    advance(search, name == NULL ? ENOMEM : 0, name);
    return place;
}

/* ---- Who wants to know ---- */
int main(int argc, char **argv)
{
    Loop *loop = virtual_loop();
    Value text = { .p = NULL };
    const char *customer = argc > 1 ? argv[1] : "ana";
    Future *place = must_have(search_place(loop, customer), "search");
    int err = loop_run_until_complete(loop, place, &text);
    print_outcome(loop, err, text.s);
    free(text.p);
    future_release(place);
    loop_free(loop);
    return 0;
}
