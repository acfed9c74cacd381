/* test_watch_panels.c - the panels on layers, a student and scores: golden frames of records as
 * runs write them, cursors, and records that no run has written. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/watch/watch_panels.h"
#include "tests/support/frames.h"
#include "tests/support/tap.h"

/* ---- records ---- */

static json_t *layers, *tracing, *scores;

static json_t *bell(double low, double high, double middle)
{
	json_t *counts = json_array();

	for (int k = 0; k < 32; k++)
		json_array_append_new(
			counts, json_integer((int)(1000 * exp(-(k - middle) * (k - middle) / 40))));
	return json_pack("{s:f, s:f, s:f, s:f, s:o}", "mean", (low + high) / 2, "sd",
	                 (high - low) / 6, "low", low, "high", high, "counts", counts);
}

static json_t *number(double v)
{
	return isnan(v) ? json_null() : json_real(v);
}

static json_t *layer(const char *name, const char *type, json_t *weights, json_t *outputs,
                     double dead, double saturated)
{
	json_t *o = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "name", name, "type", type,
	                      "gradient_norm", number(weights ? 0.0261 : NAN), "update_ratio",
	                      number(weights ? 0.0012 : NAN), "dead", number(dead), "saturated",
	                      number(saturated));

	if (weights)
		json_object_set_new(o, "weights", weights);
	if (outputs)
		json_object_set_new(o, "activations", outputs);
	return o;
}

static json_t *make_layers(void)
{
	return json_pack("{s:s, s:i, s:[o, o, o]}", "kind", "layers", "epoch", 4, "layers",
	                 layer("rnn", "lstm", bell(-0.5, 0.5, 15), bell(-1, 1, 30), 0, 0.31),
	                 layer("drop", "dropout", NULL, bell(-1, 1, 12), 0.02, NAN),
	                 layer("out", "dense", bell(-0.2, 0.3, 10), NULL, NAN, NAN));
}

static json_t *make_tracing(int rows, int steps)
{
	static const char *const name[] = { "addition", "fractions", "equations",
		                            "powers",   "r\033oots", "slope" };
	json_t *names = json_array(), *exercise = json_array(), *correct = json_array(),
	       *p = json_array(), *known = json_array();

	for (int r = 0; r < rows; r++) {
		json_t *row = json_array();

		for (int k = 0; k < steps; k++)
			json_array_append_new(
				row, json_integer(k < r ? 300 : 1000 - 7000 / (k - r + 10)));
		json_array_append_new(known, row);
		json_array_append_new(names, json_string(name[r % 6]));
	}
	for (int k = 0; k < steps; k++) {
		json_array_append_new(exercise,
		                      json_integer(k % (rows + 1) == rows ? -1 : k % rows));
		json_array_append_new(correct, json_integer(k % 3 != 1));
		json_array_append_new(p, k ? json_integer(400 + 10 * k) : json_null());
	}
	return json_pack("{s:s, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "kind", "tracing", "epoch", 4,
	                 "student", 13, "rows", names, "exercise", exercise, "correct", correct,
	                 "p", p, "known", known);
}

static json_t *make_scores(int points)
{
	json_t *threshold = json_array(), *fpr = json_array(), *tpr = json_array();

	for (int k = 0; k < points; k++) {
		double t = 1 - k / (points - 1.0);

		json_array_append_new(threshold, json_real(t));
		json_array_append_new(fpr, json_real((1 - t) * (1 - t)));
		json_array_append_new(tpr, json_real(1 - t * t));
	}
	return json_pack("{s:s, s:i, s:s, s:{s:[f,f,f,f], s:[f,f,f,f], s:[i,i,i,i]}, s:{s:o, s:o, "
	                 "s:o}}",
	                 "kind", "scores", "epoch", 4, "part", "validation", "calibration", "p",
	                 0.15, 0.45, 0.65, 0.92, "share", 0.1, 0.5, 0.62, 0.97, "n", 120, 3400, 25,
	                 980, "roc", "threshold", threshold, "fpr", fpr, "tpr", tpr);
}

static void make_records(void)
{
	layers = make_layers();
	tracing = make_tracing(6, 40);
	scores = make_scores(21);
}

static void drop_records(void)
{
	json_decref(layers);
	json_decref(tracing);
	json_decref(scores);
	layers = tracing = scores = NULL;
}

/* ---- golden frames ---- */

static void scene_layers(struct view v)
{
	static const struct watch_spot second = { .layer = 1 };

	watch_layers_draw(view_part(v, 0, 0, 78, 16), layers, &(struct watch_spot){ 0 });
	watch_layers_draw(view_part(v, 0, 17, 44, 6), layers, &second);
	watch_layers_draw(view_part(v, 46, 17, 32, 6), layers, &second);
}

static void scene_tracing(struct view v)
{
	static const struct watch_spot chosen = { .answer = 6, .row = 3 };

	watch_knowledge_draw(view_part(v, 0, 0, 78, 9), tracing, &(struct watch_spot){ 0 });
	watch_knowledge_draw(view_part(v, 0, 10, 78, 8), tracing, &chosen);
	watch_knowledge_draw(view_part(v, 0, 19, 30, 4), tracing, &chosen);
}

