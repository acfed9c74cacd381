/* fuzz_human.c - any bytes as the file of people's scores: lines that are no scores are skipped,
 * and forgetting a game leaves all others. */
#include "tests/support/fuzz.h"

#include <math.h>

#include "rl/commands/human_scores.h"
#include "rl/games/games.h"
#include "src/base/status.h"

const char fuzz_name[] = "human";

static const struct game_ops *const two_games[] = { &breakout_game, &lake4_game };

static struct human_summary summary(const char *path, const struct game_ops *g)
{
	struct human_summary s;
	struct game_options o;

	game_defaults(g, &o);
	HOLD(human_scores_summary(path, g, &o, &s) == RY_OK);
	HOLD(s.count >= 0 && s.skipped >= 0);
	if (s.count == 0) {
		HOLD(isnan(s.best) && isnan(s.mean));
	} else {
		HOLD(isfinite(s.best) && isfinite(s.mean));
		HOLD(s.mean <= s.best + 1e-9 * fabs(s.best));
	}
	HOLD(s.count > 1 ? isfinite(s.error) && s.error >= 0 : isnan(s.error));
	return s;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	const char *path = fuzz_file_in_folder("human.jsonl", bytes, n);
	struct human_summary first = summary(path, two_games[0]),
			     other = summary(path, two_games[1]), left;
	long forgotten;

	HOLD(first.skipped == other.skipped);
	HOLD(human_scores_forget(path, two_games[0], &forgotten) == RY_OK);
	HOLD(forgotten >= first.count);
	left = summary(path, two_games[0]);
	HOLD(left.count == 0 && left.skipped <= first.skipped);
	left = summary(path, two_games[1]);
	HOLD(left.count == other.count);
	return 0;
}
