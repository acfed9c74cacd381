/* peak.h - what the benches share: a clock, a way out, and what the machine can do. */
#ifndef RILEY_BENCH_PEAK_H
#define RILEY_BENCH_PEAK_H

#include <stddef.h>
#include <stdio.h>

/* Seconds. */
double now(void);

/* Print the sentence of what went wrong and end the process. */
void die(void) __attribute__((noreturn));

/* GFLOP/s of BLAS on square products, one on each of `threads` threads at a time: the best of
 * some. */
double gemm_peak(int threads);

/* measure(arg, figures) in a process of its own, so that its peak of memory is its own: `size`
 * bytes of plain figures come back. */
void apart(void (*measure)(const void *arg, void *figures), const void *arg, void *figures,
           size_t size);

/* A line about the BLAS that gemm_peak() measures: OpenBLAS picks kernels by the processor, and for
 * one that it does not know those of a far older one, whose peak is low. */
void put_blas(FILE *log);

/* A line to stdout at once, and to `log` unless that is NULL. */
void put(FILE *log, const char *line);

#endif