static void scene_scores(struct view v)
{
	static const struct watch_spot pointed = { .pointed = 1, .threshold = 0.21 },
				       other = { .curve = 1 };

	watch_scores_draw(view_part(v, 0, 0, 78, 14), scores, &pointed);
	watch_scores_draw(view_part(v, 0, 15, 38, 10), scores, &(struct watch_spot){ 0 });
	watch_scores_draw(view_part(v, 40, 15, 38, 10), scores, &other);
}

static const struct frame_scene scenes[] = {
	{ "panel_layers", 78, 23, scene_layers },
	{ "panel_tracing", 78, 23, scene_tracing },
	{ "panel_scores", 78, 25, scene_scores },
};

static void golden_frames(void)
{
	make_records();
	frames_compare(scenes, sizeof scenes / sizeof *scenes);
	drop_records();
}

/* ---- cursors ---- */

static void answers_are_chosen(void)
{
	struct watch_spot s = { 0 };

	make_records();
	watch_knowledge_move(tracing, &s, 0, -1);
	CU_ASSERT(s.answer == 0 && s.row == 0);
	watch_knowledge_move(tracing, &s, -1, 0);
	CU_ASSERT_EQUAL(s.answer, 40);
	watch_knowledge_move(tracing, &s, 5, 1);
	CU_ASSERT(s.answer == 40 && s.row == 1);
	watch_knowledge_move(tracing, &s, -100, -3);
	CU_ASSERT(s.answer == 1 && s.row == 1);
	watch_knowledge_move(tracing, &s, 2, 100);
	CU_ASSERT(s.answer == 3 && s.row == 6);
	s = (struct watch_spot){ 0 };
	watch_knowledge_move(tracing, &s, 10, 0);
	CU_ASSERT_EQUAL(s.answer, 1);
	watch_knowledge_move(NULL, &s, 1, 1);
	CU_ASSERT(s.answer == 0 && s.row == 0);
	drop_records();
}

/* The threshold stays while the points of the curve change from record to record. */
static void thresholds_are_chosen(void)
{
	struct watch_spot s = { 0 };
	json_t *finer = make_scores(101);

	make_records();
	watch_scores_move(scores, &s, 0, 1);
	CU_ASSERT(s.curve == 1 && !s.pointed);
	watch_scores_move(scores, &s, 1, 0);
	CU_ASSERT(s.pointed && fabs(s.threshold - 0.45) < 1e-9);
	watch_scores_move(finer, &s, -1, 0);
	CU_ASSERT(fabs(s.threshold - 0.46) < 1e-9);
	watch_scores_move(scores, &s, -100, 0);
	CU_ASSERT_EQUAL(s.threshold, 1);
	watch_scores_move(scores, &s, 100, 0);
	CU_ASSERT_EQUAL(s.threshold, 0);
	watch_scores_move(NULL, &s, -1, 0);
	CU_ASSERT_EQUAL(s.threshold, 0);
	json_decref(finer);
	drop_records();
}

static void layers_are_chosen(void)
{
	struct watch_spot s = { 0 };

	make_records();
	watch_layers_move(layers, &s, 0, 1);
	CU_ASSERT_EQUAL(s.layer, 1);
	watch_layers_move(layers, &s, 9, 0);
	CU_ASSERT_EQUAL(s.layer, 2);
	watch_layers_move(layers, &s, 0, -9);
	CU_ASSERT_EQUAL(s.layer, 0);
	watch_layers_move(NULL, &s, 0, 1);
	CU_ASSERT_EQUAL(s.layer, 0);
	drop_records();
}

/* Of the mean and the spread of a layer's numbers no digit is cut. */
static void numbers_are_whole(void)
{
	make_records();
	for (int w = 12; w < 100; w++) {
		struct canvas *c = canvas_alloc(w, 16, UI_ASCII);
		char *text, *sign;

		watch_layers_draw(view_of(c), layers, &(struct watch_spot){ 0 });
		text = frames_printed(c, 0);
		sign = strstr(text, "weights ") ? strstr(text, " +- ") : NULL;
		TAP_CHECK(!sign || strncmp(sign, " +- 0.1667", 10) == 0 ||
		                  strncmp(sign, " +- 0.17", 8) == 0,
		          "%d columns:\n%s", w, text);
		TAP_CHECK(sign || w < 60, "%d columns:\n%s", w, text);
		free(text);
		canvas_free(c);
	}
	drop_records();
}

