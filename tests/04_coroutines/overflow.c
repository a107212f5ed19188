/* Who overflows its stack dies with one line that says so; every other fault is
 * the program's own.  Each overflow is a child's, whose last words are read. */
#include <sys/mman.h>
#include <sys/resource.h>

#include "../../code/04_coroutines/stack.h"
#include "coros.h"

/* ---- A child and its last words ---- */
static char said[1000];    /* what it wrote to its standard error output */

/* AddressSanitizer warns of swapcontext(), once in each process; an emulator
 * has last words of its own. */
static void drop_warning(void)
{
    char *end = strchr(said, '\n'), *emulator = strstr(said, "qemu: ");
    if (emulator != NULL)
        *emulator = '\0';
    if (strncmp(said, "==", 2) == 0 && end != NULL &&
        strstr(said, "support makecontext/swapcontext") != NULL)
        memmove(said, end + 1, strlen(end + 1) + 1);
}

/* Runs act() in a child.  Returns its status, as waitpid() gives it. */
static int status_of(void (*act)(void))
{
    int ends[2], status;
    size_t size = 0;
    CHECK_INT(pipe(ends), 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
        dup2(ends[1], STDERR_FILENO);
        VALGRIND_DISABLE_ERROR_REPORTING;    /* valgrind tells of every fault */
        act();
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t n = 1; n > 0; size += n > 0 ? (size_t)n : 0)
        n = read(ends[0], said + size, sizeof said - 1 - size);
    said[size] = '\0';
    drop_warning();
    close(ends[0]);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    return status;
}

static bool died_of_fault(int status)
{
    return WIFSIGNALED(status) &&
           (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS);
}

#define CHECK_OVERFLOW(act, line) \
    do { \
        int status = status_of(act); \
        CHECK_STR(said, line); \
        CHECK(died_of_fault(status)); \
    } while (0)

/* ---- Overflowing ---- */
static int (*volatile deeper)(int depth);

static int use_stack(int depth)
{
    volatile char frame[500];
    frame[0] = frame[499] = (char)depth;
    return depth == 0 ? 0 : deeper(depth - 1) + frame[0];
}

static int overflow(void *arg, Value *result)
{
    deeper = use_stack;
    result->i = use_stack(INT_MAX);
    return 0;
}

static void overflow_sized(const char *name, size_t size)
{
    Coro *coro = coro_new(overflow, NULL, size);
    CHECK(coro != NULL);
    if (name != NULL)
        coro_set_name(coro, name);
    coro_resume(coro, of(0), NULL);
}

static void overflow_unnamed(void)
{
    overflow_sized(NULL, 0);
}

TEST(one_without_a_name_says_its_last_words)
{
    CHECK_OVERFLOW(overflow_unnamed,
        "Stack overflow in a coroutine: its stack has 256 KiB\n");
}

static void overflow_named(void)
{
    overflow_sized("parser", 0);
}

TEST(one_with_a_name_says_its_last_words)
{
    CHECK_OVERFLOW(overflow_named,
        "Stack overflow in parser: its stack has 256 KiB\n");
}

static void overflow_small(void)
{
    overflow_sized("small", 60000);
}

static void overflow_large(void)
{
    overflow_sized("large", 1024 * 1024);
}

TEST(the_line_tells_the_size_that_it_really_has)
{
    CHECK_OVERFLOW(overflow_small,
        "Stack overflow in small: its stack has 64 KiB\n");
    CHECK_OVERFLOW(overflow_large,
        "Stack overflow in large: its stack has 1024 KiB\n");
}

static int return_at_once(void *arg, Value *result)
{
    return 0;
}

static void overflow_after_another(void)
{
    Coro *coro = new_coro(return_at_once, NULL);
    coro_set_name(coro, "predecessor");
    finish(coro);
    coro_free(coro);
    overflow_unnamed();
}

TEST(a_name_does_not_stay_on_the_stack)
{
    CHECK_OVERFLOW(overflow_after_another,
        "Stack overflow in a coroutine: its stack has 256 KiB\n");
}

