/* SPDX-License-Identifier: GPL-2.0 */
/*
 * where.h: conditions on the members of an object, by their JSON keys: those
 * behind "where" of a show, and those that wait-until waits for.
 */
#ifndef VSWCTL_WHERE_H
#define VSWCTL_WHERE_H

#include "command.h"

bool where_begins(const struct command *cmd, const char *word);
bool where_parse(struct command *cmd, struct words *words,
		 struct problem *why);
bool where_add(struct command *cmd, const struct kind *kind, const char *word,
	       struct problem *why);
unsigned int where_last(const struct command *cmd);
bool where_holds(const struct command *cmd, const struct kind *kind,
		 const void *object);
void where_filter(const struct command *cmd, struct ipc_list *list);

#endif /* VSWCTL_WHERE_H */
