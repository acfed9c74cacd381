/* kt_model.h - deep knowledge tracing (Piech et al. 2015): a recurrent network that reads what a
 * student answered and predicts what he will answer next.
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
	double     *skill_mean;      /* (M): share correct in the training data; NaN where never
	                              * seen */
	double      overall_mean;
};

/* A model for the exercises of `s`, whose answers give the skill means.  `cell` is a kind of
 * rnn_layers[] ("lstm"); `layers` of them, with `hidden` units each; `dropout` on the read-out
 * only.  Parameters are zero until net_init() or a file sets them.  NULL on failure. */
struct kt_model *kt_model_make(const char *cell, int hidden, int layers, double dropout,
                               const struct sequences *s);
void kt_model_free(struct kt_model *m);

/* Parameters and metadata (layers, exercises, skill means, how inputs are coded) of a model file;
 * the tensors are those of PyTorch's nn.LSTM (or GRU, RNN) called `rnn` and nn.Linear called
 * `out`. */
enum ry_status kt_model_write(const struct kt_model *m, struct st_writer *to);

/* The model of a file; NULL with the reason in ry_message() if it holds none. */
struct kt_model *kt_model_read(const struct st_file *from, enum ry_status *status);

/* ---- running it over many students ---- */

struct kt_batch;

/* Workspace for batches of at most `size` pieces of at most `window` steps, split among the
 * workers (both borrowed).  With training 0 it can only predict.  NULL on failure. */
struct kt_batch *kt_batch_alloc(struct kt_model *m, struct workers *w, int window, int size,
                                int training);
void kt_batch_free(struct kt_batch *e);

/* Probability of a right answer before each answer of the students listed: p[i], i the index in
 * s->correct.  A student's first answer has none (NaN); students not listed are left alone.  The
 * state is carried through sequences of any length.  `s` must have the model's numbering.
 * Dropout is off. */
enum ry_status kt_predict(struct kt_batch *e, const struct sequences *s, const int *students, int n,
                          float *p);

/* The skill mean's prediction of the same answers: p[i] = share correct of the exercise in the
 * training data, the overall share where it was never seen. */
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

/* ---- training ---- */

struct st_file;
struct optimizer_options;

struct kt_train_options {
	int    batch;                /* sequences in a batch */
	int    window;               /* steps of back-propagation; the state is carried on */
	double clip;                 /* gradient norm; 0: none */
	long   seed;
	int    in_order;             /* no random order: students as they are listed */
	const struct optimizer_options *optimizer;
};

struct kt_trainer;

/* What one update did. */
struct kt_update {
	double loss;                 /* summed over its predictions, nats */
	size_t predictions;
	size_t answers;              /* read: a student's first one is not predicted */
	double norm;                 /* of the gradient of the mean loss, before clipping */
	double lr;
};

/* A trainer of m on the students listed (copied).  `m`, `w` and `s` are borrowed.  NULL on
 * failure. */
struct kt_trainer *kt_trainer_alloc(struct kt_model *m, struct workers *w,
                                    const struct sequences *s, const int *students, int n,
                                    const struct kt_train_options *o);
void kt_trainer_free(struct kt_trainer *t);

/* Draw the order of the next epoch, unless students come in order.  Before the first step, and
 * whenever kt_trainer_left() is 0. */
enum ry_status kt_trainer_epoch(struct kt_trainer *t);

/* Updates left in this epoch, and in an epoch of this data with these options. */
int  kt_trainer_left(const struct kt_trainer *t);
int  kt_trainer_batches(const struct kt_trainer *t);
long kt_trainer_updates(const struct kt_trainer *t);    /* so far */

/* One update: forward, backward, clip, optimise.  Allocates nothing.  RY_ENUMERIC when loss or
 * gradient is not a number: the parameters are then as they were before. */
enum ry_status kt_trainer_step(struct kt_trainer *t, struct kt_update *u);

/* From now on show `i` (borrowed; an inspector of the model's net) the last update of every epoch.
 * NULL: nobody. */
struct inspector;
void kt_trainer_watch(struct kt_trainer *t, struct inspector *i);

/* The engine that trains, for predictions between steps. */
struct kt_batch *kt_trainer_engine(struct kt_trainer *t);

/* Everything needed to go on to the same bits: parameters, optimiser, random streams, place in
 * the epoch, carried states.  Reading needs a trainer made with the same data, options and
 * number of workers; RY_ESHAPE or RY_EDATA when the file is of another kind. */
enum ry_status kt_trainer_write(const struct kt_trainer *t, struct st_writer *to);
enum ry_status kt_trainer_read(struct kt_trainer *t, const struct st_file *from);

#endif
