/* kt_model.h - deep knowledge tracing (Piech et al. 2015): a recurrent network that reads what a
 * student answered and predicts the answers that follow.
 *
 *     x_t  one-hot of (q_t, a_t): column q_t + a_t M of 2 M
 *     h_t  recurrent layers over x_1 .. x_t
 *     z_t  = W_out h_t + b_out  (M);  p(a_{t+1} = 1) = sigmoid(z_t[q_{t+1}])
 *
 * Only the one row of W_out that belongs to the next exercise is ever computed.
 */
#ifndef RILEY_RNN_KT_KT_MODEL_H
#define RILEY_RNN_KT_KT_MODEL_H

#include "datasets/sequences/sequences.h"
#include "src/base/safetensors.h"
#include "src/base/workers.h"
#include "src/nn/net.h"

struct kt_model {
	struct net *net;
	int         M;               /* exercises */
	char      **exercise;        /* (M): their names in the data */
	double     *skill_mean;      /* (M): share correct in the training data; NaN if unseen */
	double      overall_mean;
};

/* A model for the exercises of `s`, whose answers give the skill means.  `cell` is a kind of
 * rnn_layers[] ("lstm"); it has `layers` of them with `hidden` units each; `dropout` applies to the
 * read-out only.  Parameters are zero until net_init() or a file sets them.  NULL on failure.  The
 * caller owns the model. */
struct kt_model *kt_model_make(const char *cell, int hidden, int layers, double dropout,
                               const struct sequences *s);
void kt_model_free(struct kt_model *m);

/* Parameters and metadata (layers, exercises, skill means, how inputs are coded) of a model file;
 * the tensors are those of PyTorch's nn.LSTM (or GRU, RNN) called `rnn` and nn.Linear called
 * `out`. */
enum ry_status kt_model_write(const struct kt_model *m, struct st_writer *to);

/* Read a model file; NULL with the reason in ry_message() if it holds none.  The caller owns the
 * model. */
struct kt_model *kt_model_read(const struct st_file *from, enum ry_status *status);

/* ---- running it over many students ---- */

struct kt_batch;
struct trainer;

/* Workspace for batches of at most `size` pieces of at most `window` steps, split among the workers
 * (all borrowed).  With a trainer of the model's net, its replicas do the work and the batch can
 * train; with NULL it can only predict.  NULL on failure. */
struct kt_batch *kt_batch_alloc(struct kt_model *m, struct workers *w, int window, int size,
                                struct trainer *trainer);
void kt_batch_free(struct kt_batch *b);

/* Probability of a right answer before each answer of the students listed: p[i], i the index in
 * s->correct.  A student's first answer has none (NaN); students not listed are left alone.  The
 * state is carried through sequences of any length.  `s` must have the model's numbering.  Dropout
 * is off. */
enum ry_status kt_predict(struct kt_batch *b, const struct sequences *s, const int *students, int n,
                          float *p);

/* The skill means of the students listed: mean[q] is the share of exercise q's answers that are
 * correct, (s->exercises), NaN where there are none; *overall that of all answers, 0.5 where there
 * are none. */
enum ry_status kt_skill_means(const struct sequences *s, const int *students, int n, double *mean,
                              double *overall);

/* The skill means' prediction of the same answers as kt_predict()'s: p[i] = mean of the exercise,
 * the overall share where that is NaN. */
void kt_predict_means(const double *mean, double overall, const struct sequences *s,
                      const int *students, int n, float *p);
void kt_predict_skill_mean(const struct kt_model *m, const struct sequences *s, const int *students,
                           int n, float *p);

/* How good predictions p (by answer index, as above) are over the students listed. */
struct kt_scores {
	size_t predictions;
	double auc, accuracy, log_loss, rmse;
	double mean_exercise_auc, mean_student_auc;
	int    exercises_counted, students_counted;   /* those with both answers */
};

enum ry_status kt_score(struct kt_scores *scores, const struct sequences *s, const int *students,
                        int n, const float *p);

/* How much larger the AUC of predictions p is than that of `other`, over the same students, and the
 * half width of its 95 % interval, by metrics_auc_gain(): NaN where unknown. */
enum ry_status kt_score_gain(double *gain, double *half, const struct sequences *s,
                             const int *students, int n, const float *p, const float *other);

#endif
