/* SPDX-License-Identifier: GPL-2.0 */
/*
 * get.h: the verb get, which several objects have.
 */
#ifndef VSWCTL_GET_H
#define VSWCTL_GET_H

#include "command.h"

bool get_key(struct command *cmd, const struct setting *setting,
	     struct words *words, struct problem *why);
int get_run(struct command *cmd);

#endif /* VSWCTL_GET_H */
