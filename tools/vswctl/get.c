// SPDX-License-Identifier: GPL-2.0
/*
 * get.c: one bare value of an object, for shells.
 */
#include <string.h>

#include "get.h"
#include "print.h"
#include "query.h"

/**
 * get_key - take the key: of the object or, of a port, one of its counters
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool get_key(struct command *cmd, const struct setting *setting,
	     struct words *words, struct problem *why)
{
	const struct kind *kind = command_kind(cmd);
	unsigned int index;

	(void)setting;
	cmd->key = words_next(words);
	if (kind_field(kind, cmd->key, &index) ||
	    (kind == &kind_port && kind_field(&kind_stats, cmd->key, &index)))
		return true;
	return problem_set(why, "\"%.60s\" is not a key of %s show; see \"man vswctl\"",
			   cmd->key, cmd->topic->name);
}

static int print_counter(const struct command *cmd, const void *port)
{
	struct ipc_list stats;
	const struct field *f;
	unsigned int index;
	int status;

	status = query_stats(cmd, port, &stats);
	f = kind_field(&kind_stats, cmd->key, &index);
	if (!status && stats.count && field_has(ipc_list_at(&stats, 0), index))
		print_value(f, ipc_list_at(&stats, 0));
	ipc_list_free(&stats);
	return status;
}

/**
 * get_run - print the value, or nothing if the object has none
 * @cmd:	the command
 *
 * Return: exit status.
 */
int get_run(struct command *cmd)
{
	struct ipc_list list;
	const struct field *f;
	unsigned int index;
	int status;

	status = query_one(cmd, &list);
	f = kind_field(command_kind(cmd), cmd->key, &index);
	if (!status && list.count && !f)
		status = print_counter(cmd, ipc_list_at(&list, 0));
	else if (!status && list.count && field_has(ipc_list_at(&list, 0), index))
		print_value(f, ipc_list_at(&list, 0));
	ipc_list_free(&list);
	return status;
}
