/* What one look at n descriptors costs: one of them ready, then all of them. */
#include "../selector.h"
#include "net.h"

#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/epoll.h>    /* lint: platform header <sys/epoll.h>: compared */
#endif

/* ---- The descriptors ---- */
enum { MOST = 4096 };
static int ends[MOST][2];
static SelectorKey keys[MOST];
static struct pollfd polled[MOST];
static Selector *selector;
static int kernel_list = -1;

static void watch(int i)
{
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends[i]), "socketpair");
    selector_register(selector, ends[i][0], EVENT_READ, NULL);
    polled[i] = (struct pollfd){ ends[i][0], POLLIN, 0 };
#ifdef __linux__
    struct epoll_event event = { .events = EPOLLIN, .data.fd = ends[i][0] };
    must(epoll_ctl(kernel_list, EPOLL_CTL_ADD, ends[i][0], &event), "epoll");
#endif
}

/* ---- Three ways to look ---- */
/* Each returns how many of n descriptors it found ready, one by one. */
static int look_with_select(int n)
{
    int count;
    selector_select(selector, 0, keys, n, &count);
    return count;
}

static int look_with_poll(int n)
{
    int count = 0;
    must(poll(polled, n, 0), "poll");
    for (int i = 0; i < n; i++)
        count += polled[i].revents != 0;
    return count;
}

static int look_with_epoll(int n)
{
#ifdef __linux__
    static struct epoll_event events[MOST];
    return must(epoll_wait(kernel_list, events, n, 0), "epoll");
#else
    return -1;
#endif
}

/* ---- Measuring ---- */
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* Nanoseconds for one look: the least of seven tries, of 2 ms each. */
static double measure(int (*look)(int), int n, int expected)
{
    double least = 1e9;
    if (look(n) != expected)
        return 0;
    for (int try = 0; try < 7; try++) {
        double start = now(), spent = 0;
        int looks = 0;
        for (; spent < 2e-3; spent = now() - start)
            for (int i = 0; i < 10; i++, looks++)
                look(n);
        if (spent / looks < least)
            least = spent / looks;
    }
    return least * 1e9;
}

/* ---- One row ---- */
static void measure_row(int n, double *row)
{
    row[0] = measure(look_with_select, n, 1);
    row[1] = measure(look_with_poll, n, 1);
    row[2] = measure(look_with_epoll, n, 1);
    for (int i = 0; i < n - 1; i++)
        must(write(ends[i][1], "x", 1), "write");
    row[3] = measure(look_with_select, n, n);
    row[4] = measure(look_with_poll, n, n);
    row[5] = measure(look_with_epoll, n, n);
    for (int i = 0; i < n - 1; i++)
        must(read(ends[i][0], &(char){ 0 }, 1), "read");
}

/* ---- As many as allowed ---- */
/* Each of the n takes two descriptors; a few are in use already. */
static int allowed_pairs(void)
{
    struct rlimit limit;
    must(getrlimit(RLIMIT_NOFILE, &limit), "limit");
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > 2 * MOST + 16 ? MOST : (int)limit.rlim_cur / 2 - 8;
}

/* ---- The table ---- */
static void print_row(int n, const double *row)
{
    printf("%6d  %10.0f%9.0f%9.0f  %10.0f%9.0f%9.0f\n", n, row[0], row[1],
           row[2], row[3], row[4], row[5]);
}

int main(void)
{
    int most = allowed_pairs(), n = 0;
    double first[6] = { 0 }, row[6] = { 0 };
    selector = selector_new();
#ifdef __linux__
    kernel_list = must(epoll_create1(0), "epoll");
#endif
    printf("%6s  %28s  %28s\n", "", "one of n is ready", "all n are ready");
    printf("%6s  %10s%9s%9s  %10s%9s%9s\n", "n", "select", "poll", "epoll",
           "select", "poll", "epoll");
    for (int next = 1; next <= most; next *= 4) {
        while (n < next)
            watch(n++);
        must(write(ends[n - 1][1], "x", 1), "write");
        measure_row(n, n == 1 ? first : row);
        print_row(n, n == 1 ? first : row);
        must(read(ends[n - 1][0], &(char){ 0 }, 1), "read");
    }
    printf("One more idle descriptor: select %.1f, poll %.1f, epoll %.1f ns.\n",
           (row[0] - first[0]) / (n - 1), (row[1] - first[1]) / (n - 1),
           row[2] > first[2] ? (row[2] - first[2]) / (n - 1) : 0);
    return 0;
}
