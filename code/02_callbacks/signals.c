/* signals.c - signals as callbacks.
 *
 * A signal is the process's, so there is one list for all loops of those who
 * catch one.  The handler, which may interrupt anything in any thread, walks it
 * without a lock, leaves marks and knocks at loops: so nobody is freed while a
 * handler runs. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "loop_inside.h"

/* ---- The list ---- */
typedef struct Catcher Catcher;
typedef _Atomic(Catcher *) Link;

struct Catcher {
    Link next;                /* by number, and by age */
    Loop *loop;
    int signo;
    bool is_inner;            /* of a layer, not the program's */
    atomic_bool has_arrived;
    Entry entry;              /* the rest is for the loop's thread alone */
    Handle queued;            /* its latest entry in the ready queue */
};

static Link catchers;
static pthread_mutex_t changing = PTHREAD_MUTEX_INITIALIZER;
static atomic_int handlers_running;

_Static_assert(ATOMIC_POINTER_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2 &&
               ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler takes no locks");

/* ---- In the signal handler ---- */
static void arrive(int signo)
{
    int saved = errno;
    atomic_fetch_add(&handlers_running, 1);
    for (Catcher *c = atomic_load(&catchers); c != NULL;
         c = atomic_load(&c->next))
        if (c->signo == signo) {
            atomic_store(&c->has_arrived, true);
            wakeup_knock(c->loop);
        }
    atomic_fetch_sub(&handlers_running, 1);
    errno = saved;
}

static int set_action(int signo, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler,
                                .sa_flags = SA_RESTART | SA_ONSTACK };
    sigfillset(&action.sa_mask);
    return sigaction(signo, &action, NULL) < 0 ? E_RUNTIME : 0;
}

/* The program may have put a handler of its own in place of ours. */
static bool is_ours(int signo)
{
    struct sigaction now;
    return sigaction(signo, NULL, &now) == 0 && now.sa_handler == arrive;
}

/* ---- One thread at a time ---- */
static void lock(void)
{
    pthread_mutex_lock(&changing);
}

static void unlock(void)
{
    pthread_mutex_unlock(&changing);
}

/* The handlers that ran in other threads did not come along. */
static void unlock_in_child(void)
{
    atomic_store(&handlers_running, 0);
    unlock();
}

static void prepare_for_forks(void)
{
    pthread_atfork(lock, unlock, unlock_in_child);
}

/* ---- In the loop ---- */
/* The callback is looked up now: it may have been replaced. */
void signal_run(void *arg)
{
    Catcher *catcher = arg;
    catcher->entry.callback(catcher->entry.arg);
}

void signals_push(Loop *loop)
{
    lock();
    for (Catcher *c = atomic_load(&catchers); c != NULL;
         c = atomic_load(&c->next))
        if (c->loop == loop && atomic_exchange(&c->has_arrived, false))
            c->queued = loop_push(loop, signal_run, c);
    unlock();
}

/* ---- Finding ---- */
static bool is_signal(int signo)
{
    sigset_t set;
    return signo > 0 && sigemptyset(&set) == 0 && sigaddset(&set, signo) == 0;
}

static bool catches(Catcher *catcher, int signo)
{
    return catcher != NULL && catcher->signo == signo;
}

/* The link to the catcher, or to anybody's if loop is NULL; else to where it
 * belongs, and what is there does not catch signo. */
static Link *find(Loop *loop, int signo, bool is_inner)
{
    Link *link = &catchers;
    for (Catcher *c; (c = atomic_load(link)) != NULL; link = &c->next)
        if (c->signo > signo ||
            (c->signo == signo &&
             (loop == NULL || (c->loop == loop && c->is_inner == is_inner))))
            break;
    return link;
}

/* ---- Removing ---- */
/* When it is freed no handler runs that knows it, in whatever thread. */
static void discard(Link *link)
{
    Catcher *catcher = atomic_load(link);
    Loop *loop = catcher->loop;
    int signo = catcher->signo;
    atomic_store(link, atomic_load(&catcher->next));
    if (!catches(atomic_load(find(NULL, signo, false)), signo) &&
        is_ours(signo))
        set_action(signo, SIG_DFL);
    while (atomic_load(&handlers_running) > 0)
        sched_yield();
    ready_cancel(&loop->ready, catcher->queued);
    loop->wakeup.signals--;
    loop_unreserve(loop);
    free(catcher);
}

static bool stop_catching(Loop *loop, int signo, bool is_inner)
{
    lock();
    Link *link = find(loop, signo, is_inner);
    bool was_caught = catches(atomic_load(link), signo);
    if (was_caught)
        discard(link);
    unlock();
    return was_caught;
}

bool loop_remove_signal_handler(Loop *loop, int signo)
{
    return stop_catching(loop, signo, false);
}

bool loop_drop_signal(Loop *loop, int signo)
{
    return stop_catching(loop, signo, true);
}

void signals_close(Loop *loop)
{
    if (loop->wakeup.signals == 0)
        return;
    lock();
    Link *link = &catchers;
    for (Catcher *c; (c = atomic_load(link)) != NULL;)
        if (c->loop == loop)
            discard(link);
        else
            link = &c->next;
    unlock();
}

/* ---- Adding ---- */
static int insert(Link *link, const Catcher *wanted)
{
    Catcher *catcher = malloc(sizeof *catcher);
    if (catcher == NULL || !loop_reserve(wanted->loop)) {
        free(catcher);
        return ENOMEM;
    }
    *catcher = *wanted;
    atomic_init(&catcher->next, atomic_load(link));
    atomic_store(link, catcher);
    catcher->loop->wakeup.signals++;
    int err = set_action(catcher->signo, arrive);
    if (err != 0)
        discard(link);
    return err;
}

static int start_catching(const Catcher *wanted)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    Loop *loop = wanted->loop;
    if (!is_signal(wanted->signo) || wanted->entry.callback == NULL)
        return E_VALUE;
    if (loop_alerts(loop) != 0 && !loop_accepts(loop))
        return E_RUNTIME;
    int err = 0;
    pthread_once(&once, prepare_for_forks);
    lock();
    Link *link = find(loop, wanted->signo, wanted->is_inner);
    Catcher *catcher = atomic_load(link);
    if (catches(catcher, wanted->signo))
        catcher->entry = wanted->entry;
    else
        err = insert(link, wanted);
    unlock();
    return err;
}

int loop_add_signal_handler(Loop *loop, int signo, Callback *callback,
                            void *arg)
{
    return start_catching(&(Catcher){
        .loop = loop, .signo = signo, .entry = { callback, arg } });
}

bool loop_has_signal_handler(Loop *loop, int signo)
{
    lock();
    bool has_one = catches(atomic_load(find(loop, signo, false)), signo);
    unlock();
    return has_one;
}

int loop_catch_signal(Loop *loop, int signo, Callback *callback, void *arg)
{
    return start_catching(&(Catcher){ .loop = loop, .signo = signo,
                                      .is_inner = true,
                                      .entry = { callback, arg } });
}
