/* Three questions, each about the answer to the one before: with callbacks. */
#include "fetch.h"

typedef struct Search {
    Loop *loop;
    Answer *answer;    /* whom to tell, and with what */
    void *arg;
} Search;

static void finish(Search *search, int err, char *place)
{
    search->answer(err, place, search->arg);
    free(search);
}

/* ---- The third answer ---- */
static void got_place(int err, char *place, void *search)
{
    finish(search, err, place);
}

/* ---- The second answer ---- */
static void got_parcel(int err, char *parcel, void *arg)
{
    Search *search = arg;
    if (err != 0) {
        finish(search, err, NULL);
        return;
    }
    printf("it travels as %s\n", parcel);
    err = fetch(search->loop, parcel, got_place, search);
    free(parcel);
    if (err != 0)
        finish(search, err, NULL);
}

/* ---- The first answer ---- */
static void got_order(int err, char *order, void *arg)
{
    Search *search = arg;
    if (err != 0) {
        finish(search, err, NULL);
        return;
    }
    printf("the customer has %s\n", order);
    err = fetch(search->loop, order, got_parcel, search);
    free(order);
    if (err != 0)
        finish(search, err, NULL);
}

/* ---- The first question ---- */
static int search_place(Loop *loop, const char *customer, Answer *answer,
                        void *arg)
{
    Search *search = malloc(sizeof *search);
    if (search == NULL)
        return ENOMEM;
    *search = (Search){ loop, answer, arg };
    int err = fetch(loop, customer, got_order, search);
    if (err != 0)
        free(search);
    return err;
}

/* ---- Who wants to know ---- */
static void tell(int err, char *place, void *loop)
{
    print_outcome(loop, err, place);
    free(place);
    loop_stop(loop);
}

int main(int argc, char **argv)
{
    Loop *loop = virtual_loop();
    const char *customer = argc > 1 ? argv[1] : "ana";
    must_succeed(search_place(loop, customer, tell, loop), "search");
    must_succeed(loop_run_forever(loop), "loop");
    loop_free(loop);
    return 0;
}
