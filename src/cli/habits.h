/* habits.h - names that people type from habit elsewhere: --batch-size, --gamma, ls. */
#ifndef RILEY_CLI_HABITS_H
#define RILEY_CLI_HABITS_H

/* The option that `typed` (without "--"; '_' counts as '-') usually stands for, if that is one of
 * the `n` names, or else NULL. */
const char *habit_option(const char *typed, const char *const *names, int n);

/* The same, or else the nearest of the names, or NULL. */
const char *habit_nearest(const char *typed, const char *const *names, int n);

/* Nonzero if such an option names what the commands here take as an argument: --data, --env. */
int habit_argument(const char *typed);

/* Copies the k-th word (from 0) that a command may be called in place of `typed`, such as "train"
 * for "fit".  0 beyond the last. */
int habit_command(const char *typed, int k, char ours[64]);

#endif