/* What is read off under the cursor is what the record says. */
static void words_are_right(void)
{
	static const struct watch_spot at = { .answer = 8, .row = 2 },
				       low = { .pointed = 1, .threshold = 0.3 };
	struct canvas *c = canvas_alloc(100, 12, UI_ASCII);
	char *text;

	make_records();
	watch_knowledge_draw(view_of(c), tracing, &at);
	text = frames_printed(c, 0);
	TAP_CHECK(strstr(text, "answer 8, fractions, wrong; predicted 47 %; then fractions 56 %") !=
	                  NULL,
	          "%s", text);
	free(text);
	canvas_clear(c);
	watch_knowledge_draw(view_of(c), tracing, &(struct watch_spot){ .answer = 1 });
	text = frames_printed(c, 0);
	TAP_CHECK(strstr(text, "answer 1, addition, right; no prediction\n") != NULL, "%s",
	          text);
	free(text);
	canvas_clear(c);
	watch_knowledge_draw(view_of(c), tracing, &(struct watch_spot){ .answer = 7 });
	text = frames_printed(c, 0);
	TAP_CHECK(strstr(text, "answer 7, right; predicted 46 %\n") != NULL, "%s", text);
	free(text);
	canvas_clear(c);
	watch_scores_draw(view_of(c), scores, &low);
	text = frames_printed(c, 0);
	TAP_CHECK(strstr(text, "threshold 0.300  sensitivity 0.910  specificity 0.510  right 74.7 "
	                       "%") != NULL,
	          "%s", text);
	free(text);
	canvas_free(c);
	drop_records();
}

/* ---- records that no run has written ---- */

static const json_t *strange;
static const struct watch_spot *spot;

static void draw_all(struct view v)
{
	watch_layers_draw(v, strange, spot);
	watch_knowledge_draw(v, strange, spot);
	watch_scores_draw(v, strange, spot);
}

static const char *const texts[] = {
	"{}", "[]", "7",
	"{\"layers\": 5, \"rows\": {}, \"correct\": \"x\", \"roc\": [], \"calibration\": null}",
	"{\"layers\": [null, 3, {}, {\"name\": 5, \"weights\": {\"counts\": [], \"low\": 2}}, "
	"{\"name\": \"\\u001b[2J\", \"type\": \"\","
	" \"weights\": {\"counts\": [1e308, 1e308, -5, null, \"x\"], \"low\": 9, \"high\": -9}, "
	"\"activations\": {\"counts\": [0, 0]},"
	" \"dead\": 1e300, \"saturated\": -7, \"gradient_norm\": 1e-300, \"update_ratio\": "
	"1e300}]}",
	"{\"rows\": [\"a\", 5, null], \"correct\": [1, null, \"x\", -3, 1e300], \"exercise\": [99, "
	"-5, 1e300, null],"
	" \"p\": [1e300, -1e300], \"known\": [[1e300, -5], 7], \"student\": 1e300, \"epoch\": "
	"1e300}",
	"{\"rows\": [\"a\"], \"correct\": [1], \"exercise\": [], \"p\": [], \"known\": [], "
	"\"student\": -1, \"frame\": \"x\"}",
	"{\"roc\": {\"threshold\": [1e300, null, -1e300], \"fpr\": [-1e300, 0.5, 1e300, 7], "
	"\"tpr\": [null, null, 1]},"
	" \"calibration\": {\"p\": [0.5, 1e300], \"share\": [-7, 2], \"n\": [0, -1]}}",
	"{\"roc\": {\"threshold\": [0.5], \"fpr\": [0.5], \"tpr\": [0.5]}, \"calibration\": "
	"{\"p\": [], \"share\": [], \"n\": []}}",
};

static void strange_records(void)
{
	static const struct watch_spot spots[] = {
		{ 0 }, { .layer = 500, .answer = 500, .row = 500, .curve = 1, .pointed = 1 }
	};

	for (size_t k = 0; k < 2 * sizeof texts / sizeof *texts; k++) {
		struct watch_spot moved = spots[k % 2];
		json_t *o = json_loads(texts[k / 2], JSON_DECODE_ANY, NULL);

		CU_ASSERT_PTR_NOT_NULL_FATAL(o);
		strange = o;
		spot = &spots[k % 2];
		frames_any_size(texts[k / 2], draw_all);
		for (int i = -3; i <= 3; i++) {
			watch_layers_move(o, &moved, i, -i);
			watch_knowledge_move(o, &moved, i, -i);
			watch_scores_move(o, &moved, i, -i);
		}
		json_decref(o);
	}
	strange = NULL;
	frames_any_size("no record", draw_all);
}

/* More rows, steps, points and layers than a record holds. */
static void too_much(void)
{
	static const struct watch_spot far = { .layer = 180, .answer = 120, .row = 60 };
	json_t *many = json_array(), *all = make_tracing(300, 700), *roc = make_scores(1000);

	for (int k = 0; k < 400; k++)
		json_array_append_new(many, layer("layer", "dense", bell(-1, 1, k % 32), NULL,
		                                  k / 400.0, 0));
	json_object_set_new(all, "layers", many);
	json_object_update_missing(all, roc);
	json_decref(roc);
	strange = all;
	spot = &far;
	frames_any_size("too much", draw_all);
	json_decref(all);
}

static const struct tap_test tests[] = {
	{ "golden frames", golden_frames },
	{ "answers are chosen", answers_are_chosen },
	{ "thresholds are chosen", thresholds_are_chosen },
	{ "layers are chosen", layers_are_chosen },
	{ "numbers are whole", numbers_are_whole },
	{ "words are right", words_are_right },
	{ "strange records", strange_records },
	{ "too much", too_much },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("watch_panels", tests);
}
