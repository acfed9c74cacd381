/* kt_truth.c - see kt_truth.h. */
#include "rnn/commands/kt_truth.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum ry_status kt_truth(const char *path, const struct sequences *s, struct student_model **m,
                        int *misfit)
{
	enum ry_status status = RY_OK;
	char *info;

	*m = NULL;
	if (misfit)
		*misfit = 0;
	if (strcmp(path, "-") == 0)
		return RY_OK;
	info = student_info_path(path);
	if (!info)
		return ry_failure();
	if (access(info, F_OK) == 0)
		*m = student_info_read(info, &status);
	if (*m && !student_model_fits(*m, s)) {
		student_model_free(*m);
		*m = NULL;
		ry_fail(RY_ESHAPE,
		        "%s does not belong to these data: the means of the exercises differ",
		        info);
		if (misfit)
			*misfit = 1;
	}
	free(info);
	return status;
}

enum ry_status kt_truth_ceiling(const struct student_model *m, const struct sequences *s, int first,
                                struct binary_scores *scores)
{
	float *p = malloc((s->answers + 1) * sizeof *p);
	unsigned char *y = malloc(s->answers + 1);
	enum ry_status status = p && y ? student_filter(m, s, p) : ry_fail_memory("the ceiling");
	size_t n = 0;

	if (status == RY_OK) {
		for (int i = first; i < s->students; i++)
			for (size_t t = s->start[i] + 1; t < s->start[i + 1]; t++) {
				p[n] = p[t];
				y[n++] = s->correct[t];
			}
		status = metrics_binary(scores, n, p, y);
	}
	free(p);
	free(y);
	return status;
}
