/* allocations.h - count this program's memory allocations, and make them fail.
 *
 * The linker redirects malloc and related functions where it can (ld --wrap, see RY_WRAP in
 * configure.ac).  Calls from shared libraries are not counted.
 */
#ifndef RILEY_TESTS_SUPPORT_ALLOCATIONS_H
#define RILEY_TESTS_SUPPORT_ALLOCATIONS_H

/* The number of allocations so far; -1 where the linker cannot redirect. */
long allocations(void);

/* The total number of bytes allocated so far, freed or not; -1 as above. */
long allocated_bytes(void);

/* Let `n` more allocations succeed and all later ones fail, as if memory had run out; -1: let all
 * succeed again.  Returns 0 where the linker cannot redirect, so nothing will fail. */
int allocations_fail_after(long n);

#endif
