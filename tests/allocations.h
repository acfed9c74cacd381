/* allocations.h - how often this program's own code has asked for memory so far.
 *
 * The linker redirects malloc and its kin (ld --wrap), where it can: see RY_WRAP in configure.ac.
 * Calls from shared libraries are not counted.
 */
#ifndef RILEY_TESTS_ALLOCATIONS_H
#define RILEY_TESTS_ALLOCATIONS_H

/* The count, or -1 where the linker can't redirect. */
long allocations(void);

#endif
