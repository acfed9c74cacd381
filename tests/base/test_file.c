/* test_file.c - reading regular files and replacing them. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/file.h"
#include "tests/support/tap.h"

static enum ry_status put(const char *path, const char *text)
{
	struct file_part part = { text, strlen(text) };

	return file_replace(path, &part, 1);
}

static void check_text(const char *path, const char *want)
{
	char *text = NULL;
	size_t size = 0;

	CU_ASSERT_EQUAL(file_read_all(path, 1000, &text, &size), RY_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_EQUAL(size, strlen(want));
	CU_ASSERT_STRING_EQUAL(text, want);
	free(text);
}

static void parts_follow_each_other(void)
{
	struct file_part part[] = { { "one ", 4 }, { "", 0 }, { "two", 3 } };

	CU_ASSERT_EQUAL(file_replace(temp("parts"), part, 3), RY_OK);
	check_text(temp("parts"), "one two");
	CU_ASSERT_EQUAL(file_replace(temp("parts"), NULL, 0), RY_OK);
	check_text(temp("parts"), "");
}

/* The old file is not modified: a process that has it open can continue reading it. */
static void old_file_is_not_touched(void)
{
	char old[16] = "";
	size_t size;
	int fd;

	CU_ASSERT_EQUAL(put(temp("file"), "old"), RY_OK);
	CU_ASSERT_EQUAL(file_open(temp("file"), &fd, &size), RY_OK);
	CU_ASSERT_EQUAL(put(temp("file"), "newer"), RY_OK);
	CU_ASSERT_EQUAL(size, 3);
	CU_ASSERT_EQUAL(file_read(fd, "file", old, 3), RY_OK);
	CU_ASSERT_STRING_EQUAL(old, "old");
	close(fd);
	check_text(temp("file"), "newer");
}

static void modes_follow_the_umask(void)
{
	struct stat sb;
	mode_t mask = umask(0027);

	CU_ASSERT_EQUAL(put(temp("mode"), "x"), RY_OK);
	umask(mask);
	CU_ASSERT_EQUAL(stat(temp("mode"), &sb), 0);
	CU_ASSERT_EQUAL(sb.st_mode & 0777, 0640);
}

static void names_without_a_folder(void)
{
	char *here = getcwd(NULL, 0);

	CU_ASSERT_PTR_NOT_NULL_FATAL(here);
	CU_ASSERT_EQUAL(chdir(tap_tmpdir()), 0);
	CU_ASSERT_EQUAL(put("bare", "x"), RY_OK);
	check_text("bare", "x");
	CU_ASSERT_EQUAL(chdir(here), 0);
	CU_ASSERT_EQUAL(put("/no-such-folder-here/x", "x"), RY_EIO);
	free(here);
}

/* A leftover draft of another process with our pid, or a symbolic link with that name, is
 * skipped. */
static void a_taken_name_is_passed_by(void)
{
	char taken[600];
	struct stat sb;

	snprintf(taken, sizeof taken, "%s/target.%ld.0.tmp", tap_tmpdir(), (long)getpid());
	CU_ASSERT_EQUAL(symlink("/nowhere", taken), 0);
	CU_ASSERT_EQUAL(put(temp("target"), "x"), RY_OK);
	check_text(temp("target"), "x");
	CU_ASSERT_EQUAL(lstat(taken, &sb), 0);
	CU_ASSERT(S_ISLNK(sb.st_mode));
	file_sweep(tap_tmpdir());
	CU_ASSERT_NOT_EQUAL(lstat(taken, &sb), 0);
	check_text(temp("target"), "x");
	file_sweep("/no-such-folder-here");
}

static void names_that_are_too_long(void)
{
	char name[NAME_MAX + 1];

	memset(name, 'n', NAME_MAX);
	name[NAME_MAX] = '\0';
	CU_ASSERT_EQUAL(put(temp(name), "x"), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), strerror(ENAMETOOLONG)));
}

static void reading_too_much(void)
{
	char to[16], *text = to;
	size_t size;
	int fd;

	CU_ASSERT_EQUAL(put(temp("short"), "12345"), RY_OK);
	CU_ASSERT_EQUAL(file_open(temp("short"), &fd, &size), RY_OK);
	CU_ASSERT_EQUAL(file_read(fd, "short", to, 7), RY_EDATA);
	CU_ASSERT_STRING_EQUAL(ry_message(), "short: the file is cut short: 2 bytes are missing");
	close(fd);
	CU_ASSERT_EQUAL(file_read(-1, "short", to, 7), RY_EIO);
	CU_ASSERT_EQUAL(file_read_all(temp("short"), 4, &text, &size), RY_EDATA);
	CU_ASSERT_PTR_NULL(text);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "5 bytes, expected at most 4"));
	CU_ASSERT_EQUAL(file_read_all(temp("short"), 5, &text, &size), RY_OK);
	free(text);
	CU_ASSERT_EQUAL(file_read_all(tap_tmpdir(), 5, &text, &size), RY_EIO);
	CU_ASSERT_PTR_NULL(text);
}

static void a_full_device(void)
{
	int fd = open("/dev/full", O_WRONLY);

	if (fd < 0) {
		tap_skip("no /dev/full");
		return;
	}
	CU_ASSERT_EQUAL(file_write(fd, "full", "x", 1), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), strerror(ENOSPC)));
	CU_ASSERT_EQUAL(file_write(fd, "full", "x", 0), RY_OK);
	close(fd);
}

static const struct tap_test tests[] = {
	{ "parts follow each other", parts_follow_each_other },
	{ "the old file is not touched", old_file_is_not_touched },
	{ "a new file's mode follows the umask", modes_follow_the_umask },
	{ "a name without a folder", names_without_a_folder },
	{ "a name aside that is taken is passed by, and swept", a_taken_name_is_passed_by },
	{ "a name that is too long", names_that_are_too_long },
	{ "reading more than there is or may be", reading_too_much },
	{ "a full device", a_full_device },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("file", tests);
}
