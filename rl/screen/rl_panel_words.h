/* rl_panel_words.h - what the panels of `riley rl watch` mean: an explanation of each, and the
 * terms of the glossary that belong to it. */
#ifndef RILEY_RL_SCREEN_RL_PANEL_WORDS_H
#define RILEY_RL_SCREEN_RL_PANEL_WORDS_H

#include "rl/screen/rl_screen.h"

/* Of panel `p`, RL_PANEL_NONE: of all; the board has none, it is explained by the guide to its
 * game. */
const char *rl_panel_words(const struct rl_scene *s, enum rl_panel p);
const char *rl_panel_terms(const struct rl_scene *s, enum rl_panel p);

#endif
