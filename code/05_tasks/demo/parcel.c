/* Three questions, each about the answer to the one before: as a function. */
#include "../../03_futures/demo/fetch.h"
#include "run.h"

/* ---- A fetch that waits ---- */
static void complete(int err, char *text, void *future)
{
    if (err != 0)
        future_set_error(future, err, (Value){ .p = NULL });
    else if (future_set_result(future, (Value){ .p = text }) != 0)
        free(text);    /* nobody wants it any more */
    future_release(future);
}

/* The text is the caller's to free; with an error it is NULL. */
static SUSPENDS int fetch_page(const char *name, char **text)
{
    Loop *loop = async_get_running_loop();
    Future *future = future_new(loop);
    Value value = { .p = NULL };
    *text = NULL;
    if (future == NULL)
        return ENOMEM;
    int err = fetch(loop, name, complete, future_retain(future));
    if (err != 0)
        complete(err, NULL, future);
    err = await(future, &value);
    if (err == 0)
        *text = value.p;
    else if (future_result(future, &value) == 0)
        free(value.p);    /* we were cancelled, and it came all the same */
    future_release(future);
    return err;
}

/* ---- The three questions ---- */
static SUSPENDS int search_place(const char *customer, char **place)
{
    char *order = NULL, *parcel = NULL;
    int err = fetch_page(customer, &order);
    if (err == 0) {
        printf("the customer has %s\n", order);
        err = fetch_page(order, &parcel);
    }
    if (err == 0) {
        printf("it travels as %s\n", parcel);
        err = fetch_page(parcel, place);
    }
    free(order);
    free(parcel);
    return err;
}

/* ---- Who wants to know ---- */
static int tell(void *customer, Value *result)
{
    char *place = NULL;
    int err = search_place(customer, &place);
    print_outcome(async_get_running_loop(), err, place);
    free(place);
    return 0;
}

int main(int argc, char **argv)
{
    must_succeed(run_virtual(tell, argc > 1 ? argv[1] : "ana"), "run");
    return 0;
}
