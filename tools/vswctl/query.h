/* SPDX-License-Identifier: GPL-2.0 */
/*
 * query.h: what commands that show something ask the kernel, and what they say
 * when an object that was named does not exist.
 */
#ifndef VSWCTL_QUERY_H
#define VSWCTL_QUERY_H

#include "command.h"
#include "ipc.h"

int query_one(const struct command *cmd, struct ipc_list *list);
int query_list(const struct command *cmd, struct ipc_list *list);
int query_all(const struct command *cmd, const struct kind *kind,
	      const void *filter, struct ipc_list *list);
int query_stats(const struct command *cmd, const struct vsw_port *ports,
		struct ipc_list *stats);
bool query_switch(const char *name);
int query_missing(const struct kind *kind, const void *object);
const struct vsw_stats *query_stats_of(const struct ipc_list *stats,
				       const struct vsw_port *port);

#endif /* VSWCTL_QUERY_H */
