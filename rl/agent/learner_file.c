/* learner_file.c - see learner_file.h. */
#include "rl/agent/learner_file.h"

#include <string.h>

#include "src/base/checkpoint.h"

static const char *rule(const struct trainer *t)
{
	return optimizer_rule_name(t->optimizer->o.rule);
}

static enum ry_status write_kind(const struct trainer *t, struct st_writer *to)
{
	enum ry_status status = st_set_meta(to, "layers", net_lines(t->net));

	return status == RY_OK ? st_set_meta(to, "optimizer", rule(t)) : status;
}

/* Parameters are one flat array in a file: other layers, or another rule, might have as many
 * numbers. */
static enum ry_status check_kind(const struct trainer *t, const struct st_file *from)
{
	const char *layers = st_meta(from, "layers"), *taught = st_meta(from, "optimizer");

	if (!layers || strcmp(layers, net_lines(t->net)) != 0)
		return ry_fail(RY_ESHAPE, "%s: another network than the one that reads",
		               st_path(from));
	if (!taught || strcmp(taught, rule(t)) != 0)
		return ry_fail(RY_ESHAPE, "%s: learnt by %.32s, expected %s", st_path(from),
		               taught ? taught : "nothing", rule(t));
	return RY_OK;
}

enum ry_status learner_file_walk(struct trainer *t, gsl_rng *order, struct st_writer *to,
                                 const struct st_file *from)
{
	const struct checkpoint_number updates[] = {
		[0] = CHECKPOINT_LONG("count", &t->optimizer->t, 0, CHECKPOINT_MAX),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("updates", ST_I64, 1, updates),
		CHECKPOINT_RANDOM("random.order", order),
	};
	enum ry_status status = to ? write_kind(t, to) : check_kind(t, from);

	if (status == RY_OK)
		status = checkpoint_walk(table, 2, to, from);
	if (status != RY_OK)
		return status;
	return to ? trainer_write(t, to) : trainer_read(t, from);
}