static void overflow_renamed(void)
{
    Coro *coro = new_coro(overflow, NULL);
    coro_set_name(coro, "first");
    ((Stack *)coro)->number = 1;    /* a Coro begins with it */
    coro_set_name(coro, "second");
    coro_resume(coro, of(0), NULL);
}

static void overflow_unnamed_again(void)
{
    Coro *coro = new_coro(overflow, NULL);
    coro_set_name(coro, "first");
    coro_set_name(coro, NULL);
    coro_resume(coro, of(0), NULL);
}

TEST(the_last_name_counts)
{
    CHECK_OVERFLOW(overflow_renamed,
        "Stack overflow in second: its stack has 256 KiB\n");
    CHECK_OVERFLOW(overflow_unnamed_again,
        "Stack overflow in a coroutine: its stack has 256 KiB\n");
}

static void overflow_numbered(void)
{
    Coro *coro = new_coro(overflow, NULL);
    coro_set_name(coro, "Task-");
    ((Stack *)coro)->number = 1209876543210;
    coro_resume(coro, of(0), NULL);
}

TEST(a_number_comes_behind_the_name)
{
    CHECK_OVERFLOW(overflow_numbered,
        "Stack overflow in Task-1209876543210: its stack has 256 KiB\n");
}

/* ---- Which one ---- */
static int resume_overflow(void *arg, Value *result)
{
    overflow_named();
    return 0;
}

static void overflow_inside(void)
{
    Coro *coro = new_coro(resume_overflow, NULL);
    coro_set_name(coro, "outer");
    coro_resume(coro, of(0), NULL);
}

TEST(the_inner_one_is_told_of)
{
    CHECK_OVERFLOW(overflow_inside,
        "Stack overflow in parser: its stack has 256 KiB\n");
}

static int yield_once(void *arg, Value *result)
{
    coro_yield(of(0));
    return 0;
}

static int overflow_afterwards(void *arg, Value *result)
{
    Coro *inner = new_coro(yield_once, NULL);
    coro_set_name(inner, "inner");
    coro_resume(inner, of(0), NULL);
    return overflow(arg, result);
}

static void overflow_around(void)
{
    Coro *coro = new_coro(overflow_afterwards, NULL);
    coro_set_name(coro, "outer");
    coro_resume(coro, of(0), NULL);
}

TEST(the_outer_one_is_told_of)
{
    CHECK_OVERFLOW(overflow_around,
        "Stack overflow in outer: its stack has 256 KiB\n");
}

static void *overflow_in_it(void *arg)
{
    overflow_named();
    return NULL;
}

static void overflow_in_thread(void)
{
    coro_free(new_coro(return_at_once, NULL));
    in_thread(overflow_in_it, NULL);
}

TEST(a_thread_s_coroutine_says_its_last_words)
{
    CHECK_OVERFLOW(overflow_in_thread,
        "Stack overflow in parser: its stack has 256 KiB\n");
}

static void *come_and_go(void *arg)
{
    Coro *coro = new_coro(return_at_once, NULL);
    finish(coro);
    coro_free(coro);
    return NULL;
}

static void overflow_inherited(void)
{
    in_thread(come_and_go, NULL);
    in_thread(overflow_in_it, NULL);
}

TEST(on_an_inherited_stack_it_does_so_too)
{
    CHECK_OVERFLOW(overflow_inherited,
        "Stack overflow in parser: its stack has 256 KiB\n");
}

/* ---- Faults that are no overflow ---- */
enum { FORBIDDEN = 64 * 1024 };    /* bytes, whole pages of all systems */

static volatile char *address;

static volatile char *forbidden(void)
{
    static char room[2 * FORBIDDEN];
    char *pages = room + FORBIDDEN - (uintptr_t)room % FORBIDDEN;
    CHECK_INT(mprotect(pages, FORBIDDEN, PROT_NONE), 0);
    return pages;
}

static int touch(void *arg, Value *result)
{
    *address = 1;
    return 0;
}

static void touch_in_coroutine(void)
{
    address = forbidden();
    Coro *coro = new_coro(touch, NULL);
    coro_set_name(coro, "toucher");
    coro_resume(coro, of(0), NULL);
}

