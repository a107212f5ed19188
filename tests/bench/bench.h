/* bench.h - what every contestant in C measures with: CPU time by phases, the
 * same random delays, one line for each result.
 *
 * begin_phase() and end_phase() stay functions of their own: callgrind counts
 * from the one to the other. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- Phases ---- */
static double began, phase_seconds, all_seconds;

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

__attribute__((noinline, unused)) static void begin_phase(void)
{
    began = cpu_seconds();
}

__attribute__((noinline, unused)) static void end_phase(void)
{
    phase_seconds = cpu_seconds() - began;
    all_seconds += phase_seconds;
}

/* ---- Memory ---- */
/* The most that was ever resident, in KiB. */
static inline double peak_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return usage.ru_maxrss / 1024.0;
#else
    return usage.ru_maxrss;
#endif
}

/* ---- Results ---- */
/* BENCH=instructions: they are counted from outside, and a result is how many
 * operations there were. */
static inline bool counts_instructions(void)
{
    const char *mode = getenv("BENCH");
    return mode != NULL && strcmp(mode, "instructions") == 0;
}

/* Of the phase that has ended: ns per operation. */
static inline void report(const char *name, double operations)
{
    if (counts_instructions())
        printf("%s %.0f\n", name, operations);
    else
        printf("%s %.3f\n", name, phase_seconds * 1e9 / operations);
}

/* Of all phases together. */
static inline void report_sum(const char *name, double operations)
{
    if (counts_instructions())
        printf("%s %.0f sum\n", name, operations);
    else
        printf("%s %.3f\n", name, all_seconds * 1e9 / operations);
}

/* Of what is no time, and costs no instructions. */
static inline void report_value(const char *name, double value)
{
    if (!counts_instructions())
        printf("%s %.3f\n", name, value);
}

/* A contestant that did not do the work has no result. */
static inline void require(bool fact, const char *what)
{
    if (fact)
        return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* ---- The same for all ---- */
/* Seconds, from 0 to less than 1: every contestant draws the same. */
static inline double next_delay(void)
{
    static uint32_t state = 1;
    state = state * UINT32_C(1664525) + UINT32_C(1013904223);
    return state / 4294967296.0;
}

/* A descriptor that is never ready to read. */
static inline int idle_descriptor(void)
{
    static int ends[2] = { -1, -1 };
    require(ends[0] >= 0 || pipe(ends) == 0, "no pipe");
    int fd = dup(ends[0]);
    require(fd >= 0, "no descriptor");
    return fd;
}

#endif
