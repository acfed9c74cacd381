/* allocations.h - how often this program's own code has asked for memory so far, and for how much.
 *
 * The linker redirects malloc and its kin (ld --wrap), where it can: see RY_WRAP in configure.ac.
 * Calls from shared libraries are not counted.
 */
#ifndef RILEY_TESTS_SUPPORT_ALLOCATIONS_H
#define RILEY_TESTS_SUPPORT_ALLOCATIONS_H

/* The count, or -1 where the linker can't redirect. */
long allocations(void);

/* How many bytes it has asked for so far in all, given back or not; -1 as above. */
long allocated_bytes(void);

/* Let `n` more requests succeed and all later ones fail, as if memory had run out; -1: let all
 * succeed again.  0 where the linker can't redirect: nothing will fail. */
int allocations_fail_after(long n);

#endif
