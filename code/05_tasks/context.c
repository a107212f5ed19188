/* context.c - context variables: a list that is never changed, only replaced.
 *
 * So copying a context is copying one pointer.  Setting a variable makes a list
 * that begins with the new binding and lacks the old one; what lay behind the
 * old one is shared. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "context_inside.h"

/* ---- Bindings ---- */
struct Binding {
    const ContextVar *var;
    Value value;
    Binding *next;              /* holds a reference to it */
    atomic_uint references;     /* contexts of several threads may share it */
};

static Binding *retain(Binding *binding)
{
    if (binding != NULL)
        atomic_fetch_add(&binding->references, 1);
    return binding;
}

static void release(Binding *binding)
{
    while (binding != NULL && atomic_fetch_sub(&binding->references, 1) == 1) {
        Binding *next = binding->next;
        free(binding);
        binding = next;
    }
}

/* Takes over the caller's reference to next. */
static Binding *bind(const ContextVar *var, Value value, Binding *next)
{
    Binding *binding = malloc(sizeof *binding);
    if (binding == NULL)
        return NULL;
    binding->var = var;
    binding->value = value;
    binding->next = next;
    atomic_init(&binding->references, 1);
    return binding;
}

static Binding *find(Binding *binding, const ContextVar *var)
{
    while (binding != NULL && binding->var != var)
        binding = binding->next;
    return binding;
}

/* ---- Contexts ---- */
void context_clear(Context *context)
{
    release(context->first);
    context->first = NULL;
}

Context *context_retain(Context *context)
{
    atomic_fetch_add(&context->references, 1);
    return context;
}

void context_release(Context *context)
{
    if (context == NULL || atomic_fetch_sub(&context->references, 1) > 1)
        return;
    context_clear(context);
    free(context);
}

/* ---- The thread's own ---- */
_Thread_local Context *context_now;
static _Thread_local Context base;
static pthread_key_t key;
static bool has_key;

static void forget_base(void *own)
{
    context_clear(own);
}

static void make_key(void)
{
    has_key = pthread_key_create(&key, forget_base) == 0;
}

/* Before it holds anything: when the thread ends, that is freed. */
static bool prepare_base(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_key);
    return has_key && pthread_setspecific(key, &base) == 0;
}

/* ---- The current one ---- */
static Context *here(void)
{
    return context_now != NULL ? context_now : &base;
}

void context_begin(Context *context)
{
    context->first = retain(here()->first);
    atomic_init(&context->references, 1);
}

Context *context_copy(void)
{
    Context *copy = malloc(sizeof *copy);
    if (copy != NULL)
        context_begin(copy);
    return copy;
}

/* ---- Variables ---- */
int contextvar_get(const ContextVar *var, Value *value)
{
    Binding *binding = find(here()->first, var);
    if (binding == NULL && !var->has_initial)
        return E_LOOKUP;
    *value = binding != NULL ? binding->value : var->initial;
    return 0;
}

/* The list without the one that is left out, which may be NULL.  Those before
 * it are copied, in any order; those behind it are shared. */
static bool without(Binding *first, Binding *left_out, Binding **list)
{
    Binding *result = retain(left_out != NULL ? left_out->next : first);
    for (Binding *b = first; left_out != NULL && b != left_out; b = b->next) {
        Binding *copy = bind(b->var, b->value, result);
        if (copy == NULL) {
            release(result);
            return false;
        }
        result = copy;
    }
    *list = result;
    return true;
}

int contextvar_set(const ContextVar *var, Value value)
{
    Context *context = here();
    Binding *first = context->first, *rest, *binding;
    if (context == &base && !prepare_base())
        return ENOMEM;
    if (!without(first, find(first, var), &rest))
        return ENOMEM;
    binding = bind(var, value, rest);
    if (binding == NULL) {
        release(rest);
        return ENOMEM;
    }
    context->first = binding;
    release(first);
    return 0;
}