static void touch_outside(void)
{
    address = forbidden();
    coro_free(new_coro(return_at_once, NULL));
    touch(NULL, NULL);
}

static void touch_null(void)
{
    address = NULL;
    coro_resume(new_coro(touch, NULL), of(0), NULL);
}

static void no_sanitizer(void)
{
#if defined HAS_ASAN || defined HAS_TSAN
    SKIP("a sanitizer has a handler of its own, and tells of it");
#endif
}

/* Valgrind repeats the instruction, but not with all of its registers. */
static void no_valgrind(void)
{
    if (on_valgrind())
        SKIP("valgrind does not go back to a fault as it was");
}

TEST(another_fault_has_no_line)
{
    no_sanitizer();
    no_valgrind();
    CHECK_OVERFLOW(touch_in_coroutine, "");
    CHECK_OVERFLOW(touch_outside, "");
    CHECK_OVERFLOW(touch_null, "");
}

static char *guard_of_another;

static int note_guard(void *arg, Value *result)
{
    guard_of_another = ((Stack *)coro_current())->low - 1;
    coro_yield(of(0));
    return 0;
}

static void touch_guard_of_another(void)
{
    send(new_coro(note_guard, NULL), 0);
    address = guard_of_another;
    coro_resume(new_coro(touch, NULL), of(0), NULL);
}

static void touch_guard_of_the_next(void)
{
    Coro *coro = new_coro(touch, NULL);
    send(new_coro(note_guard, NULL), 0);
    address = guard_of_another;
    coro_resume(coro, of(0), NULL);
}

static void touch_guard_outside(void)
{
    send(new_coro(note_guard, NULL), 0);
    address = guard_of_another;
    touch(NULL, NULL);
}

TEST(the_guard_of_another_is_no_overflow)
{
    no_sanitizer();
    no_valgrind();
    CHECK_OVERFLOW(touch_guard_of_another, "");
    CHECK_OVERFLOW(touch_guard_of_the_next, "");
    CHECK_OVERFLOW(touch_guard_outside, "");
}

/* ---- The program's handlers ---- */
static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(4);
}

static void on_plain_fault(int signo)
{
    say(signo == SIGSEGV || signo == SIGBUS ? "plain\n" : "wrong\n");
    _exit(3);
}

static void on_info_fault(int signo, siginfo_t *info, void *context)
{
    bool is_right = info->si_signo == signo && context != NULL &&
                    (char *)info->si_addr == address;
    say(is_right ? "info\n" : "wrong\n");
    _exit(3);
}

static void handle_faults(bool has_info)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    if (has_info) {
        action.sa_sigaction = on_info_fault;
        action.sa_flags = SA_SIGINFO;
    } else {
        action.sa_handler = on_plain_fault;
    }
    CHECK_INT(sigaction(SIGSEGV, &action, NULL), 0);
    CHECK_INT(sigaction(SIGBUS, &action, NULL), 0);
}

static void touch_with_plain_handler(void)
{
    handle_faults(false);
    touch_in_coroutine();
}

static void touch_with_info_handler(void)
{
    handle_faults(true);
    touch_in_coroutine();
}

static void touch_with_later_handler(void)
{
    coro_free(new_coro(return_at_once, NULL));
    handle_faults(true);
    touch_in_coroutine();
}

#define CHECK_HANDLED(act, line) \
    do { \
        int status = status_of(act); \
        CHECK_STR(said, line); \
        CHECK(WIFEXITED(status)); \
        CHECK_INT(WEXITSTATUS(status), 3); \
    } while (0)

TEST(another_fault_goes_to_the_program_s_handler)
{
    CHECK_HANDLED(touch_with_plain_handler, "plain\n");
    CHECK_HANDLED(touch_with_info_handler, "info\n");
    CHECK_HANDLED(touch_with_later_handler, "info\n");
}

static void overflow_with_handler(void)
{
    handle_faults(true);
    overflow_named();
}

TEST(an_overflow_does_not_go_to_it)
{
    CHECK_OVERFLOW(overflow_with_handler,
        "Stack overflow in parser: its stack has 256 KiB\n");
}

