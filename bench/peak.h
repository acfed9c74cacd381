/* peak.h - what the benches share: a clock, a way out, and what the machine can do. */
#ifndef RILEY_BENCH_PEAK_H
#define RILEY_BENCH_PEAK_H

/* Seconds. */
double now(void);

/* Print the sentence of what went wrong and end the process. */
void die(void) __attribute__((noreturn));

/* GFLOP/s of BLAS on square products, one on each of `threads` threads at a time: the best of some. */
double gemm_peak(int threads);

#endif
