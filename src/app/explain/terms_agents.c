/* terms_agents.c - see terms.h: a theme of the glossary. */
#include "src/app/explain/terms.h"

#include <stddef.h>

const struct term terms_agents[] = {
	{ .name = "agent",
	  .also = "policy | player | reinforcement learning | RL",
	  .text =
		"The learner of a game: it observes the board, chooses an action, and gets a "
		"reward. Its policy is the rule by which it chooses: here the action with the "
		"largest Q value, and sometimes a random one.",
	  .see = "Q value, epsilon, observation, return",
	  .where = "rl train, rl watch, rl eval" },
	{ .name = "episode",
	  .also = "episodes | game | mean_frames",
	  .text =
		"One game from its start to its end. Its score is the return. Worlds without "
		"an end (eyes) are measured per frame instead.",
	  .see = "return, frame, cap",
	  .where = "rl train, rl eval; episodes on the screen of rl watch" },
	{ .name = "frame",
	  .also = "frames | time step | timestep | timesteps | total_timesteps | tick",
	  .text =
		"One step of a game: observe, act, get a reward. Lengths of runs are counted "
		"in frames (100k is 100,000). Not a picture on the screen: those are drawn at "
		"most 20 times a second.",
	  .see = "episode, update",
	  .where = "--frames; the x axis of rl curves" },
	{ .name = "observation",
	  .also = "state | board",
	  .text =
		"What the agent sees in a frame: the planes of the board, as 0 and 1, or a "
		"few numbers. It does not see timers or the future.",
	  .see = "convolution, agent",
	  .where = "rl games; the board of rl watch" },
	{ .name = "action",
	  .also = "actions | action set | minimal",
	  .text =
		"What the agent can do in a frame. The full set has the same six actions in "
		"all arcade games; the minimal one leaves out those without effect in this "
		"game.",
	  .see = "agent, sticky actions, Q value",
	  .where = "--actions; rl games" },
	{ .name = "reward",
	  .also =
		"rewards | mean_reward | train_reward | reward per frame | reward of a frame",
	  .text =
		"The number that a game pays in a frame: 1 for a brick, -1 for a missed "
		"catch. It is all that the agent learns from. In worlds without end the score "
		"is the mean reward per frame.",
	  .see = "return, discount factor",
	  .where = "rl games; mean_reward in --json" },
	{ .name = "return",
	  .also =
		"returns | mean return | mean_return | training return | train_return | "
		"evaluation return | eval_return | score",
	  .text =
		"The sum of the rewards of one episode: its score. The training return "
		"includes random actions and is what published curves show. The evaluation "
		"return comes from the best network under greedy play, over separate "
		"episodes. Single episodes vary widely: compare means with their standard "
		"error.",
	  .see = "reward, episode, greedy evaluation, standard error, random play",
	  .where = "rl train, rl eval; panel 2 of watch; plot --kind return" },
	{ .name = "discount factor",
	  .also = "discount | gamma | discounting",
	  .text =
		"What a reward is worth a frame later: with 0.99, a reward 100 frames away "
		"counts 0.37. It sets the horizon, about 1 / (1 - discount) frames. Nearer to "
		"1 sees further and learns more slowly.\n\n"
		"  value = r_1 + discount r_2 + discount^2 r_3 + ...",
	  .see = "Q value, return, n-step",
	  .where = "--discount" },
	{ .name = "Q value",
	  .also =
		"Q | Q values | mean Q | mean_q | largest Q | largest_q | q_bound | action value | "
		"Q-learning | DQN | deep Q-network",
	  .text =
		"Q(s, a): the network's estimate of all discounted rewards to come if it "
		"takes action a now and plays well afterwards. The agent takes the action "
		"with the largest. Learning moves each estimate towards its target:\n\n"
		"  Q(s, a) -> r + discount max over a' of Q(s', a')\n\n"
		"Mean Q should rise to about the discounted return and stay. If largest Q "
		"exceeds what rewards can add up to, values are diverging.",
	  .see = "TD error, target network, value, q divergence, double Q-learning",
	  .where = "rl train, rl watch; the values panel" },
	{ .name = "value",
	  .also = "V | state value | advantage",
	  .text =
		"V(s) = max Q(s, a): how good the position is. The advantage of an action is "
		"how much better it is than the position's value.",
	  .see = "Q value, dueling network",
	  .where = "the V(s) panel of rl watch; rl tabular" },
	{ .name = "q divergence",
	  .also =
		"q_divergence | Q values out of bounds | diverging Q values | overestimation",
	  .text =
		"Q values that exceed what rewards can explain, max |reward| / (1 - discount): "
		"the network bootstraps from its own estimates and their errors amplify each "
		"other. Try a lower learning rate, less frequent copies to the target network, or "
		"double Q-learning.",
	  .see = "Q value, target network, double Q-learning",
	  .where = "diagnose: q_divergence; a warning in rl train and rl watch" },
	{ .name = "TD error",
	  .also = "temporal difference | temporal-difference error | target",
	  .text =
		"The difference between a Q value and its target: reward plus the discounted "
		"value of what follows. It is the agent's loss. Unlike the loss of a "
		"classifier it need not fall: new situations bring new errors.\n\n"
		"  error = r + discount max Q(s', a') - Q(s, a)",
	  .see = "Q value, target network, huber, loss",
	  .where = "the loss of rl train; --loss" },
	{ .name = "huber",
	  .also = "huber loss | delta | squared | squared error | smooth L1",
	  .text =
		"A loss that is squared for small errors and linear for large ones (from "
		"delta on), so that a few outliers do not dominate. Squared error estimates "
		"the mean, an absolute error the median; Huber lies between.",
	  .see = "TD error, RMSE, loss",
	  .where = "rl train --loss, --delta; net train --loss, --delta" },
	{ .name = "bootstrap",
	  .also = "bootstrapping",
	  .text =
		"In reinforcement learning: using the network's own estimate of the next "
		"state in place of the rewards not yet seen. In statistics: estimating an "
		"interval by drawing from the data with replacement. At the end of a game "
		"there is nothing to bootstrap from; at a time limit there is.",
	  .see = "TD error, n-step, target network, confidence interval",
	  .where = "rl train" },
	{ .name = "target network",
	  .also = "target net | target_net | target-every | target update",
	  .text =
		"A frozen copy of the Q-network from which targets are computed. It is "
		"refreshed every so many updates (--target-every). Without it the network "
		"chases its own changes and may diverge.",
	  .see = "TD error, double Q-learning, q divergence",
	  .where = "rl train --target-every" },
	{ .name = "PQN",
	  .also =
		"many games at once | parallelised Q-network | algorithm | envs | rollout | "
		"round | passes | minibatches | fast",
	  .text =
		"Q-learning from many games side by side (Gallici et al. 2025). In a round the "
		"network plays some frames of each game, learns from just these frames and "
		"forgets them. Layer normalization keeps its values bounded, so it needs "
		"neither a replay buffer nor a target network. A frame costs a fraction of what "
		"it costs a deep Q-network, so that it learns in seconds.",
	  .see = "Q(lambda), Q value, layer normalization, replay buffer, target network",
	  .where = "rl train --algorithm pqn, --preset fast; the boards of rl watch" },
	{ .name = "Q(lambda)",
	  .also = "lambda | lambda return",
	  .text =
		"A target that mixes rewards seen and values estimated: lambda 0 looks one step "
		"ahead, 1 adds up the rewards to the end of the round, and between them later "
		"steps count less and less.\n\n"
		"  G = r + discount ((1 - lambda) max Q(s', a') + lambda G')",
	  .see = "PQN, bootstrap, n-step, discount factor",
	  .where = "rl train --lambda" },
	{ .name = "double Q-learning",
	  .also = "double | double DQN | double_q",
	  .text =
		"The online network chooses the next action and the target network evaluates it "
		"(van Hasselt et al. 2016). The maximum of noisy estimates is too high on "
		"average; choosing with one network and evaluating with another removes most of "
		"that.\n\n"
		"  target = r + discount Q_target(s', argmax over a' of Q(s', a'))",
	  .see = "target network, q divergence",
	  .where = "rl train --double" },
	{ .name = "dueling network",
	  .also = "dueling | duelling",
	  .text =
		"A network with two heads: the value of the position, and how much each "
		"action is better than average (Wang et al. 2016). It learns the value even "
		"where the action does not matter.\n\n"
		"  Q(s, a) = V(s) + A(s, a) - mean of A(s, .)",
	  .see = "Q value, value",
	  .where = "rl train --dueling" },
	{ .name = "expected SARSA",
	  .also = "SARSA | target-epsilon | target_epsilon",
	  .text =
		"Targets that take into account that the agent itself sometimes acts at "
		"random (van Seijen et al. 2009): the mean over the epsilon-greedy policy in "
		"place of the maximum. The agent then keeps away from places where a random "
		"step is fatal. With epsilon 0 it is Q-learning.",
	  .see = "epsilon, Q value, TD error",
	  .where = "rl train --target-epsilon" },
	{ .name = "n-step",
	  .also = "n-step return | n_step | multi-step",
	  .text =
		"Targets that sum the rewards of n frames before they bootstrap. Rewards "
		"spread back faster; the targets become noisier and depend on the actions "
		"actually taken. 1 to 5 is usual.\n\n"
		"  target = r_1 + discount r_2 + ... + discount^n max Q(s_n, a)",
	  .see = "TD error, bootstrap, discount factor",
	  .where = "rl train --n-step" },
	{ .name = "epsilon",
	  .also =
		"exploration | epsilon-greedy | exploration rate | epsilon-end | "
		"epsilon-start | epsilon-frames | epsilon_end",
	  .text =
		"The probability of a random action. It falls from 1 (explore everything) to "
		"a small value (use what is known) during training. Without exploration an "
		"agent never finds what it has not tried. Evaluation uses 0, or a small value "
		"so that agents cannot get stuck.\n\n"
		"The epsilon of Adam and RMSProp (--optimizer-epsilon) is something else: a "
		"small number against division by 0.",
	  .see = "greedy evaluation, expected SARSA, random play",
	  .where = "--epsilon, --epsilon-end; [ and ] in rl watch" },
	{ .name = "greedy evaluation",
	  .also =
		"greedy | evaluation | eval-epsilon | eval-episodes | eval-every | "
		"eval_episodes | eval_error | eval_frame | eval_truncated | eval_reward | "
		"evaluation_episodes | evaluation_epsilon | evaluation_seed",
	  .text =
		"Playing without learning and (with epsilon 0) without random actions, to "
		"measure what the network has learned. The seeds of evaluation episodes are "
		"fixed, so two agents meet the same games.",
	  .see = "return, epsilon, cap",
	  .where = "rl eval; --eval-episodes, --eval-epsilon; eval columns of rl train" },
	{ .name = "cap",
	  .also = "capped | time limit | eval-cap | eval_cap | evaluation_cap",
	  .text =
		"The number of frames after which an episode is cut off. A time limit is not the "
		"end of the game: in training the agent still bootstraps from there. In "
		"evaluation an agent that never dies is stopped, and counts with its return so "
		"far.",
	  .see = "episode, bootstrap, greedy evaluation",
	  .where = "--eval-cap; the report of rl train" },
	{ .name = "replay buffer",
	  .also =
		"replay | experience replay | replay memory | buffer | evict | again | start "
		"| transitions | transition",
	  .text =
		"The memory of past transitions (observation, action, reward, next "
		"observation) from which batches are sampled. Neighbouring frames are alike; "
		"a random batch from the buffer is not, so the network does not forget. A "
		"full buffer discards its oldest or a random transition (--evict). Learning "
		"begins after some frames of random play (--start).",
	  .see = "prioritised replay, batch, TD error",
	  .where = "rl train --replay; the numbers of rl watch" },
	{ .name = "prioritised replay",
	  .also = "prioritized replay | prioritised | priority | priority-epsilon | PER",
	  .text =
		"Transitions with a large TD error are sampled more often (Schaul et al. "
		"2016): probability proportional to (|error| + constant)^alpha. alpha 0 is "
		"uniform sampling. Importance sampling corrects the bias.",
	  .see = "replay buffer, importance sampling, TD error",
	  .where = "rl train --prioritised" },
	{ .name = "importance sampling",
	  .also = "beta | importance weights | beta-updates",
	  .text =
		"Prioritised replay shows some transitions too often. Each error is weighted "
		"by the inverse of how much too often, to the power beta, so that averages "
		"come out right. beta rises to 1 (full correction) during training.\n\n"
		"  weight = (N P)^-beta / largest weight of the batch",
	  .see = "prioritised replay",
	  .where = "rl train --beta, --beta-updates" },
	{ .name = "update-every",
	  .also = "frames per update | train frequency",
	  .text =
		"The number of frames between updates. Fewer updates per frame are faster and "
		"forget less; more updates learn more from each frame. --updates says how many "
		"are made each time.",
	  .see = "update, frame, replay buffer",
	  .where = "rl train --update-every, --updates" },
	{ .name = "sticky actions",
	  .also = "sticky",
	  .text =
		"With this probability the game repeats the previous action instead of the "
		"one chosen. It makes games a little random, so an agent cannot learn one "
		"sequence by heart. Published MinAtar figures use 0.1.",
	  .see = "action, preset",
	  .where = "--sticky; \"again\" in the values panel of rl watch" },
	{ .name = "ramping",
	  .also = "difficulty ramping | difficulty",
	  .text =
		"Games that get faster or fuller the longer an episode lasts. Without ramping "
		"they stay as they begin.",
	  .see = "episode",
	  .where = "--ramping" },
	{ .name = "slippery",
	  .also = "frozen lake",
	  .text =
		"On slippery ice a move goes in the chosen direction with probability 1/3 and to "
		"either side with 1/3 each. Even the best policy for lake4 then reaches the goal "
		"in only three of four episodes.",
	  .see = "tabular Q-learning, policy",
	  .where = "rl train lake4 --slippery; rl tabular" },
	{ .name = "tabular Q-learning",
	  .also =
		"tabular | exact values | lr-power | initial | exact | learned | mean_error "
		"| largest_error | mistakes | visits | best_return",
	  .text =
		"Q-learning with one number per cell and action in place of a network. For "
		"the frozen lakes the exact values can be computed, so every error is "
		"visible. Its step size may fall with the number of tries n, as lr / n^power.",
	  .see = "Q value, slippery",
	  .where = "rl tabular" },
	{ .name = "random play",
	  .also = "random | random policy | scripted policy | random_return",
	  .text =
		"Uniformly random actions: the score of an agent that has learned nothing, 0 % in "
		"rl scores. Where people have played fewer than five games, a scripted policy "
		"(rules written by hand) takes their place.",
	  .see = "baseline, human baseline, return",
	  .where = "rl games, rl scores, rl train" },
	{ .name = "human baseline",
	  .also = "human | human play | percent of human | percent",
	  .text =
		"The mean of at least five games that people played by the same rules: 100 % in "
		"rl scores. rl play saves them; rl play GAME --forget deletes them.\n\n"
		"  percent = 100 (agent - random) / (human - random)",
	  .see = "random play, return",
	  .where = "rl scores, rl play" },
	{ .name = "preset",
	  .also = "presets | minatar | eyes preset",
	  .text =
		"A named set of defaults: riley's own for each game, or those published with "
		"MinAtar or the ConvNetJS demo, so that results can be compared. Options on "
		"the command line override it.",
	  .see = "hyperparameter",
	  .where = "rl train --preset" },
	{ .name = "corrected",
	  .also = "eyes",
	  .text =
		"In eyes, the original game shows items away from their true positions; "
		"\"corrected\" shows them where they are. Use the original to compare with "
		"published behaviour.",
	  .see = "observation, preset",
	  .where = "rl train eyes --corrected" },
	{ NULL, NULL, NULL, NULL, NULL }
};