static void mend(int signo)
{
    mprotect((char *)address, FORBIDDEN, PROT_READ | PROT_WRITE);
    say("mended\n");
}

static void touch_and_go_on(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = mend;
    CHECK_INT(sigaction(SIGSEGV, &action, NULL), 0);
    CHECK_INT(sigaction(SIGBUS, &action, NULL), 0);
    touch_in_coroutine();
    say("went on\n");
    overflow_named();
}

TEST(a_handler_that_mends_lets_it_go_on)
{
    no_valgrind();
    CHECK_OVERFLOW(touch_and_go_on,
        "mended\nwent on\n"
        "Stack overflow in parser: its stack has 256 KiB\n");
}

static void ignore_and_touch(void)
{
    CHECK(signal(SIGSEGV, SIG_IGN) != SIG_ERR);
    CHECK(signal(SIGBUS, SIG_IGN) != SIG_ERR);
    touch_in_coroutine();
}

TEST(a_fault_cannot_be_ignored)
{
    no_sanitizer();
    no_valgrind();
    CHECK_OVERFLOW(ignore_and_touch, "");
}

/* ---- Sent, not touched ---- */
static void be_killed(void)
{
    coro_free(new_coro(return_at_once, NULL));
    kill(getpid(), SIGSEGV);
    say("lived on\n");
}

TEST(a_fault_that_is_sent_kills_too)
{
    no_sanitizer();
    CHECK_OVERFLOW(be_killed, "");
}

static void ignore_what_is_sent(void)
{
    CHECK(signal(SIGSEGV, SIG_IGN) != SIG_ERR);
    CHECK(signal(SIGBUS, SIG_IGN) != SIG_ERR);
    coro_free(new_coro(return_at_once, NULL));
    kill(getpid(), SIGSEGV);
    kill(getpid(), SIGSEGV);
    say("lived on\n");
    _exit(3);
}

TEST(a_fault_that_is_sent_can_be_ignored)
{
    CHECK_HANDLED(ignore_what_is_sent, "lived on\n");
}

/* ---- The program's alternate stack ---- */
static char alternate[64 * 1024];

static void use_alternate(void)
{
    stack_t stack = { .ss_sp = alternate, .ss_size = sizeof alternate };
    CHECK_INT(sigaltstack(&stack, NULL), 0);
}

static void *check_alternate(void *arg)
{
    stack_t stack;
    use_alternate();
    coro_free(new_coro(return_at_once, NULL));
    CHECK_INT(sigaltstack(NULL, &stack), 0);
    CHECK_PTR(stack.ss_sp, alternate);
    CHECK_INT(stack.ss_size, sizeof alternate);
    CHECK_INT(stack.ss_flags, 0);
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, NULL);
    return NULL;
}

TEST(an_alternate_stack_of_the_program_s_own_stays)
{
    check_alternate(NULL);
}

TEST(in_a_thread_it_stays_too)
{
    in_thread(check_alternate, NULL);
}

static void overflow_with_alternate(void)
{
    use_alternate();
    overflow_named();
}

TEST(an_overflow_is_handled_on_it)
{
    CHECK_OVERFLOW(overflow_with_alternate,
        "Stack overflow in parser: its stack has 256 KiB\n");
}

static void take_another_later(void)
{
    coro_free(new_coro(return_at_once, NULL));
    use_alternate();
    overflow_named();
}

TEST(the_program_may_change_it_later)
{
    CHECK_OVERFLOW(take_another_later,
        "Stack overflow in parser: its stack has 256 KiB\n");
}

static void *change_stack_and_end(void *arg)
{
    coro_free(new_coro(return_at_once, NULL));
    use_alternate();
    return NULL;
}

static void change_stack_in_thread(void)
{
    in_thread(change_stack_and_end, NULL);
    overflow_named();
}

TEST(a_thread_may_change_it_and_end)
{
#ifdef HAS_ASAN
    SKIP("AddressSanitizer unmaps whatever alternate stack a thread has");
#endif
    CHECK_OVERFLOW(change_stack_in_thread,
        "Stack overflow in parser: its stack has 256 KiB\n");
}
