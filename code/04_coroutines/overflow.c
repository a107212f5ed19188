/* overflow.c - a stack that overflows ends the program with a line that says
 * whose it was.
 *
 * Who touches a guard gets SIGSEGV or SIGBUS.  There is no stack left to handle
 * it on, so each thread has a small one for that.  Whatever did not touch a
 * guard goes to the handler of before. */
#define _DEFAULT_SOURCE    /* for MAP_ANONYMOUS */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "coro.h"
#include "stack.h"

/* ---- Names ---- */
void coro_set_name(Coro *coro, const char *name)
{
    Stack *stack = (Stack *)coro;    /* a Coro begins with it */
    stack->name = name;
    stack->number = 0;
}

/* ---- The line ---- */
/* A handler may call next to nothing: no printf(), only write(). */
typedef struct Line {
    char text[160];
    size_t size;
} Line;

enum { LONGEST_NAME = 80 };

static void add(Line *line, const char *text)
{
    for (int i = 0; text[i] != '\0' && i < LONGEST_NAME; i++)
        line->text[line->size++] = text[i];
}

static void add_number(Line *line, uint64_t number)
{
    char digits[24];
    char *at = digits + sizeof digits - 1;
    *at = '\0';
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    add(line, at);
}

static void tell(const Stack *stack)
{
    Line line = { .size = 0 };
    add(&line, "Stack overflow in ");
    add(&line, stack->name != NULL ? stack->name : "a coroutine");
    if (stack->number != 0)
        add_number(&line, stack->number);
    add(&line, ": its stack has ");
    add_number(&line, stack->size / 1024);
    add(&line, " KiB\n");
    if (write(STDERR_FILENO, line.text, line.size) < 0)
        return;    /* nobody left to tell */
}

/* ---- The handler ---- */
static const int signals[] = { SIGSEGV, SIGBUS };
static struct sigaction before[2];

static bool is_in_guard(const Stack *stack, const char *address)
{
    return stack != NULL && address < stack->low &&
           address >= stack->low - stack_page();
}

/* Who would have been called once, or never: the system sees to it itself. */
static bool is_once(const struct sigaction *old, const siginfo_t *info)
{
    if (old->sa_flags & SA_RESETHAND)
        return true;
    return (old->sa_flags & SA_SIGINFO) == 0 &&
           (old->sa_handler == SIG_DFL ||
            (old->sa_handler == SIG_IGN && info->si_code > 0));
}

/* Returning repeats what failed, with the handler of before. */
static void on_fault(int signo, siginfo_t *info, void *context)
{
    struct sigaction *old = &before[signo == SIGBUS];
    const Stack *stack = (const Stack *)coro_current();
    if (is_in_guard(stack, info->si_addr)) {
        tell(stack);
        signal(signo, SIG_DFL);
    } else if (is_once(old, info)) {
        sigaction(signo, old, NULL);
        if (info->si_code <= 0)
            raise(signo);    /* it was sent: nothing will repeat it */
    } else if (old->sa_flags & SA_SIGINFO) {
        old->sa_sigaction(signo, info, context);
    } else if (old->sa_handler != SIG_IGN) {
        old->sa_handler(signo);
    }
}

static void install(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < 2; i++)
        sigaction(signals[i], &action, &before[i]);
}

/* ---- A stack for the handler ---- */
enum { HANDLER_STACK = 64 * 1024 };

static _Thread_local void *own_stack;

bool overflow_watch(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    stack_t stack;
    pthread_once(&once, install);
    if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE) == 0)
        return true;    /* the program has made its own */
    void *memory = mmap(NULL, HANDLER_STACK, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    stack = (stack_t){ .ss_sp = memory, .ss_size = HANDLER_STACK };
    if (sigaltstack(&stack, NULL) != 0) {
        munmap(memory, HANDLER_STACK);
        return false;
    }
    own_stack = memory;
    return true;
}

void overflow_forget(void)
{
    stack_t stack;
    if (own_stack == NULL)
        return;
    if (sigaltstack(NULL, &stack) == 0 && stack.ss_sp == own_stack) {
        stack = (stack_t){ .ss_flags = SS_DISABLE, .ss_size = HANDLER_STACK };
        sigaltstack(&stack, NULL);
    }
    munmap(own_stack, HANDLER_STACK);
    own_stack = NULL;
}
