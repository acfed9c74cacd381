/* rl_panel_words.c - see rl_panel_words.h. */
#include "rl/screen/rl_panel_words.h"

static const char *const explanations[RL_PANELS] = {
	[RL_PANEL_NONE] =
		"An agent learns a game from its score alone. In every frame it observes the "
		"board, and its network estimates for each action the discounted sum of future "
		"rewards: the values Q(s, a). It usually takes the best action; with probability "
		"epsilon it takes a random one, to explore.\n\nEach transition goes into the "
		"replay buffer. Small batches from there train the network: Q(s, a) moves towards "
		"the reward plus the discounted value of the best next action.\n\nThe line at the "
		"bottom says what the agent does better than random play, counted over its last "
		"few hundred chances.\n\nTab moves from panel to panel, e explains the one in "
		"focus.",
	[RL_PANEL_VALUES] =
		"The network's estimate of each action's value: the discounted sum of future "
		"rewards. The pointer marks the action taken; '? chance' means that exploration "
		"chose it at random. The other actions show their distance from the best; 'again' "
		"marks the previous action, which a sticky game repeated instead of the one "
		"taken.\n\nSmall differences are normal: the next move can repair most mistakes. "
		"Watch them grow when a move matters.",
	[RL_PANEL_RETURNS] =
		"The return is the sum of rewards in one episode, exploration included. Single "
		"episodes vary widely; the mean of 20 shows whether the agent improves. Plateaus "
		"can be long: an agent first learns how not to lose.",
	[RL_PANEL_V] =
		"V(s) = max Q(s, a): the agent's estimate of its position. It rises before a "
		"reward and falls after it, and drops when the agent sees that the game is lost. A "
		"flat line means that the agent has not learned anything yet.",
	[RL_PANEL_LEARNING] =
		"The loss measures how far Q(s, a) is from its target. Unlike in supervised "
		"learning it need not fall: new situations bring new errors.\n\nMean Q should rise "
		"towards the discounted returns and stay there. If it rises far above what rewards "
		"can explain, the values are diverging: lower the learning rate, or copy to the "
		"target network less often.",
	[RL_PANEL_NUMBERS] =
		"epsilon: the probability of a random action; it falls from 1 as the agent learns. "
		"[ and ] change it, \\ returns to the schedule.\n\nreplay: how full the replay "
		"buffer is; batches are sampled from it. Learning starts after some frames of "
		"random play.\n\nL switches learning off and on: without it the agent does not "
		"change.",
};

static const char *const terms[RL_PANELS] = {
	[RL_PANEL_NONE] =
		("agent, reward, return, Q value, epsilon, replay buffer, discount factor, "
		 "target network"),
	[RL_PANEL_BOARD] = "",
	[RL_PANEL_VALUES] = "Q value, action, epsilon, sticky actions, discount factor",
	[RL_PANEL_RETURNS] = "return, reward, episode, random play, human baseline",
	[RL_PANEL_V] = "value, Q value, discount factor",
	[RL_PANEL_LEARNING] =
		"TD error, loss, Q value, target network, q divergence, learning rate",
	[RL_PANEL_NUMBERS] =
		"epsilon, replay buffer, episode, frame, update, learning rate",
};

/* Where an agent that learns from many games differs. */
static const char *const of_many[RL_PANELS] = {
	[RL_PANEL_NONE] =
		"An agent learns a game from its score alone, and plays many games at once to see "
		"more. After some frames of each, its network learns from just these frames and "
		"forgets them: Q(s, a) moves towards the rewards that followed and the value of "
		"where they led.\n\nThat is far too fast for eyes. The boards began as copies of "
		"the agent's games; the network as it is now plays them at a pace that can be "
		"followed, while learning goes on at full speed. They change nothing in what the "
		"agent learns.\n\nb shows the next board in large, + and - change the pace, Space "
		"stops both boards and learning. Tab moves from panel to panel, e explains the one "
		"in focus.",
	[RL_PANEL_RETURNS] =
		"The return is the sum of rewards in one episode, exploration included. Episodes "
		"of all games end by the hundred, so the curve shows their mean: of the last 100. "
		"Plateaus can be long: an agent first learns how not to lose.",
	[RL_PANEL_LEARNING] =
		"The loss measures how far Q(s, a) is from its target. Unlike in supervised "
		"learning it need not fall: new situations bring new errors.\n\nMean Q should rise "
		"towards the discounted returns and stay there. If it rises far above what rewards "
		"can explain, the values are diverging: lower the learning rate.",
	[RL_PANEL_NUMBERS] =
		"return: of the episode on the board. Everything else is about the games that the "
		"agent learns from, all together.\n\nepsilon: the probability of a random action; "
		"it falls from 1 as the agent learns. [ and ] change it, \\ returns to the "
		"schedule; the boards follow.\n\nL switches learning off and on: without it the "
		"agent does not change.",
	[RL_PANEL_WALL] =
		"Games that the network plays as it is now, each in its own place, with the return "
		"of its episode so far. A marked line says that the episode has ended; the next "
		"one begins in a moment. b shows the next board in large.\n\nWatch for what the "
		"boards have in common: what all do alike was learnt, what only some do is "
		"chance.",
};

static const char *const terms_of_many[RL_PANELS] = {
	[RL_PANEL_NONE] = "agent, PQN, Q(lambda), reward, return, Q value, epsilon, "
		"discount factor",
	[RL_PANEL_LEARNING] = "TD error, loss, Q value, q divergence, learning rate",
	[RL_PANEL_NUMBERS] = "epsilon, episode, frame, update, learning rate",
	[RL_PANEL_WALL] = "agent, episode, return, epsilon",
};

const char *rl_panel_words(const struct rl_scene *s, enum rl_panel p)
{
	return s->n_tiles && of_many[p] ? of_many[p] : explanations[p];
}

const char *rl_panel_terms(const struct rl_scene *s, enum rl_panel p)
{
	return s->n_tiles && terms_of_many[p] ? terms_of_many[p] : terms[p];
}
